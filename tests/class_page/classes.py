"""Small classes that can be counted by hand, and strategies that draw hostile ones."""

from itertools import count
from typing import Any

from hypothesis import strategies as st

from autograder.model.class_result import ClassResult, ClassRow
from autograder.model.hand_in import HandIn, Student
from autograder.model.outcome import Explanation, Outcome
from autograder.model.report import Report
from autograder.model.verdict import Verdict
from tests.rendering.reports import reports, texts

UPLOADS = count()


def scored(number: str, score: float, weight: float = 1.0, seen: str = "", **fields: Any) -> Outcome:
    """Return a test with this number that earned these points."""
    verdict = fields.pop("verdict", Verdict.PASSED if score >= weight else Verdict.FAILED)
    said = fields.pop("explanation", Explanation(seen=seen))
    return Outcome(f"Test.{number}", "Suite", number, f"Title of {number}", verdict, weight, score, said, **fields)


def report(*outcomes: Outcome, **fields: Any) -> Report:
    """Return a report; unless given a digest, each report has a different upload."""
    fields.setdefault("submission", f"digest-{next(UPLOADS)}")
    return Report("small", "A small one", "embedded", outcomes=outcomes, **fields)


def row(key: str, what: Report | None, **fields: Any) -> ClassRow:
    """Return the line of a student whose name is the key."""
    fields.setdefault("students", (Student(key.capitalize()),))
    return ClassRow(HandIn(key, path=None, **fields), what)


def class_of(*rows: ClassRow, **fields: Any) -> ClassResult:
    """Return a class of these lines."""
    return ClassResult("small", "A small one", "embedded", "folder", rows, **fields)


def points_of(*scores: float, most: float = 10.0) -> ClassResult:
    """Return a class of students with one test each, in which they earn these points."""
    return class_of(
        *(
            row(f"s{place}", report(scored("1", score, most), submission=str(place)))
            for place, score in enumerate(scores)
        )
    )


students = st.lists(st.builds(Student, texts, texts, texts, texts), max_size=3).map(tuple)


@st.composite
def classes(draw: st.DrawFn) -> ClassResult:
    """Draw a class whose names, remarks, complaints and reports contain anything."""
    rows = []
    for place in range(draw(st.integers(0, 5))):
        hand_in = HandIn(
            f"key-{place}", draw(students), None, draw(texts), draw(texts), draw(st.booleans()), draw(texts),
            tuple(draw(st.lists(texts, max_size=2))),
        )  # fmt: skip
        rows.append(ClassRow(hand_in, draw(st.none() | reports)))
    complaints = tuple(draw(st.lists(texts, max_size=2)))
    return ClassResult("small", draw(texts), "embedded", "moodle", tuple(rows), complaints)
