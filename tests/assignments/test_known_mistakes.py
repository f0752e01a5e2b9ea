"""The suites prove themselves: reference, template, and every known mistake."""

from collections.abc import Mapping
from functools import cache

import pytest

from autograder import project
from autograder.manifest import load_assignment
from autograder.nouns.report import Report
from autograder.suites.load import load_suites
from autograder.verify.cases import Case, cases_of, faults_of, unproven
from autograder.verify.pool import grade_all

ASSIGNMENTS = {slug: load_assignment(slug) for slug in project.slugs()}
PLANNED = {slug: load_suites(assignment) for slug, assignment in ASSIGNMENTS.items()}
CASES = {slug: list(cases_of(ASSIGNMENTS[slug], PLANNED[slug])) for slug in ASSIGNMENTS}


@cache
def reports_of(slug: str) -> Mapping[str, Report]:
    """Grade all cases of an assignment on the embedded data, several at once."""
    submissions = [case.submission for case in CASES[slug]]
    graded = grade_all(ASSIGNMENTS[slug], "embedded", submissions)
    return {case.name: report for case, report in zip(CASES[slug], graded, strict=True)}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("slug", "case"),
    [pytest.param(slug, case, id=f"{slug}-{case.name}") for slug, cases in CASES.items() for case in cases],
)
def test_case_comes_to_what_it_must(slug: str, case: Case) -> None:
    """The reference earns all, the template nothing, and a mistake loses exactly the tests it names."""
    report = reports_of(slug)[case.name]

    assert faults_of(case, report) == []
    assert report.max_score == ASSIGNMENTS[slug].points


@pytest.mark.parametrize("slug", ASSIGNMENTS)
def test_every_scored_test_is_failed_by_some_mistake(slug: str) -> None:
    """A test without a known mistake that fails it does not exist."""
    assert unproven(PLANNED[slug], CASES[slug]) == []


def test_there_are_at_least_25_known_mistakes() -> None:
    """The reference and the template do not count; the small example needs no such crowd."""
    assert len(CASES["cifar8_finetune"]) - 2 >= 25
