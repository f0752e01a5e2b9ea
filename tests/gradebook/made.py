"""Small classes that several tests use."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.model.class_result import ClassResult, ClassRow
from autograder.model.hand_in import HandIn, Student
from autograder.model.outcome import Explanation, Outcome
from autograder.model.report import Report
from autograder.model.verdict import Verdict

PASSED = Outcome("Data.length", "1. Data", "1.1", "The length is right", Verdict.PASSED, 5.0, 5.0)
FAILED = Outcome(
    "Net.shape", "2. Net", "2.1", "The shape is right", Verdict.FAILED, 2.5, 0.0, Explanation(seen="(8, 10)")
)
BY_HAND = Outcome("Net.story", "2. Net", "2.2", "The story is told", Verdict.NOT_RUN, None, manual=4.0)
FAULTY = replace(FAILED, verdict=Verdict.HARNESS_FAULT)
OUTCOMES = (PASSED, FAILED, BY_HAND)


def a_report(*outcomes: Outcome, **changes: Any) -> Report:
    """Return a report; three outcomes and 5 of 7.5 points unless others are given."""
    return Report(
        "small", "A small one", "embedded", changes.pop("submission", "d" * 64), outcomes or OUTCOMES, **changes
    )


def a_row(key: str, *students: Student, report: Report | None = None, **changes: Any) -> ClassRow:
    """Return a graded line; with `problem`, one without a hand-in."""
    problem = changes.get("problem", "")
    hand_in = HandIn(key, students, None if problem else Path(f"{key}.py"), **changes)
    return ClassRow(hand_in, None if problem else report or a_report())


def a_class(*rows: ClassRow, platform: str = "folder", **changes: Any) -> ClassResult:
    """Return a class of these lines."""
    return ClassResult("small", "A small one", "embedded", platform, rows, **changes)
