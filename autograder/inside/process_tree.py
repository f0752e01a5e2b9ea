"""The processes that a probe has started: what they use, and how to end them all.

The zygote is a sub-reaper: whatever a submission orphans becomes the zygote's child, so "all
descendants of the zygote" misses nothing, and RUSAGE_CHILDREN counts orphans too.
"""

import contextlib
import os
import resource
import signal
import time
from collections.abc import Iterator
from pathlib import Path

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
MIB = 1 << 20
KILL_PATIENCE_S = 10.0


def descendants() -> Iterator[int]:
    """Yield the process ids below this process, parents first."""
    waiting = _children(os.getpid())
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
    """Return the CPU seconds of all processes that this one has reaped, and of what they reaped."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def living_cpu_s(pids: list[int]) -> float:
    """Return the CPU seconds so far of processes that still live, and of what they reaped."""
    ticks = 0
    for pid in pids:
        with contextlib.suppress(OSError, ValueError, IndexError):
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += sum(map(int, fields[11:15]))  # utime, stime, cutime, cstime
    return ticks / TICKS_PER_S


def memory_mib(pids: list[int], shared_mib: float, exact_above_mib: float) -> float:
    """Return the memory of the processes beyond what they share with the zygote, MiB.

    The cheap figure counts pages that the processes share with each other several times over; where
    it exceeds `exact_above_mib`, the kernel's proportional figure, ten times dearer, takes its place.
    """
    cheap = sum(max(0.0, _resident_mib(pid) - shared_mib) for pid in pids)
    if cheap <= exact_above_mib:
        return cheap
    # Without CAP_SYS_PTRACE, as in a container, or of a process that is not dumpable, there is no exact figure.
    return sum(_proportional_mib(pid) or max(0.0, _resident_mib(pid) - shared_mib) for pid in pids)


def _resident_mib(pid: int) -> float:
    """Return anonymous and shared memory of one process, without files that it maps, MiB."""
    keys = ("RssAnon:", "RssShmem:")
    kib = _kib_of(f"/proc/{pid}/status", keys)
    if not kib:  # where the main thread has ended and others go on, only theirs tell
        with contextlib.suppress(OSError):
            tasks = os.listdir(f"/proc/{pid}/task")  # noqa: PTH208
            kib = max((_kib_of(f"/proc/{pid}/task/{task}/status", keys) for task in tasks), default=0)
    return kib / 1024


def _proportional_mib(pid: int) -> float:
    return _kib_of(f"/proc/{pid}/smaps_rollup", ("Pss_Anon:", "Pss_Shmem:")) / 1024


def _kib_of(path: str, keys: tuple[str, ...]) -> int:
    with contextlib.suppress(OSError):
        lines = Path(path).read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith(keys))
    return 0


def own_shared_mib() -> float:
    """Return what a fresh fork of this process counts as its own though it is shared, MiB."""
    return _resident_mib(os.getpid())


def end_all(uid: int | None) -> bool:
    """Kill and reap every descendant; return False if some survive all patience.

    Args:
        uid: the sandbox's user, whose every process is killed at once, which no fork bomb outruns;
            None where the sandbox shares the harness's user: then all are stopped before any is killed.
    """
    deadline = time.monotonic() + KILL_PATIENCE_S
    while time.monotonic() < deadline:
        if not _reap_dead():
            return True
        if uid is None:
            for number in (signal.SIGSTOP, signal.SIGKILL):
                for pid in list(descendants()):
                    with contextlib.suppress(OSError):
                        os.kill(pid, number)
        else:
            _kill_everything_of(uid)
        time.sleep(0.001)
    return not _reap_dead()


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


def _reap_dead() -> bool:
    """Reap what has died; return True while any child, alive or not, is left."""
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return False
        if pid == 0:
            return True
