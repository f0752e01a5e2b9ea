"""A probe's limits follow from the manifest, the reference, this machine's speed, and the time that is left."""

import math
import time

import pytest

from autograder.evidence.limits import LEAST_LEFT_S, WALL_PER_CPU_S, left_s, limits_for, speed_of
from autograder.model.assignment import Budget
from autograder.wire.limits import MOST_STRETCH, NO_DEADLINE_S, Limits, longest_s

LIMITS = Limits(cpu_s=30, wall_s=90, memory_mib=512)
BUDGET = Budget(times_reference=5, floor_s=60)


@pytest.mark.parametrize(
    ("ahead_s", "left"), [(math.inf, NO_DEADLINE_S), (40.0, 40.0), (0.2, LEAST_LEFT_S), (-40.0, LEAST_LEFT_S)]
)
def test_probe_knows_how_much_time_is_left(ahead_s: float, left: float) -> None:
    """Past the deadline there is a second left to be stopped in, and no number is infinite."""
    assert left_s(time.monotonic() + ahead_s) == pytest.approx(left, abs=0.1)


@pytest.mark.parametrize(("left", "longest"), [(NO_DEADLINE_S, MOST_STRETCH * 90), (100.0, 100.0), (40.0, 40.0)])
def test_waiting_for_a_core_stretches_the_clock_within_bounds(left: float, longest: float) -> None:
    """The deadline bounds it, and without one a multiple of the limit does."""
    assert longest_s(LIMITS, left) == longest


def test_probe_without_a_budget_has_the_assignments_limits() -> None:
    """All of them, whatever the reference needed."""
    assert limits_for(LIMITS, None, reference_cpu_s=100, speed=3) == LIMITS


@pytest.mark.parametrize(
    ("reference_cpu_s", "speed", "cpu_s"),
    [
        (20.0, 1.0, 100.0),  # five times the reference
        (20.0, 3.0, 300.0),  # on a machine that is three times slower
        (20.0, 0.3, 60.0),  # the floor, on a faster one
        (2.0, 1.0, 60.0),  # the floor
    ],
)
def test_budget_is_a_multiple_of_the_reference_with_a_floor(reference_cpu_s: float, speed: float, cpu_s: float) -> None:
    """The clock grows with it, so that a busy host fails nobody; other limits stay."""
    limits = limits_for(LIMITS, BUDGET, reference_cpu_s, speed)

    assert limits.cpu_s == pytest.approx(cpu_s)
    assert limits.wall_s == pytest.approx(max(LIMITS.wall_s, WALL_PER_CPU_S * cpu_s))
    assert limits.memory_mib == LIMITS.memory_mib


@pytest.mark.parametrize(("here", "there", "speed"), [(0.3, 0.1, 3.0), (0.1, 0.2, 0.5), (0.2, 0.0, 1.0)])
def test_speed_is_the_ratio_of_the_calibrations(here: float, there: float, speed: float) -> None:
    """Machines of which one is not known are taken to be alike."""
    assert speed_of(here, there) == pytest.approx(speed)
