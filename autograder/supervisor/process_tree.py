"""The processes that a probe started: their CPU seconds, and how to end them all.

The supervisor is a sub-reaper: an orphan of a submission becomes the supervisor's child. So "all descendants but
the zygote" misses nothing, and RUSAGE_CHILDREN counts orphans too.
"""

import contextlib
import os
import resource
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from autograder.supervisor.proc_files import in_proc

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
KILL_PATIENCE_S = 10.0


def descendants(zygote: int) -> Iterator[int]:
    """Yield the process ids below this process, parents first, without the zygote's own."""
    waiting = [pid for pid in _children(os.getpid()) if pid != zygote]
    while waiting:
        pid = waiting.pop()
        yield pid
        waiting += _children(pid)


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 (many times a second)
            with contextlib.suppress(OSError):
                found += map(int, Path(f"/proc/{pid}/task/{task}/children").read_text().split())
    return found


def reaped_cpu_s() -> float:
    """Return the CPU seconds of all processes that this one reaped, and that these had reaped."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def living_cpu_s(pids: list[int]) -> float:
    """Return the CPU seconds so far of living processes, and of all that these reaped."""
    ticks = 0
    for pid in pids:
        with contextlib.suppress(OSError, ValueError, IndexError):
            ticks += sum(map(int, _fields(pid)[11:15]))  # utime, stime, cutime, cstime
    return ticks / TICKS_PER_S


class CpuOfEach:
    """CPU seconds of each process by itself, kept after its end as last seen."""

    def __init__(self) -> None:
        self._ticks: dict[tuple[int, int], int] = {}

    def seen(self, pids: list[int]) -> float:
        """Look at these processes; return the CPU seconds of all that were ever seen."""
        for pid in pids:
            with contextlib.suppress(OSError, ValueError, IndexError):
                fields = _fields(pid)
                self._ticks[pid, int(fields[19])] = int(fields[11]) + int(fields[12])  # start; utime, stime
        return sum(self._ticks.values()) / TICKS_PER_S


def _fields(pid: int) -> list[str]:
    """Return the fields behind the name in /proc/<pid>/stat: the third of proc_pid_stat(5) and those after it."""
    return in_proc(f"/proc/{pid}/stat").rsplit(")", 1)[1].split()


def end(pid: int) -> int:
    """Kill a child that still lives, reap it, and return its wait status."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)  # without effect where it has ended already
    return os.waitpid(pid, 0)[1]


def end_all(zygote: int, uid: int | None) -> bool:
    """Kill and reap every descendant but the zygote; return False if some survive all patience.

    Args:
        zygote: the one that stays.
        uid: the sandbox's user, whose every process is killed at once, which no fork bomb outruns;
            None where the sandbox shares the harness's user: then all are stopped before any is killed.
    """
    deadline = time.monotonic() + KILL_PATIENCE_S
    while time.monotonic() < deadline:
        if not _reap_dead(zygote):
            return True
        if uid is None:
            for number in (signal.SIGSTOP, signal.SIGKILL):
                for pid in list(descendants(zygote)):
                    with contextlib.suppress(OSError):
                        os.kill(pid, number)
        else:
            _kill_everything_of(uid)
        time.sleep(0.001)
    return not _reap_dead(zygote)


def _kill_everything_of(uid: int) -> None:
    helper = os.fork()
    if helper == 0:
        try:
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
            os.kill(-1, signal.SIGKILL)
        finally:
            os._exit(0)
    os.waitpid(helper, 0)


def _reap_dead(zygote: int) -> bool:
    """Reap the dead; return True while any child but the zygote, alive or not, is left."""
    for pid in _children(os.getpid()):
        if pid != zygote:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
    return any(pid != zygote for pid in _children(os.getpid()))
