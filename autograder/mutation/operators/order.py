"""Mistakes in the order of calls: steps that are left out or come at the wrong moment."""

import ast

from autograder.mutation.change import Operator
from autograder.mutation.operators.common import Sites, calling_statements, removed_calls
from autograder.mutation.program import Program

SCHEDULER = "sched"


def _steps(program: Program, *, of_scheduler: bool) -> Sites:
    for statement in calling_statements(program, "step"):
        if (SCHEDULER in program.source(statement).lower()) == of_scheduler:
            yield (program.replaced(statement, "pass"),)


def _zero_grad_late(program: Program) -> Sites:
    """Yield the edits that move zero_grad() between backward() and step(), where it throws the gradients away."""
    for statement in calling_statements(program, "zero_grad"):
        block = program.parent(statement)
        for other in calling_statements(program, "backward"):
            if program.parent(other) is block:
                moved = program.behind(other, program.source(statement))
                yield (program.replaced(statement, "pass"), moved)


def _step_each_batch(program: Program) -> Sites:
    """Yield the edits that step the scheduler behind each step of the optimizer."""
    for statement in calling_statements(program, "step"):
        if SCHEDULER in program.source(statement).lower():
            for other in calling_statements(program, "step"):
                inner = program.around(other, ast.For)
                if other is not statement and inner and program.around(inner, ast.For):
                    moved = program.behind(other, program.source(statement))
                    yield (program.replaced(statement, "pass"), moved)


OPERATORS = (
    Operator("no_zero_grad", "adds up the gradients of all steps", removed_calls("zero_grad")),
    Operator("no_backward", "computes no gradients", removed_calls("backward")),
    Operator("no_step", "never moves the weights", lambda program: _steps(program, of_scheduler=False)),
    Operator("no_scheduler_step", "never lowers the rate", lambda program: _steps(program, of_scheduler=True)),
    Operator("zero_grad_late", "throws the gradients away before the step", _zero_grad_late),
    Operator("scheduler_step_each_batch", "lowers the rate after batches, not epochs", _step_each_batch),
)
