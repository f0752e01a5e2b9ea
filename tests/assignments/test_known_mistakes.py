"""The suites prove themselves: reference, template, and every known mistake."""

import pytest

from autograder import project
from autograder.manifest import load_assignment
from autograder.verify.cases import Case, faults_of, unproven
from autograder.verify.worker import Graded
from tests.assignments.freshness import FULL
from tests.assignments.gradings import Wanted, plan_of

LEAST_EACH, LEAST_IN_ALL = 15, 85
PLANS = {slug: plan_of(slug) for slug in project.slugs()}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("graded", "slug", "case"),
    [
        pytest.param((Wanted(slug, "embedded", case.name),), slug, case, id=f"{slug}-{case.name}")
        for slug, plan in PLANS.items()
        for case in plan.cases
    ],
    indirect=["graded"],
)
def test_case_comes_to_what_it_must(graded: list[Graded], slug: str, case: Case) -> None:
    """The reference earns all, the template nothing, and a mistake loses exactly the tests it names."""
    report = graded[0].report

    assert faults_of(case, report) == []
    assert report.max_score + report.manual_points == PLANS[slug].assignment.points


@pytest.mark.parametrize("slug", PLANS)
def test_every_scored_test_is_failed_by_some_mistake(slug: str) -> None:
    """A test without a known mistake that fails it does not exist."""
    assert unproven(PLANS[slug].planned, list(PLANS[slug].cases)) == []


@pytest.mark.parametrize("slug", PLANS)
def test_mistakes_have_names_of_their_own(slug: str) -> None:
    """A name stands for one story, in the matrix and in what CI shows."""
    names = [case.name for case in PLANS[slug].cases]

    assert len(set(names)) == len(names)


def test_there_are_enough_known_mistakes() -> None:
    """The collections do not silently shrink; reference and template do not count."""
    mistakes = {slug: len(plan.cases) - 2 for slug, plan in PLANS.items()}

    assert {slug: mistakes[slug] for slug in FULL if mistakes[slug] < LEAST_EACH} == {}
    assert sum(mistakes.values()) >= LEAST_IN_ALL


@pytest.mark.parametrize(
    ("slug", "profile"), [(slug, profile) for slug in FULL for profile in sorted(load_assignment(slug).profiles)]
)
def test_mistakes_fit_the_reference_of_every_profile(slug: str, profile: str) -> None:
    """Files that the reference has for one profile alone can be edited too."""
    assert len(plan_of(slug, profile).cases) == len(plan_of(slug).cases)
