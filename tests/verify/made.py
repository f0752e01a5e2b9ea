"""Hand-made reports, cases and measurements of an assignment with two scored tests."""

from typing import Any

from autograder.model.measurement import Measurement
from autograder.model.outcome import Outcome
from autograder.model.report import Report
from autograder.model.submission import Submission
from autograder.model.verdict import Verdict
from autograder.verify.cases import Case
from autograder.verify.matrix import Column

COLUMNS = (Column("1.1", "The first thing is right.", 4.0), Column("2.1", "The second <thing> is right.", 6.0))
NOTHING = Submission({})


def outcome(number: str, weight: float | None, score: float, *measurements: Measurement) -> Outcome:
    """Return an outcome without an explanation."""
    verdict = Verdict.PASSED if score == (weight or 0) else Verdict.FAILED
    return Outcome(f"Test.{number}", "", number, "", verdict, weight, score, measurements=measurements)


def report(first: float, second: float, **fields: Any) -> Report:
    """Return a report in which the two scored tests earn these points; a third test has no points."""
    lines = (outcome("1.1", 4.0, first), outcome("2.1", 6.0, second), outcome("2.2", None, 0.0))
    return Report("small", "A small one", "embedded", "", lines, **fields)


def case(name: str, *loses: str, **fields: Any) -> Case:
    """Return a case that must lose these tests."""
    return Case(name, f"The story of {name}.", NOTHING, frozenset(loses), **fields)
