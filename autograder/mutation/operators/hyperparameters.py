"""Mistakes in hyperparameters: learning rate, epochs, constants, defaults of parameters."""

import ast
from collections.abc import Callable

from autograder.mutation.change import Operator
from autograder.mutation.operators.common import Sites, is_flag, is_whole, keyword_values, one_more
from autograder.mutation.program import Program, name_of


def _epochs(new: str) -> Callable[[Program], Sites]:
    def sites(program: Program) -> Sites:
        for loop in program.nodes(ast.For):
            call = loop.iter
            if isinstance(call, ast.Call) and name_of(call.func) == "range" and len(call.args) == 1:
                count = program.source(call.args[0])
                if "epoch" in count.lower():
                    yield (program.replaced(call.args[0], new.format(count)),)

    return sites


def _constants(program: Program) -> Sites:
    for statement in program.tree.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
            value = statement.value.value
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                yield (program.replaced(statement.value, repr(value * 2 if isinstance(value, int) else value * 10)),)


def _defaults(program: Program) -> Sites:
    for function in program.nodes(ast.FunctionDef):
        for value in (*function.args.defaults, *filter(None, function.args.kw_defaults)):
            if is_flag(value):
                yield (program.replaced(value, repr(not value.value)),)
            elif is_whole(value):
                yield (program.replaced(value, one_more(value)),)


OPERATORS = (
    Operator("learning_rate_too_high", "a hundred times the rate", keyword_values("({}) * 100".format, "lr")),
    Operator("learning_rate_too_low", "a hundredth of the rate", keyword_values("({}) / 100".format, "lr")),
    Operator("one_epoch", "trains for one epoch", _epochs("1")),
    Operator("one_epoch_less", "trains for an epoch less", _epochs("{} - 1")),
    Operator("other_constant", "twice a whole number of the module, or ten times another one", _constants),
    Operator("other_default", "another default of a parameter", _defaults),
)
