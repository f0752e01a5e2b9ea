"""Tells a program that waits from one that computes, itself or in processes that it started.

A program that would compute and gets no core, or reads from a slow disk, does not wait: a busy machine costs nothing.
"""

import contextlib
import os
import resource
import time
from pathlib import Path

NS_PER_S = 1e9
LEAST_SHARE = 0.1  # of a core


class Activity:
    """Watches this process and all that it has started."""

    def __init__(self) -> None:
        """Begin now."""
        self._at, self._busy_s, self._blocks = time.monotonic(), _busy_s(), _blocks()

    def has_waited(self) -> bool:
        """Return whether next to nothing was computed, wanted a core or came from a disk since the last call."""
        at, busy_s, blocks = self._at, self._busy_s, self._blocks
        self._at, self._busy_s, self._blocks = time.monotonic(), _busy_s(), _blocks()
        # The seconds of a process that has just ended may be missing, so a smaller number is a sign of life, too.
        return abs(self._busy_s - busy_s) < LEAST_SHARE * (self._at - at) and self._blocks == blocks


def _busy_s() -> float:
    """Return for how many seconds threads of the tree have had a core, or have wanted one."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime + sum(map(_scheduled_s, _tree()))


def _blocks() -> int:
    """Return how many blocks were read from disks."""
    return sum(resource.getrusage(who).ru_inblock for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def _tree() -> list[int]:
    """Return this process and its living descendants; without them if the kernel does not list them."""
    found = [os.getpid()]
    for pid in found:  # grows as it goes
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                found += map(int, children.read_text().split())
    return found


def _scheduled_s(pid: int) -> float:
    total_ns = 0
    for counts in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with contextlib.suppress(OSError, ValueError):
            ran, waited, _ = counts.read_text().split()
            total_ns += int(ran) + int(waited)
    return total_ns / NS_PER_S
