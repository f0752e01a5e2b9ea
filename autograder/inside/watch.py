"""Keeps one child within its limits, from outside it."""

import os
import select
import signal
import time
from dataclasses import asdict, dataclass
from typing import Any

from autograder.inside import process_tree

FIRST_LOOK_S = 0.005
SLOWEST_LOOK_S = 0.05


@dataclass
class Usage:
    """What a child and all that it started have used, and how the child ended.

    Attributes:
        breach: the limit that ended it, `"cpu"`, `"wall"` or `"memory"`; empty if none did.
        exit_code: what the child returned, None if a signal ended it.
        signal: the signal's number, 0 if none.
        survivors: True if some process could not be ended.
    """

    breach: str = ""
    exit_code: int | None = None
    signal: int = 0
    cpu_s: float = 0.0
    wall_s: float = 0.0
    peak_memory_mib: float = 0.0
    survivors: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as plain data."""
        return asdict(self)


def watch(pid: int, limits: dict[str, Any], uid: int | None, shared_mib: float) -> Usage:
    """Wait until the child ends or breaks a limit; end and reap all that it started.

    Args:
        pid: the child.
        limits: `cpu_s` and `memory_mib` of the whole tree, `wall_s` of the child.
        uid: the sandbox's user, None if it is the harness's own.
        shared_mib: memory that a fresh fork shares with this process, MiB.
    """
    usage = Usage()
    begin, cpu_before = time.monotonic(), process_tree.reaped_cpu_s()
    descriptor = os.pidfd_open(pid)
    ended = select.poll()
    ended.register(descriptor, select.POLLIN)
    pause = FIRST_LOOK_S
    while not ended.poll(pause * 1000):
        pause = min(pause * 1.5, SLOWEST_LOOK_S)
        usage.breach = _look(usage, limits, time.monotonic() - begin, cpu_before, shared_mib)
        if usage.breach:
            os.kill(pid, signal.SIGKILL)
            ended.poll(process_tree.KILL_PATIENCE_S * 1000)
            break
    os.close(descriptor)
    _, status = os.waitpid(pid, 0)
    usage.signal = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    usage.exit_code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None
    usage.survivors = not process_tree.end_all(uid)
    usage.cpu_s = process_tree.reaped_cpu_s() - cpu_before
    usage.wall_s = time.monotonic() - begin
    return usage


def _look(usage: Usage, limits: dict[str, Any], wall_s: float, cpu_before: float, shared_mib: float) -> str:
    """Bring the peak memory up to date; return the limit that is broken, or an empty string."""
    pids = list(process_tree.descendants())
    budget_mib = limits["memory_mib"]
    memory_mib = process_tree.memory_mib(pids, shared_mib, exact_above_mib=0.5 * budget_mib)
    usage.peak_memory_mib = max(usage.peak_memory_mib, memory_mib)
    if memory_mib > budget_mib:
        return "memory"
    if process_tree.reaped_cpu_s() - cpu_before + process_tree.living_cpu_s(pids) > limits["cpu_s"]:
        return "cpu"
    return "wall" if wall_s > limits["wall_s"] else ""
