"""Measurements stay away from their thresholds whatever the seed; `verify --repeat` audits all assignments."""

import pytest

from autograder.verify.spread import spreads_of
from autograder.verify.worker import Graded
from tests.assignments.freshness import SMALL_EXAMPLES
from tests.assignments.gradings import Wanted

SEEDS = [f"seed/{number}" for number in range(1, 5)]


@pytest.mark.slow
@pytest.mark.parametrize(
    "graded",  # those that take seconds; the others are audited with the command
    [pytest.param(tuple(Wanted(slug, "embedded", seed) for seed in SEEDS), id=slug) for slug in SMALL_EXAMPLES],
    indirect=True,
)
def test_measurements_stay_away_from_their_thresholds(graded: list[Graded]) -> None:
    """Every seed earns full marks, and no threshold is closer than three standard deviations."""
    spreads = spreads_of(graded)

    assert [one.report.lost for one in graded] == [()] * len(SEEDS)
    assert {one.name: one.fault for one in spreads if one.fault} == {}
    assert any("accuracy" in one.name or "loss" in one.name for one in spreads)
    assert len({tuple(one.values) for one in spreads}) > 1
