"""How much memory the processes of a probe hold beyond what they share with the zygote."""

import contextlib
import os
import time
from pathlib import Path

KIB_PER_MIB = 1024
REST_PER_LOOK = 20  # an exact look takes at most a twentieth of the time


class MemoryUse:
    """Looks at the memory of a tree of processes: cheaply each time, exactly where that could matter.

    The cheap figure takes off from each process what a fresh fork shares with the zygote. It counts pages
    that processes share with each other several times over, and it is too low for a program that a
    submission has started by itself and that shares nothing. The kernel's proportional figure is exact and
    ten times dearer; a container's root may not read it.
    """

    def __init__(self, shared_mib: float, budget_mib: float) -> None:
        """Begin.

        Args:
            shared_mib: what a fresh fork of the zygote counts as its own though it is shared, MiB.
            budget_mib: what the tree may hold, MiB.
        """
        self._shared_mib = shared_mib
        self._budget_mib = budget_mib
        self._next_exact_look, self._last_exact = 0.0, 0.0

    def look(self, pids: list[int]) -> float:
        """Return what these processes hold, MiB."""
        each = [resident_mib(pid) for pid in pids]
        cheap = sum(max(0.0, one - self._shared_mib) for one in each)
        if cheap > 0.5 * self._budget_mib:
            return self._exact(pids)
        if sum(each) - self._shared_mib <= self._budget_mib:  # even if only one of them shared anything
            return cheap
        begin = time.monotonic()
        if begin >= self._next_exact_look:
            self._last_exact = self._exact(pids)
            self._next_exact_look = begin + REST_PER_LOOK * (time.monotonic() - begin)
        return max(cheap, self._last_exact)

    def _exact(self, pids: list[int]) -> float:
        return sum(self._proportional_mib(pid) for pid in pids)

    def _proportional_mib(self, pid: int) -> float:
        """Return the proportional figure, or the cheap one where this process may not look into the other."""
        kib = _kib_of(pid, "smaps_rollup", ("Pss_Anon:", "Pss_Shmem:"))
        return kib / KIB_PER_MIB if kib else max(0.0, resident_mib(pid) - self._shared_mib)


def resident_mib(pid: int) -> float:
    """Return anonymous and shared memory of one process, without files that it maps, MiB."""
    return _kib_of(pid, "status", ("RssAnon:", "RssShmem:")) / KIB_PER_MIB


def _kib_of(pid: int, name: str, keys: tuple[str, ...]) -> int:
    """Return the sum of these lines of a file in /proc/<pid>, or in that of a thread if the first thread has ended."""
    found = _lines_of(f"/proc/{pid}/{name}", keys)
    if not found:
        with contextlib.suppress(OSError):
            tasks = os.listdir(f"/proc/{pid}/task")  # noqa: PTH208 (many times a second)
            found = next(filter(None, (_lines_of(f"/proc/{pid}/task/{task}/{name}", keys) for task in tasks)), [])
    return sum(int(line.split()[1]) for line in found)


def _lines_of(path: str, keys: tuple[str, ...]) -> list[str]:
    with contextlib.suppress(OSError):
        return [line for line in Path(path).read_text().splitlines() if line.startswith(keys)]
    return []
