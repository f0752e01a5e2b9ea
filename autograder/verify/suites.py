"""Proves the suites of assignments: grades the reference, the template and every known mistake."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.manifest import load_assignment
from autograder.model.assignment import Assignment
from autograder.suites.load import PlannedTest, load_suites
from autograder.verify.cases import Case, cases_of, unproven
from autograder.verify.matrix import Matrix, Row, columns_of, row_of
from autograder.verify.pool import Batch, grade_batches
from autograder.verify.reuse import Reuse
from autograder.verify.worker import Task


@dataclass(frozen=True)
class Plan:
    """The gradings that prove the suites of one assignment.

    Attributes:
        assignment: the assignment with these suites.
        profile: name of the data.
        planned: their tests.
        cases: all cases, the reference first.
        only: part of a name or a test's number, which chooses cases; empty for all (`Case.is_meant`).
        reuse: the folder from which known mistakes take observations; None to observe all of them.
    """

    assignment: Assignment
    profile: str
    planned: list[PlannedTest]
    cases: tuple[Case, ...]
    only: str = ""
    reuse: Path | None = None

    @property
    def chosen(self) -> tuple[Case, ...]:
        """The chosen cases, in their order."""
        return tuple(case for case in self.cases if case.is_meant(self.only, self.numbers))

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers of the scored tests."""
        return tuple(test.number for test in self.planned if test.weight)

    @property
    def graded(self) -> tuple[Case, ...]:
        """The graded cases: always the reference, because the others are compared with it, and the chosen ones."""
        others = tuple(case for case in self.chosen if case is not self.cases[0])
        return (self.cases[0], *others)

    @property
    def batch(self) -> Batch:
        """The tasks for the pool; a reference that is not chosen may use stored observations."""
        return Batch(self.assignment, self.profile, [self._task_for(case) for case in self.graded])

    def _task_for(self, case: Case) -> Task:
        if case not in self.chosen:
            return Task()
        reuse = Reuse(self.reuse, case) if self.reuse and case.is_mistake else None
        return Task(case.submission, reuse=reuse)


def plan_for(slug: str, profile: str, only: str = "", reuse: Path | None = None) -> Plan:
    """Return the gradings that prove the suites of an assignment; the arguments are described in `Plan`.

    Raises:
        UnusableInput: there is no such assignment.
        UnusableMistake: a known mistake does not fit the reference solution.
        UnusableSuite: a test cannot be judged as it is written.
    """
    assignment = load_assignment(slug)
    planned = load_suites(assignment)
    return Plan(assignment, profile, planned, tuple(cases_of(assignment, planned, profile)), only, reuse)


def prove(plans: Sequence[Plan], on_row: Callable[[Plan, Row], None]) -> Iterator[Matrix]:
    """Yield the matrix of each assignment as soon as it is known; several assignments are graded at once.

    Args:
        plans: the gradings.
        on_row: called with the result of each case as soon as it is known.
    """
    rows: list[dict[int, Row]] = [{} for _ in plans]
    for done in grade_batches([plan.batch for plan in plans]):
        plan, known = plans[done.batch], rows[done.batch]
        case, report = plan.graded[done.task], done.graded.report
        is_useless = done.task == 0 and bool(report.lost)
        if case in plan.chosen or is_useless:
            known[done.task] = row_of(case, report, columns_of(plan.planned))
            on_row(plan, known[done.task])
        if is_useless or len(known) == len(plan.chosen):
            yield _matrix_of(plan, known)


def _matrix_of(plan: Plan, known: dict[int, Row]) -> Matrix:
    """Return the matrix of the graded cases, in their order."""
    left_out = [case for task, case in enumerate(plan.graded) if task not in known and case in plan.chosen]
    columns = columns_of(plan.planned)
    without = set() if plan.only else set(unproven(plan.planned, list(plan.cases)))
    return Matrix(
        slug=plan.assignment.slug,
        title=plan.assignment.title,
        profile=plan.profile,
        points=sum(column.points for column in columns),
        columns=columns,
        rows=tuple(row for _, row in sorted(known.items())),
        unproven=tuple(column for column in columns if column.number in without),
        left_out=tuple(case.name for case in left_out),
    )
