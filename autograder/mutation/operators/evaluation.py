"""Mistakes in evaluation and choice: ratios, comparisons, the best model."""

import ast
from collections.abc import Callable

from autograder.mutation.change import Operator
from autograder.mutation.operators.common import Sites, called_instead
from autograder.mutation.program import Program

FLIPPED = {ast.Gt: "<", ast.Lt: ">", ast.GtE: "<", ast.LtE: ">", ast.Eq: "!=", ast.NotEq: "=="}
OFF_BY_ONE = {ast.Gt: ">=", ast.Lt: "<=", ast.GtE: ">", ast.LtE: "<"}


def _ratios(new: str) -> Callable[[Program], Sites]:
    def sites(program: Program) -> Sites:
        for node in program.nodes(ast.BinOp):
            if isinstance(node.op, ast.Div) and not isinstance(node.right, ast.Constant):
                words = {"ratio": program.source(node), "left": program.source(node.left)}
                yield (program.replaced(node, new.format(**words)),)

    return sites


def _comparisons(signs: dict[type[ast.cmpop], str]) -> Callable[[Program], Sites]:
    def sites(program: Program) -> Sites:
        for node in program.nodes(ast.Compare):
            sign = signs.get(type(node.ops[0])) if len(node.ops) == 1 else None
            if sign:
                left, right = program.source(node.left), program.source(node.comparators[0])
                yield (program.replaced(node, f"{left} {sign} {right}"),)

    return sites


def _always(program: Program) -> Sites:
    for statement in program.nodes(ast.If, ast.IfExp):
        for new in ("True", "False"):
            yield (program.replaced(statement.test, new),)


def _one_less(program: Program) -> Sites:
    for statement in program.nodes(ast.AugAssign):
        if isinstance(statement.op, ast.Add):
            yield (program.replaced(statement, program.source(statement).replace("+=", "=", 1)),)


OPERATORS = (
    Operator("not_divided", "a sum in the place of a mean or a ratio", _ratios("({left})")),
    Operator("percent", "percent in the place of a fraction", _ratios("(100 * {ratio})")),
    Operator("other_extreme", "the smallest for the largest", called_instead({
        "argmax": "argmin", "argmin": "argmax", "max": "min", "min": "max",
    })),
    Operator("other_comparison", "compares the other way round", _comparisons(FLIPPED)),
    Operator("boundary", "takes the boundary in, or leaves it out", _comparisons(OFF_BY_ONE)),
    Operator("branch_fixed", "always, or never, takes a branch", _always),
    Operator("not_added_up", "keeps the last in the place of the sum", _one_less),
)  # fmt: skip
