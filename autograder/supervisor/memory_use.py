"""Measures the memory that the processes of a probe hold and do not share with the zygote."""

import contextlib
import os
import time
from dataclasses import dataclass
from typing import Self

from autograder.supervisor.proc_files import in_proc

KIB_PER_MIB = 1024
REST_PER_LOOK = 20  # an exact look takes at most a twentieth of the time


class MemoryUse:
    """Looks at the memory of a tree of processes: cheaply each time, exactly where that could matter.

    The cheap measurement subtracts, from each fork of the zygote, the memory that a fresh fork shares with it. Pages
    that processes share with each other count several times, and a program that was started afresh can look like a
    fork if it tries hard. The kernel's proportional measurement is exact and ten times dearer; a container's
    root may not read it.
    """

    def __init__(self, zygote: int, fork: "Resident", budget_mib: float) -> None:
        """Begin.

        Args:
            zygote: the process whose memory its forks share.
            fork: memory that a fresh fork of the zygote seems to hold, though it is shared.
            budget_mib: limit of the tree, MiB.
        """
        self._zygote, self._fork = zygote, fork
        self._budget_mib = budget_mib
        self._next_exact_look, self._last_exact = 0.0, 0.0

    def look(self, pids: list[int]) -> float:
        """Return the memory of these processes, MiB."""
        each = [Resident.of(pid) for pid in pids]
        cheap = sum(one.beyond(self._fork) for one in each)
        if cheap > 0.5 * self._budget_mib:
            exact = self._exact(pids)
            return cheap if exact is None else exact
        if sum(one.mib for one in each) - self._fork.mib <= self._budget_mib:  # even if only one of them is a fork
            return cheap
        begin = time.monotonic()
        if begin >= self._next_exact_look:
            self._last_exact = self._exact(pids) or 0.0
            self._next_exact_look = begin + REST_PER_LOOK * (time.monotonic() - begin)
        return max(cheap, self._last_exact)

    def _exact(self, pids: list[int]) -> float | None:
        """Return their memory, shares with the zygote added; None where that may not be read."""
        parts = [_proportional_mib(pid) for pid in (self._zygote, *pids)]
        known = [part for part in parts if part is not None]
        return max(0.0, sum(known) - self._fork.mib) if len(known) == len(parts) else None


def _proportional_mib(pid: int) -> float | None:
    """Return a process's part in all memory, 0 of one that has ended, None if this process may not look into it."""
    lines = _lines_of_process(pid, "smaps_rollup", ("Pss_Anon:", "Pss_Shmem:"))
    if not lines:
        return None if Resident.of(pid).mib else 0.0
    return sum(int(line.split()[1]) for line in lines) / KIB_PER_MIB


@dataclass(frozen=True)
class Resident:
    """The memory that one process seems to hold.

    Attributes:
        mib: anonymous and shared memory, without files that it maps, MiB.
        code_mib: code that it has mapped, by which a fork of the zygote is known, MiB.
    """

    mib: float
    code_mib: float

    @classmethod
    def of(cls, pid: int) -> Self:
        """Look at a process; nothing is held by one that has ended."""
        lines = _lines_of_process(pid, "status", ("VmLib:", "RssAnon:", "RssShmem:"))
        kib = {line.split(":")[0]: int(line.split()[1]) for line in lines}
        held = kib.get("RssAnon", 0) + kib.get("RssShmem", 0)
        return cls(held / KIB_PER_MIB, kib.get("VmLib", 0) / KIB_PER_MIB)

    def beyond(self, fork: Self) -> float:
        """Return the process's own memory, MiB: all of it, minus the zygote's share if it is a fork of the zygote."""
        return max(0.0, self.mib - fork.mib) if self.code_mib >= fork.code_mib else self.mib


def _lines_of_process(pid: int, name: str, keys: tuple[str, ...]) -> list[str]:
    """Return these lines of a file in /proc/<pid>, or in that of a thread if the first thread has ended."""
    found = _lines_of(f"/proc/{pid}/{name}", keys)
    if not found:
        with contextlib.suppress(OSError):
            tasks = os.listdir(f"/proc/{pid}/task")  # noqa: PTH208 (many times a second)
            found = next(filter(None, (_lines_of(f"/proc/{pid}/task/{task}/{name}", keys) for task in tasks)), [])
    return found


def _lines_of(path: str, keys: tuple[str, ...]) -> list[str]:
    with contextlib.suppress(OSError):
        return [line for line in in_proc(path).split("\n") if line.startswith(keys)]
    return []
