"""Tells a submission that waits for ever from one that works or that a busy machine holds up."""

import contextlib
import os

from autograder.supervisor.proc_files import in_proc

LEAST_CPU_S = 0.05  # in `patience_s`: more than a poll every second takes
LONGEST_STEP_S = 1.0  # between two looks; a longer gap means that the machine paused
WANTING = "RD"  # states of threads that compute, or wait for a processor or a disk


class Idleness:
    """Notes for how long a tree of processes has used no CPU, though nothing kept it from doing so."""

    def __init__(self, patience_s: float, begin: float) -> None:
        """Begin.

        Args:
            patience_s: how long it may do nothing.
            begin: of `time.monotonic()`.
        """
        self._patience_s = patience_s
        self._last, self._idle_s, self._cpu_s = begin, 0.0, 0.0

    def lasts_too_long(self, pids: list[int], cpu_s: float, now: float) -> bool:
        """Note a look at the tree; return whether it has done nothing for too long.

        Args:
            pids: its processes.
            cpu_s: CPU seconds of all of it so far.
            now: of `time.monotonic()`.
        """
        self._idle_s += min(now - self._last, LONGEST_STEP_S)
        self._last = now
        if cpu_s - self._cpu_s > LEAST_CPU_S:
            self._idle_s, self._cpu_s = 0.0, cpu_s
        return self._idle_s > self._patience_s and not any(map(_wants_to_work, pids))


def _wants_to_work(pid: int) -> bool:
    """Return whether a thread of the process computes, or waits for its turn."""
    with contextlib.suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 (many times a second)
            with contextlib.suppress(OSError, IndexError):
                if in_proc(f"/proc/{pid}/task/{task}/stat").rsplit(")", 1)[1].split()[0] in WANTING:
                    return True
    return False
