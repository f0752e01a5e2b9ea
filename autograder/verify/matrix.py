"""The matrix of known mistakes by tests: the points that each loses, and where the expectation differs."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from autograder.model.report import Report
from autograder.suites.load import PlannedTest
from autograder.verify.cases import Case, faults_of
from autograder.verify.surprise import Surprise, surprises_of


class Mark(Enum):
    """The result of a test in a case; the value is its symbol."""

    KEPT = "·"
    LOST = "●"  # as expected
    LOST_TOO = "✗"  # unexpectedly
    SURVIVED = "○"  # kept though it must be lost

    @property
    def is_fault(self) -> bool:
        """Whether this differs from the expectation."""
        return self in (Mark.LOST_TOO, Mark.SURVIVED)


@dataclass(frozen=True)
class Column:
    """A scored test: its number in the rubric, its title for students, and its points."""

    number: str
    title: str
    points: float


@dataclass(frozen=True)
class Row:
    """A graded case.

    Attributes:
        name: of the case.
        story: a sentence about it.
        score: points that it earned.
        marks: one for each column.
        faults: how it differs from its expected result, in words; empty if it does not.
        wall_s: duration of the grading, seconds.
        is_mistake: whether it proves the tests that it fails; the template, which fails all, proves none.
        surprises: what the tests behind the faults expected and saw.
    """

    name: str
    story: str
    score: float
    marks: tuple[Mark, ...]
    faults: tuple[str, ...]
    wall_s: float
    is_mistake: bool = True
    surprises: tuple[Surprise, ...] = ()


@dataclass(frozen=True)
class Matrix:
    """The known mistakes' evidence about the suites of an assignment.

    Attributes:
        slug: the assignment's name.
        title: as people read it.
        profile: name of the data.
        points: sum of the suites' points.
        columns: the scored tests.
        rows: the graded cases: reference, template, mistakes.
        unproven: scored tests that no known mistake fails: nothing shows that they judge anything.
        left_out: names of the cases that were skipped because the reference loses points.
    """

    slug: str
    title: str
    profile: str
    points: float
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    unproven: tuple[Column, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def faulty(self) -> tuple[Row, ...]:
        """The cases with an unexpected result."""
        return tuple(row for row in self.rows if row.faults)

    @property
    def is_clean(self) -> bool:
        """Whether every case has its expected result, and some mistake fails every scored test."""
        return not (self.faulty or self.unproven or self.left_out)


def columns_of(planned: Sequence[PlannedTest]) -> tuple[Column, ...]:
    """Return the scored tests; items without points, and those that a person judges, have no column."""
    return tuple(Column(test.number, test.title, test.weight) for test in planned if test.weight)


def row_of(case: Case, report: Report, columns: Sequence[Column]) -> Row:
    """Return the row of a graded case."""
    lost = set(report.lost)
    marks = tuple(_mark(column.number in lost, column.number in case.loses) for column in columns)
    faults = tuple(faults_of(case, report))
    return Row(
        case.name, case.story, report.score, marks, faults, report.execution_s,
        is_mistake=not case.all_of_them, surprises=surprises_of(case, report),
    )  # fmt: skip


def _mark(lost: bool, must: bool) -> Mark:
    if lost:
        return Mark.LOST if must else Mark.LOST_TOO
    return Mark.SURVIVED if must else Mark.KEPT
