"""Mistakes in modes: training where it must be evaluation, and the reverse."""

from autograder.mutation.change import Operator
from autograder.mutation.operators.common import Sites, calling_statements, removed_calls
from autograder.mutation.program import Edit, Program


def _train_for_eval(program: Program) -> Sites:
    for statement in calling_statements(program, "eval"):
        end = program.span(statement.value.func)[1]  # type: ignore[attr-defined]
        yield (Edit(end - len("eval"), end, "train"),)


OPERATORS = (
    Operator("no_eval", "evaluates in training mode", removed_calls("eval")),
    Operator("train_for_eval", "turns training mode on to evaluate", _train_for_eval),
    Operator("no_train", "does not turn training mode on again", removed_calls("train")),
)
