"""The findings of `verify` as JUnit XML for CI servers."""

import io
from collections.abc import Iterable

from junitparser import Failure, JUnitXml, Skipped, TestCase, TestSuite

from autograder.rendering.text import plain
from autograder.verify.attacks import AttackResult
from autograder.verify.audit import Audit
from autograder.verify.findings import Findings
from autograder.verify.matrix import Matrix, Row


def junit_of(findings: Findings) -> bytes:
    """Return the document: a suite for each assignment, for each audit, and for the attacks."""
    document = JUnitXml("verify")
    for matrix in findings.matrices:
        document.add_testsuite(_suite(f"{matrix.slug} ({matrix.profile})", _cases_of(matrix)))
    for audit in findings.audits:
        document.add_testsuite(_suite(f"{audit.slug} ({audit.profile}), audit", _cases_of_audit(audit)))
    if findings.attacks:
        document.add_testsuite(_suite("attacks", map(_case_of_attack, findings.attacks)))
    document.update_statistics()  # type: ignore[no-untyped-call]
    written = io.BytesIO()
    document.write(written, pretty=True)
    return written.getvalue()


def _cases_of(matrix: Matrix) -> Iterable[TestCase]:
    """Yield a case for each graded submission, and one for each scored test, which some mistake must fail."""
    for row in matrix.rows:
        yield _case(f"{matrix.slug}.cases", row.name, row.faults, _story_of(row), row.wall_s)
    for name in matrix.left_out:
        yield _skipped(f"{matrix.slug}.cases", name, "nothing can be compared with a reference that loses points")
    for column in matrix.unproven:
        yield _case(f"{matrix.slug}.tests", column.number, ["no known mistake fails it"], column.title)


def _story_of(row: Row) -> str:
    """Return the row's story, and what surprising tests expected and saw."""
    said = (f"{', '.join(one.numbers)}: expected {one.expected}\n  seen {one.seen}" for one in row.surprises)
    return "\n".join([row.story, *said])


def _cases_of_audit(audit: Audit) -> Iterable[TestCase]:
    """Yield a case for each run and one for each measurement."""
    if audit.problem:
        yield _case(f"{audit.slug}.runs", "reference", [audit.problem])
    for run in audit.runs:
        lost = [f"loses {', '.join(run.lost)}"] if run.lost else []
        yield _case(f"{audit.slug}.runs", f"seed {run.seed}", lost, wall_s=run.wall_s)
    for one in audit.spreads:
        name = f"{one.name} ({', '.join(one.tests)})" if one.tests else one.name
        measurements = f"mean {one.mean:.6g}, spread {one.spread:.3g}, threshold {one.threshold:.6g}"
        yield _case(f"{audit.slug}.measurements", name, [one.fault] if one.fault else [], measurements)


def _case_of_attack(attack: AttackResult) -> TestCase:
    return _case(f"attacks.{attack.family}", attack.name, attack.faults, attack.story, attack.wall_s)


def _suite(name: str, cases: Iterable[TestCase]) -> TestSuite:
    suite = TestSuite(name)
    suite.add_testcases(list(cases))
    return suite


def _case(group: str, name: str, faults: Iterable[str], story: str = "", wall_s: float = 0.0) -> TestCase:
    """Return a case that has failed if there are faults; the story is its output."""
    case = TestCase(name, group, round(wall_s, 2))
    said = [plain(fault) for fault in faults]  # XML allows no control characters
    if said:
        failure = Failure(said[0])
        failure.text = "\n".join([*said, *filter(None, [plain(story)])])
        case.result = failure
    elif story:
        case.system_out = plain(story)
    return case


def _skipped(group: str, name: str, why: str) -> TestCase:
    case = TestCase(name, group, 0.0)
    case.result = Skipped(why)
    return case
