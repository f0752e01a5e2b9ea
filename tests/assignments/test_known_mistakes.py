"""The suites prove themselves: reference, template, and every known mistake."""

import pytest

from autograder.manifest import load_assignment
from autograder.nouns.report import Report
from autograder.suites.load import load_suites
from autograder.verify.cases import Case, cases_of, faults_of, unproven
from autograder.verify.pool import grade_all

ASSIGNMENT = load_assignment("cifar8_finetune")
PLANNED = load_suites(ASSIGNMENT)
CASES = {case.name: case for case in cases_of(ASSIGNMENT, PLANNED)}


@pytest.fixture(scope="module")
def reports() -> dict[str, Report]:
    """Grade all cases on the embedded data, several at once."""
    submissions = [case.submission for case in CASES.values()]
    return dict(zip(CASES, grade_all(ASSIGNMENT, "embedded", submissions), strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_case_comes_to_what_it_must(reports: dict[str, Report], case: Case) -> None:
    """The reference earns all, the template nothing, and a mistake loses exactly the tests it names."""
    assert faults_of(case, reports[case.name]) == []
    assert reports[case.name].max_score == ASSIGNMENT.points


def test_every_scored_test_is_failed_by_some_mistake() -> None:
    """A test without a known mistake that fails it does not exist."""
    assert unproven(PLANNED, list(CASES.values())) == []


def test_there_are_at_least_25_known_mistakes() -> None:
    """The reference and the template do not count."""
    assert len(CASES) - 2 >= 25
