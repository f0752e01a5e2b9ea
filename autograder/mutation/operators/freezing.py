"""Mistakes in freezing: parameters that learn and must not, and the reverse."""

import ast

from autograder.mutation.change import Operator
from autograder.mutation.operators.common import Sites, is_flag
from autograder.mutation.program import Program


def _flipped(program: Program) -> Sites:
    for statement in program.nodes(ast.Assign):
        target = statement.targets[0]
        if isinstance(target, ast.Attribute) and target.attr == "requires_grad":
            source = program.source(statement.value)
            new = repr(not statement.value.value) if is_flag(statement.value) else f"not ({source})"
            yield (program.replaced(statement.value, new),)
    for call in program.calls("requires_grad_"):
        if call.args:
            new = repr(not call.args[0].value) if is_flag(call.args[0]) else f"not ({program.source(call.args[0])})"
            yield (program.replaced(call.args[0], new),)


def _left_out(program: Program) -> Sites:
    for statement in program.nodes(ast.Assign):
        target = statement.targets[0]
        if isinstance(target, ast.Attribute) and target.attr == "requires_grad":
            yield (program.replaced(statement, "pass"),)
    for statement in program.nodes(ast.Expr):
        if isinstance(statement.value, ast.Call) and "requires_grad_" in program.source(statement.value.func):
            yield (program.replaced(statement, "pass"),)


OPERATORS = (
    Operator("frozen_for_free", "freezes layers that must learn, or the reverse", _flipped),
    Operator("not_frozen", "leaves parameters as they are", _left_out),
)
