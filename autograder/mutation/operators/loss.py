"""Mistakes in the loss: another one, summed, negated, or noted as a tensor."""

import ast

from autograder.mutation.change import Operator
from autograder.mutation.operators.common import (
    LOSS_FUNCTIONS,
    LOSSES,
    Sites,
    added_keyword,
    called_instead,
    calling_statements,
)
from autograder.mutation.program import Program, keyword_of

OTHERS = {
    "CrossEntropyLoss": "MultiMarginLoss", "NLLLoss": "MultiMarginLoss", "MSELoss": "L1Loss", "L1Loss": "MSELoss",
    "cross_entropy": "multi_margin_loss", "nll_loss": "multi_margin_loss", "mse_loss": "l1_loss", "l1_loss": "mse_loss",
}  # fmt: skip


def _summed(program: Program) -> Sites:
    for call in program.calls(*LOSSES, *LOSS_FUNCTIONS):
        if not keyword_of(call, "reduction"):
            yield (added_keyword(program, call, 'reduction="sum"'),)


def _negated(program: Program) -> Sites:
    for statement in calling_statements(program, "backward"):
        value = statement.value.func.value  # type: ignore[attr-defined]
        yield (program.replaced(value, f"(-{program.source(value)})"),)


def _kept_as_tensor(program: Program) -> Sites:
    for call in program.calls("item"):
        if isinstance(call.func, ast.Attribute) and not call.args:
            yield (program.replaced(call, program.source(call.func.value)),)


OPERATORS = (
    Operator("other_loss", "another loss", called_instead(OTHERS)),
    Operator("summed_loss", "the sum over the batch in the place of the mean", _summed),
    Operator("negated_loss", "climbs instead of descending", _negated),
    Operator("tensor_kept", "keeps a tensor, and its graph, in the place of a number", _kept_as_tensor),
)
