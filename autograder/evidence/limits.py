"""The limits of one probe: the assignment's own, or a budget that follows the reference; and the time that is left."""

import time

import msgspec

from autograder.model.assignment import Budget
from autograder.wire.limits import NO_DEADLINE_S, Limits

WALL_PER_CPU_S = 4.0  # a host that runs four gradings on one core still fails nobody
LEAST_LEFT_S = 1.0  # for a probe after the deadline: to be stopped in


def limits_for(
    limits: Limits, budget: Budget | None = None, reference_cpu_s: float = 0.0, speed: float = 1.0
) -> Limits:
    """Return the limits of one probe.

    Args:
        limits: the assignment's.
        budget: the probe's own, if it has one.
        reference_cpu_s: CPU seconds that the reference solution needed for it.
        speed: how many CPU seconds of this machine do the work of one of those; see `speed_of`.
    """
    if budget:
        cpu_s = max(budget.floor_s, budget.times_reference * reference_cpu_s * speed)
        limits = msgspec.structs.replace(limits, cpu_s=cpu_s, wall_s=max(limits.wall_s, WALL_PER_CPU_S * cpu_s))
    return limits


def left_s(deadline: float) -> float:
    """Return the seconds by the clock that a probe may take until a deadline.

    Args:
        deadline: of `time.monotonic()`; may be infinite, or have passed.
    """
    return min(max(deadline - time.monotonic(), LEAST_LEFT_S), NO_DEADLINE_S)


def speed_of(here_cpu_s: float, there_cpu_s: float) -> float:
    """Return how many CPU seconds of this machine do the work of one of another.

    Args:
        here_cpu_s: of the calibration on this machine.
        there_cpu_s: of the same on the other one; 0 where nobody asked, and the machines are taken to be alike.
    """
    return here_cpu_s / there_cpu_s if there_cpu_s else 1.0
