"""A report as JUnit XML for CI servers."""

import io

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from autograder.model.outcome import Outcome
from autograder.model.report import Report
from autograder.model.verdict import Verdict
from autograder.rendering.gradescope import test_output
from autograder.rendering.text import plain, points
from autograder.rendering.without_hidden import room_for_each, without_hidden


def to_junit(report: Report) -> bytes:
    """Return the document: one suite, a case for each test, and the points as properties."""
    room = room_for_each(report)
    suite = TestSuite(plain(f"{report.title} ({report.profile} data)", 300))
    suite.add_property("score", points(report.score))
    suite.add_property("max_score", points(report.max_score))
    if report.problem:
        suite.add_property("problem", plain(report.problem))
    suite.add_testcases([_case(report.assignment, outcome, room) for outcome in without_hidden(report).outcomes])
    document = JUnitXml(report.assignment)
    document.add_testsuite(suite)
    document.update_statistics()  # type: ignore[no-untyped-call]
    document.time = suite.time = round(report.execution_s, 2)  # single tests are not timed
    written = io.BytesIO()
    document.write(written, pretty=True)
    return written.getvalue()


def _case(assignment: str, outcome: Outcome, room: int) -> TestCase:
    """Return a case: less than full points is a failure, a fault of the grader itself an error."""
    name = plain(f"{outcome.number} {outcome.title}".strip(), 300) or outcome.key
    case = TestCase(name, plain(f"{assignment}.{outcome.suite}", 300))
    text = plain(test_output(outcome), room)  # XML allows no control characters
    kind = _kind(outcome)
    if kind is None:
        if text:
            case.system_out = text
    else:
        result = kind(_headline(outcome), outcome.verdict.value)
        result.text = text
        case.result = result
    return case


def _kind(outcome: Outcome) -> type[Failure] | type[Error] | type[Skipped] | None:
    if outcome.verdict is Verdict.HARNESS_FAULT:
        return Error
    if outcome.manual is not None or outcome.verdict is Verdict.NOT_RUN:
        return Skipped
    full = outcome.verdict is Verdict.PASSED and outcome.score >= (outcome.weight or 0.0)
    return None if full else Failure


def _headline(outcome: Outcome) -> str:
    worth = "" if outcome.weight is None else f"{points(outcome.score)} of {points(outcome.weight)} points"
    said = outcome.explanation.seen or outcome.verdict.value
    return plain(": ".join(filter(None, (worth, said))), 300)
