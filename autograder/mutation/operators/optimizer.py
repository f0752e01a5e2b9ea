"""Mistakes in optimizers and schedulers: another kind, other settings, no steps."""

import ast

from autograder.mutation.change import Operator
from autograder.mutation.operators.common import OPTIMIZERS, Sites, added_keyword
from autograder.mutation.program import Program, keyword_of, name_of

OTHERS = {"SGD": "Adam", "Adam": "SGD", "AdamW": "SGD", "RMSprop": "SGD"}
ONLY_ONE_HAS = ("momentum", "nesterov", "betas", "eps", "amsgrad", "alpha")


def _other(program: Program) -> Sites:
    for call in program.calls(*OTHERS):
        words = [program.source(one) for one in call.args]
        words += [f"{one.arg}={program.source(one.value)}" for one in call.keywords if one.arg not in ONLY_ONE_HAS]
        function = program.source(call.func)
        name = name_of(call.func)
        yield (program.replaced(call, f"{function[: -len(name)]}{OTHERS[name]}({', '.join(words)})"),)


def _no_momentum(program: Program) -> Sites:
    for call in program.calls(*OPTIMIZERS):
        if word := keyword_of(call, "momentum"):
            yield (program.replaced(word.value, "0.0"),)


def _weight_decay(program: Program) -> Sites:
    for call in program.calls(*OPTIMIZERS):
        if not keyword_of(call, "weight_decay"):
            yield (added_keyword(program, call, "weight_decay=0.1"),)


def _part_of_parameters(program: Program) -> Sites:
    for call in program.calls("parameters"):
        outer = program.parent(call)
        if isinstance(outer, ast.Call) and (name_of(outer.func) in OPTIMIZERS or "optim" in name_of(outer.func)):
            yield (program.replaced(call, f"list({program.source(call)})[-1:]"),)


def _other_decay(program: Program) -> Sites:
    for call in program.calls():
        if word := keyword_of(call, "gamma"):
            yield (program.replaced(word.value, "1.0"),)


OPERATORS = (
    Operator("other_optimizer", "another optimizer", _other),
    Operator("no_momentum", "no momentum", _no_momentum),
    Operator("weight_decay", "a weight decay of 0.1", _weight_decay),
    Operator("part_of_parameters", "gives the optimizer the last parameter alone", _part_of_parameters),
    Operator("constant_rate", "a scheduler that never lowers the rate", _other_decay),
)
