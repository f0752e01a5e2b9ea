"""The matrix of known mistakes by tests: what each loses, and where that is not what it must lose."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from autograder.model.report import Report
from autograder.suites.load import PlannedTest
from autograder.verify.cases import Case, faults_of


class Mark(Enum):
    """What became of a test in a case; the value is the sign that stands for it."""

    KEPT = "·"
    LOST = "●"  # as it must
    LOST_TOO = "✗"  # against what it must
    SURVIVED = "○"  # kept though it must be lost

    @property
    def is_fault(self) -> bool:
        """Whether this is not what it must be."""
        return self in (Mark.LOST_TOO, Mark.SURVIVED)


@dataclass(frozen=True)
class Column:
    """A scored test: its number in the rubric, what students read of it, and its points."""

    number: str
    title: str
    points: float


@dataclass(frozen=True)
class Row:
    """A case that was graded.

    Attributes:
        name: of the case.
        story: what it is, in a sentence.
        score: points that it earned.
        marks: one for each column.
        faults: how it differs from what it must come to, in words; empty if it does not.
        wall_s: seconds that it took.
        is_mistake: whether it shows that the tests that it fails judge something; the template, which fails all,
            does not.
    """

    name: str
    story: str
    score: float
    marks: tuple[Mark, ...]
    faults: tuple[str, ...]
    wall_s: float
    is_mistake: bool = True


@dataclass(frozen=True)
class Matrix:
    """What the known mistakes show of the suites of an assignment.

    Attributes:
        slug: the assignment's name.
        title: as people read it.
        profile: the data that was graded on.
        points: what the suites give in all.
        columns: the scored tests.
        rows: the cases that were graded: reference, template, mistakes.
        unproven: scored tests that no known mistake fails: nothing shows that they judge anything.
        left_out: names of the cases that were not graded, because the reference loses points.
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
        """The cases that come to something else than they must."""
        return tuple(row for row in self.rows if row.faults)

    @property
    def is_clean(self) -> bool:
        """Whether every case comes to what it must, and every scored test is failed by some mistake."""
        return not (self.faulty or self.unproven or self.left_out)


def columns_of(planned: Sequence[PlannedTest]) -> tuple[Column, ...]:
    """Return the scored tests; lines without points, and those that a person judges, have no column."""
    return tuple(Column(test.number, test.title, test.weight) for test in planned if test.weight)


def row_of(case: Case, report: Report, columns: Sequence[Column]) -> Row:
    """Return what a case came to."""
    lost = set(report.lost)
    marks = tuple(_mark(column.number in lost, column.number in case.loses) for column in columns)
    faults = tuple(faults_of(case, report))
    return Row(case.name, case.story, report.score, marks, faults, report.execution_s, not case.all_of_them)


def _mark(lost: bool, must: bool) -> Mark:
    if lost:
        return Mark.LOST if must else Mark.LOST_TOO
    return Mark.SURVIVED if must else Mark.KEPT
