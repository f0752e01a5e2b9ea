"""The JUnit XML of a grading is well-formed whatever a submission wrote, and has the counts that CI servers show."""

from hypothesis import given
from junitparser import Error, Failure, JUnitXml, Skipped, TestCase

from autograder.model.outcome import Explanation
from autograder.model.report import Report
from autograder.model.verdict import Verdict
from autograder.rendering.junit_report import to_junit
from tests.helpers import report_of
from tests.rendering.reports import reports
from tests.rendering.test_gradescope import line


def cases(report: Report) -> list[TestCase]:
    """Return the cases as a reader finds them."""
    return [case for suite in JUnitXml.fromstring(to_junit(report)) for case in suite]


@given(reports)
def test_every_report_can_be_parsed(report: Report) -> None:
    """XML allows no control characters, and text must be escaped."""
    hidden = sum(one.visibility not in ("", "visible") for one in report.outcomes)

    assert len(cases(report)) == len(report.outcomes) - max(hidden - 1, 0)


def test_kinds_of_outcomes_are_distinguished() -> None:
    """Less than full points is a failure, a fault of the grader an error, and a test that did not run is skipped."""
    report = report_of(
        line(), line(score=2.0, verdict=Verdict.FAILED), line(score=0.0, verdict=Verdict.HARNESS_FAULT),
        line(score=0.0, verdict=Verdict.NOT_RUN), line(weight=None, score=0.0, manual=3.0),
    )  # fmt: skip
    found = [type(case.result[0]) if case.result else None for case in cases(report)]
    suite = next(iter(JUnitXml.fromstring(to_junit(report))))

    assert found == [None, Failure, Error, Skipped, Skipped]
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (5, 1, 1, 2)


def test_failure_shows_the_observation() -> None:
    """A CI server shows the first line, and the rest on demand."""
    said = Explanation(expected="10", seen="9 <of> 10", hint="Look at the end.")
    (case,) = cases(report_of(line(score=2.0, verdict=Verdict.FAILED, explanation=said)))
    (result,) = case.result

    assert case.name == "1.1 It works."
    assert result.message == "2 of 5 points: 9 <of> 10"
    assert "Hint:     Look at the end." in result.text


def test_points_are_properties_of_the_suite() -> None:
    """JUnit itself knows only passed and failed; the seconds are those of the whole grading."""
    report = report_of(line(score=2.5), line(), execution_s=3.2)
    suite = next(iter(JUnitXml.fromstring(to_junit(report))))

    assert suite.time == 3.2
    assert {one.name: one.value for one in suite.properties()} == {"score": "7.5", "max_score": "10"}


def test_problem_of_the_upload_is_shown() -> None:
    """All tests fail then, and one reason is enough."""
    suite = next(iter(JUnitXml.fromstring(to_junit(report_of(line(score=0.0), problem="It is a notebook.")))))

    assert "It is a notebook." in [one.value for one in suite.properties()]
