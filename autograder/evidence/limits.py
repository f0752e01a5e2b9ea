"""The limits of one probe: the assignment's own, a budget that follows the reference, and the time that is left."""

import msgspec

from autograder.model.assignment import Budget
from autograder.wire.limits import Limits

WALL_PER_CPU_S = 4.0  # a host that runs four gradings on one core still fails nobody
LEAST_WALL_S = 1.0  # of a probe after the deadline: to fail in


def limits_for(
    limits: Limits, left_s: float, budget: Budget | None = None, reference_cpu_s: float = 0.0, speed: float = 1.0
) -> Limits:
    """Return the limits of one probe.

    Args:
        limits: the assignment's.
        left_s: wall seconds until the deadline of the whole grading; may be infinite, or negative when it has passed.
        budget: the probe's own, if it has one.
        reference_cpu_s: CPU seconds that the reference solution needed for it.
        speed: how many CPU seconds of this machine do the work of one of those; see `speed_of`.
    """
    if budget:
        cpu_s = max(budget.floor_s, budget.times_reference * reference_cpu_s * speed)
        limits = msgspec.structs.replace(limits, cpu_s=cpu_s, wall_s=max(limits.wall_s, WALL_PER_CPU_S * cpu_s))
    return msgspec.structs.replace(limits, wall_s=min(limits.wall_s, max(LEAST_WALL_S, left_s)))


def speed_of(here_cpu_s: float, there_cpu_s: float) -> float:
    """Return how many CPU seconds of this machine do the work of one of another.

    Args:
        here_cpu_s: of the calibration on this machine.
        there_cpu_s: of the same on the other one; 0 where nobody asked, and the machines are taken to be alike.
    """
    return here_cpu_s / there_cpu_s if there_cpu_s else 1.0
