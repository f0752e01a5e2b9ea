"""Grading is a function of the upload."""

from typing import Any

import pytest

from autograder import project
from autograder.model.report import Report
from autograder.rendering.gradescope import to_results
from autograder.verify.worker import Graded
from tests.assignments.gradings import Wanted

AGAIN = ("reference", "again/1")  # the first of them is a case of the known mistakes anyway
TIMES = "seconds"  # in the name of a leaderboard column whose test shows measured times


def without_times(report: Report) -> dict[str, Any]:
    """Return the results without what a clock or the machine's load has a say in."""
    results = to_results(report)
    timed = {one.number for one in report.outcomes if one.leaderboard and TIMES in one.leaderboard.name}
    kept = {key: value for key, value in results.items() if key != "execution_time"}
    kept["leaderboard"] = [row for row in results.get("leaderboard", []) if TIMES not in row["name"]]
    kept["tests"] = [test for test in results["tests"] if test["number"] not in timed]
    return kept


@pytest.mark.slow
@pytest.mark.parametrize(
    "graded",
    [pytest.param(tuple(Wanted(slug, "embedded", name) for name in AGAIN), id=slug) for slug in project.slugs()],
    indirect=True,
)
def test_same_upload_graded_again_gives_the_same_result(graded: list[Graded]) -> None:
    """Scores, messages, accuracy and leaderboard agree to the last digit, times aside."""
    first, *others = [without_times(one.report) for one in graded]

    assert graded[0].report.lost == ()
    assert len(others) == len(AGAIN) - 1
    for other in others:
        assert other == first
