"""The lines of a class: their students, their status, and whether the score is final."""

from enum import StrEnum

from autograder.model.class_result import ClassResult, ClassRow
from autograder.model.hand_in import Student
from autograder.model.outcome import Outcome

NOBODY = Student("")


class Status(StrEnum):
    """The state of a line of a class, in the words of the gradebook."""

    GRADED = "graded"
    UNUSABLE = "cannot be graded"
    NOTHING = "nothing handed in"
    NEEDS_A_PERSON = "needs a person"


def status_of(row: ClassRow) -> Status:
    """Return the line's state; a fault of the harness outweighs everything else."""
    if row.report is None:
        return Status.NOTHING
    if row.report.faults:
        return Status.NEEDS_A_PERSON
    return Status.UNUSABLE if row.report.problem else Status.GRADED


def final_score(row: ClassRow) -> float | None:
    """Return the score that may go to the platform; None where a person must decide first.

    A hand-in that cannot be graded scores 0, as the student was told. A missing hand-in and a failure of the harness
    have no score, because nobody has judged anything yet.
    """
    undecided = status_of(row) in (Status.NOTHING, Status.NEEDS_A_PERSON)
    return None if row.report is None or undecided else row.report.score


def students_of(result: ClassResult) -> list[tuple[Student, ClassRow]]:
    """Return each student with their line, sorted by name; a hand-in that names nobody keeps its line.

    Each member of a group has a line.
    """
    pairs = [(student, row) for row in result.rows for student in row.hand_in.students or (NOBODY,)]
    return sorted(pairs, key=_order)


def rubric_of(result: ClassResult) -> tuple[Outcome, ...]:
    """Return one outcome for each test of the class, for its number, title and points, in the rubric's order.

    Every report should list all tests; if reports differ nevertheless, no test is dropped.
    """
    reports = [row.report for row in result.rows if row.report]
    first = max(reports, key=lambda report: len(report.outcomes), default=None)
    known = {outcome.key: outcome for outcome in first.outcomes} if first else {}
    for report in reports:
        known = known | {outcome.key: outcome for outcome in report.outcomes if outcome.key not in known}
    return tuple(known.values())


def max_score_of(result: ClassResult) -> float:
    """Return the maximum number of points that the harness gives."""
    return round(sum(outcome.weight or 0.0 for outcome in rubric_of(result)), 6)


def _order(pair: tuple[Student, ClassRow]) -> tuple[str, ...]:
    student, row = pair
    return (
        student.name.casefold(), student.name, student.sid, student.email, student.platform_id, row.hand_in.key,
    )  # fmt: skip
