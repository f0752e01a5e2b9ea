"""Hidden tests become one line that keeps their points and says nothing else."""

import pytest
from hypothesis import given

from autograder.model.outcome import Explanation
from autograder.model.report import Report
from autograder.model.verdict import Verdict
from autograder.rendering.without_hidden import SAID, room_for_each, without_hidden
from tests.helpers import report_of
from tests.rendering.reports import reports
from tests.rendering.test_gradescope import line

SECRET = Explanation(expected="0.94", seen="0.12 on the held-out images", detail="confusion")


@given(reports)
def test_points_stay_the_same(report: Report) -> None:
    """Whatever is hidden, score and total are those of the whole report."""
    shown = without_hidden(report)

    assert shown.score == pytest.approx(report.score, abs=1e-5)
    assert shown.max_score == pytest.approx(report.max_score, abs=1e-5)


@pytest.mark.parametrize("visibility", ["hidden", "after_due_date", "after_published"])
def test_content_of_hidden_tests_is_not_shown(visibility: str) -> None:
    """The line gives only their number and their points, neither titles nor observations."""
    hidden = [line(title="Accuracy", score=2.0, visibility=visibility, explanation=SECRET, remarks=("0.12",))] * 2
    visible, folded = without_hidden(report_of(line(), *hidden)).outcomes

    assert visible == line()
    assert (folded.title, folded.score, folded.weight) == ("2 hidden tests", 4.0, 10.0)
    assert (folded.explanation, folded.remarks) == (Explanation(), (SAID,))


def test_report_without_hidden_tests_is_unchanged() -> None:
    """There is no line about nothing."""
    report = report_of(line(), line(visibility="visible"))

    assert without_hidden(report) is report


def test_hidden_test_that_takes_all_points_is_shown() -> None:
    """A student who loses everything reads why."""
    report = report_of(line(), line(visibility="hidden", score=0.0, forfeits=True, explanation=SECRET))

    assert without_hidden(report) is report


def test_fault_of_the_grader_is_not_hidden_with_its_test() -> None:
    """A person must still look at it."""
    fault = line(visibility="hidden", score=0.0, verdict=Verdict.HARNESS_FAULT)
    (folded,) = without_hidden(report_of(fault, line(visibility="hidden"))).outcomes

    assert folded.verdict is Verdict.HARNESS_FAULT


def test_many_tests_share_the_room() -> None:
    """A hundred tests together stay below the platforms' limit."""
    assert room_for_each(report_of(*[line()] * 3)) == 4000
    assert room_for_each(report_of(*[line()] * 100)) == 2000
