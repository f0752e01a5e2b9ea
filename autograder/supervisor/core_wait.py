"""Measures for how long the processes of a probe waited for a core: a busy machine costs no submission its clock."""

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

EACH_S = 0.25  # between two looks; the clock of CPU seconds ticks every hundredth
NS_PER_S = 1e9

# Of each thread, by its number: seconds on a core, and seconds in which it could have run and had none.
Schedules = dict[int, tuple[float, float]]


class CoreWait:
    """Adds up the time in which a tree of processes had less than one core, though it wanted one.

    Threads of the tree also wait for each other. A thread's wait therefore counts only as far as it exceeds the CPU
    seconds of all others of the tree: somebody else used the rest. So a submission that starts many
    busy processes gains nothing.
    """

    def __init__(self, now: float) -> None:
        """Begin; `now` is of `time.monotonic()`."""
        self._looked, self._cpu_s, self._waited_s = now, 0.0, 0.0
        self._before: Schedules = {}

    def look(self, pids: Iterable[int], now: float, cpu_s: float) -> float:
        """Return the seconds of waiting so far.

        Args:
            pids: the processes of the tree.
            now: of `time.monotonic()`.
            cpu_s: CPU seconds of the whole tree since the beginning, the dead included.
        """
        if now - self._looked >= EACH_S:
            schedules = schedules_of(pids)
            passed_s, used_s = now - self._looked, cpu_s - self._cpu_s
            self._waited_s += waited_s(self._before, schedules, passed_s, used_s)
            self._before, self._looked, self._cpu_s = schedules, now, cpu_s
        return self._waited_s


def waited_s(before: Schedules, after: Schedules, passed_s: float, used_s: float) -> float:
    """Return for how long a tree could have run and had no core.

    Args:
        before: of each thread at the beginning; one that is missing is new.
        after: the same at the end.
        passed_s: seconds by the clock between the two.
        used_s: CPU seconds of the whole tree between the two.
    """
    longest = 0.0
    for thread, (ran, waited) in after.items():
        ran_before, waited_before = before.get(thread, (0.0, 0.0))
        if ran < ran_before or waited < waited_before:  # another thread has the number now
            continue
        of_others_s = max(0.0, used_s - (ran - ran_before))
        longest = max(longest, waited - waited_before - of_others_s)
    return min(longest, max(0.0, passed_s - used_s))


def schedules_of(pids: Iterable[int]) -> Schedules:
    """Return the scheduler's counts for all threads of these processes; empty if the kernel keeps none."""
    found: Schedules = {}
    for pid in pids:
        with contextlib.suppress(OSError):
            for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 (several times a second)
                with contextlib.suppress(OSError, ValueError):
                    ran, waited, _ = Path(f"/proc/{pid}/task/{thread}/schedstat").read_text().split()
                    found[int(thread)] = int(ran) / NS_PER_S, int(waited) / NS_PER_S
    return found
