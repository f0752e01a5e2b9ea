"""Autolab's last line is always its JSON, and suites are its problems."""

import json

import pytest
from hypothesis import given

from autograder.model.outcome import Explanation
from autograder.model.report import Report
from autograder.model.verdict import Verdict
from autograder.rendering.autolab import scores_of, to_autolab
from tests.helpers import report_of
from tests.rendering.reports import reports, unprintable_in
from tests.rendering.test_gradescope import line


@given(reports)
def test_last_line_holds_all_points(report: Report) -> None:
    """A submission's text can neither follow the last line nor pass for it."""
    text = to_autolab(report)
    last = json.loads(text.splitlines()[-1])

    assert text.endswith("}\n")
    assert set(last) == {"scores"}
    if not report.faults:
        assert sum(last["scores"].values()) == pytest.approx(report.score, abs=1e-5)


@given(reports)
def test_feedback_is_printable(report: Report) -> None:
    """Autolab shows the feedback in a browser, and streams it while it is printed."""
    assert unprintable_in(to_autolab(report)) == set()
    assert to_autolab(report).encode()


def test_each_suite_is_a_problem() -> None:
    """A problem has the suite's title, all hidden tests are one, and items without points are none."""
    report = report_of(
        line(suite="1. Dataset"), line(suite="1. Dataset"), line(suite="1. Dataset", score=2.5, visibility="hidden"),
        line(suite="2. Notes", weight=None, score=0.0), line(suite="3. Model", score=0.0),
    )  # fmt: skip

    assert scores_of(report) == {"1. Dataset": 10.0, "3. Model": 0.0, "Hidden tests": 2.5}


def test_suite_in_which_the_grader_failed_stays_ungraded() -> None:
    """A person gives its points; a score of 0 would mean a wrong answer."""
    fault = line(suite="1. Dataset", score=0.0, verdict=Verdict.HARNESS_FAULT)

    assert scores_of(report_of(line(suite="1. Dataset"), fault, line(suite="2. Model"))) == {"2. Model": 5.0}


def test_forfeited_result_has_no_points_in_any_suite() -> None:
    """The problems' points add up to the score."""
    report = report_of(line(suite="1. Dataset"), line(suite="2. Model", score=0.0, forfeits=True))

    assert scores_of(report) == {"1. Dataset": 0.0, "2. Model": 0.0}


def test_student_reads_visible_tests_only() -> None:
    """Standard output, all of which the student sees, shows nothing of hidden tests."""
    said = Explanation(expected="10", seen="9")
    hidden = line(title="Held-out accuracy", visibility="hidden", explanation=Explanation(seen="0.12"))
    text = to_autolab(report_of(line(score=0.0, verdict=Verdict.FAILED, explanation=said), hidden))

    assert "✗ 1.1 It works.  0 / 5\n    Expected: 10\n    Seen:     9\n" in text
    assert "✓ 1 hidden test  5 / 5" in text
    assert "Held-out" not in text
    assert "0.12" not in text
