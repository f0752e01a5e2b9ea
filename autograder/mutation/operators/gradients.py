"""Mistakes in gradients: computed where they must not be, cut where they must flow."""

import ast

from autograder.mutation.change import Operator
from autograder.mutation.operators.common import LOSS_FUNCTIONS, Sites
from autograder.mutation.program import Edit, Program, name_of

OFF = ("no_grad", "inference_mode")


def _gradients_on(program: Program) -> Sites:
    for call in program.calls(*OFF):
        name, end = name_of(call.func), program.span(call.func)[1]
        yield (Edit(end - len(name), end, "enable_grad"),)


def _detached(program: Program) -> Sites:
    for call in program.nodes(ast.Call):
        if (name_of(call.func) in LOSS_FUNCTIONS or name_of(call.func) in ("loss_fn", "criterion")) and call.args:
            yield (program.replaced(call.args[0], f"({program.source(call.args[0])}).detach().requires_grad_()"),)


def _no_clipping(program: Program) -> Sites:
    for statement in program.nodes(ast.Expr):
        if isinstance(statement.value, ast.Call) and "clip_grad" in name_of(statement.value.func):
            yield (program.replaced(statement, "pass"),)


OPERATORS = (
    Operator("gradients_on", "keeps a graph where none is needed", _gradients_on),
    Operator("detached", "cuts the network off from the loss", _detached),
    Operator("no_clipping", "does not clip gradients", _no_clipping),
)
