"""The reference solutions and the templates on the real data, where they are there."""

import os
from pathlib import Path

import pytest

from autograder import project
from autograder.manifest import load_assignment
from autograder.verify.worker import Graded
from tests.assignments.gradings import Wanted

ROOT = Path(os.environ.get(project.DATA_VARIABLE, "/nowhere"))
WITH_REAL_DATA = [slug for slug in project.slugs() if "real" in load_assignment(slug).profiles]
# The one thing that needs data which the project must not carry; CI has them, and the embedded data are always graded.
NEEDED = {
    slug: pytest.mark.skipif(
        not (ROOT / slug).is_dir(),
        reason=f"{project.DATA_VARIABLE} does not lead to the real data, which cannot be published with the project",
    )
    for slug in WITH_REAL_DATA
}


@pytest.mark.slow
@pytest.mark.parametrize(
    "graded",
    [pytest.param((Wanted(slug, "real", "reference"),), id=slug, marks=NEEDED[slug]) for slug in WITH_REAL_DATA],
    indirect=True,
)
def test_reference_earns_full_marks_on_real_data(graded: list[Graded]) -> None:
    """Thresholds and budgets of the profile `real` hold for the reference solution."""
    report = graded[0].report

    assert report.lost == ()
    assert report.score == report.max_score


@pytest.mark.slow
@pytest.mark.parametrize(
    "graded",
    [pytest.param((Wanted(slug, "real", "template"),), id=slug, marks=NEEDED[slug]) for slug in WITH_REAL_DATA],
    indirect=True,
)
def test_template_earns_nothing_on_real_data(graded: list[Graded]) -> None:
    """No points for what is not there, on these data either."""
    assert graded[0].report.score == 0
