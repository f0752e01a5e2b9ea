"""PrairieLearn's `results.json` has the documented shape, and a fault of the grader never costs a student."""

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given

from autograder.model.outcome import Explanation
from autograder.model.report import Report
from autograder.model.verdict import Verdict
from autograder.rendering.prairielearn import to_prairielearn
from tests.helpers import report_of
from tests.rendering.reports import reports, unprintable_in
from tests.rendering.test_gradescope import line, strings

LARGEST = 1_000_000  # bytes; docs/externalGrading.md
# PrairieLearn publishes no schema; this one follows its documentation's "Grading results", but allows no other keys.
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "gradable": {"type": "boolean"},
        "score": {"type": "number", "minimum": 0, "maximum": 1},
        "message": {"type": "string"},
        "format_errors": {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "name": {"type": "string", "minLength": 1},
                    "points": {"type": "number", "minimum": 0},
                    "max_points": {"type": "number", "minimum": 0},
                    "message": {"type": "string"},
                    "output": {"type": "string"},
                },
                "required": ["name", "points", "max_points"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["gradable", "score", "tests"],
    "additionalProperties": False,
}


@given(reports)
def test_every_report_has_the_documented_shape_and_size(report: Report) -> None:
    """PrairieLearn refuses results above 1 MB."""
    text = json.dumps(to_prairielearn(report), indent=2, ensure_ascii=False, allow_nan=False)

    jsonschema.validate(json.loads(text), SCHEMA)
    assert len(text.encode()) < LARGEST


@given(reports)
def test_no_control_character_comes_out(report: Report) -> None:
    """Its page turns escape sequences into colours."""
    assert {c for text in strings(to_prairielearn(report)) for c in unprintable_in(text)} == set()


def test_student_reads_the_remedy_and_the_detail_below() -> None:
    """Message and output are two boxes there."""
    said = Explanation(expected="10", seen="9", hint="Look at the end.", detail="line 1\nline 2")
    results = to_prairielearn(report_of(line(), line(score=2.5, verdict=Verdict.FAILED, explanation=said)))

    assert (results["gradable"], results["score"]) == (True, 0.75)
    assert results["tests"][1] == {
        "name": "1.1 It works.",
        "points": 2.5,
        "max_points": 5.0,
        "message": "Expected: 10\nSeen:     9\nHint:     Look at the end.",
        "output": "line 1\nline 2",
    }


def test_upload_that_cannot_be_graded_costs_no_attempt() -> None:
    """The student reads the reason among the format errors."""
    results = to_prairielearn(report_of(line(score=0.0, verdict=Verdict.RAISED), problem="It is a notebook."))

    assert results["gradable"] is False
    assert results["format_errors"] == ["It is a notebook."]


def test_problem_without_a_printable_character_is_no_empty_error() -> None:
    """It costs no attempt either."""
    results = to_prairielearn(report_of(line(score=0.0), problem="\x1f"))

    assert results["gradable"] is False
    assert "format_errors" not in results


def test_grading_that_was_stopped_keeps_the_points_until_then() -> None:
    """The tests that ran before the time was up count."""
    results = to_prairielearn(report_of(line(), line(score=0.0, verdict=Verdict.NOT_RUN), problem="The time is up."))

    assert (results["gradable"], results["score"]) == (True, 0.5)
    assert results["message"].startswith("The time is up.")


def test_fault_of_the_grader_costs_no_attempt() -> None:
    """It is not a wrong answer."""
    results = to_prairielearn(report_of(line(), line(score=0.0, verdict=Verdict.HARNESS_FAULT)))

    assert results["gradable"] is False
    assert "not your fault" in results["format_errors"][0]


@pytest.mark.parametrize("score", [5.0, 0.0])
def test_forfeited_result_shows_no_points(score: float) -> None:
    """The page adds up the tests' points, and the sum must equal the score."""
    results = to_prairielearn(report_of(line(), line(score=score, forfeits=True, verdict=Verdict.FAILED)))

    assert (results["gradable"], results["score"]) == (True, 0.0)
    assert sum(test["points"] for test in results["tests"]) == 0
    assert results["message"].startswith("The whole result is 0 points")


def test_item_without_points_is_zero_of_zero() -> None:
    """Without points of its own, such a test would hide the points of all others."""
    (test,) = to_prairielearn(report_of(line(weight=None, score=0.0)))["tests"]

    assert (test["points"], test["max_points"]) == (0.0, 0.0)
