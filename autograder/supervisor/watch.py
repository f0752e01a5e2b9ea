"""Keeps one child within its limits, from outside it."""

import os
import select
import socket
import time
from dataclasses import dataclass

from autograder.supervisor import process_tree
from autograder.supervisor.core_wait import CoreWait
from autograder.supervisor.disk_use import DiskUse
from autograder.supervisor.group_account import GroupAccount
from autograder.supervisor.idleness import Idleness
from autograder.supervisor.init import First
from autograder.supervisor.memory_use import MemoryUse, Resident
from autograder.wire.limits import longest_s
from autograder.wire.messages import MAX_MESSAGE_BYTES, EndProbe, RunJob, request_from
from autograder.wire.signals import SOFT_LIMIT
from autograder.wire.usage import Breach, Usage

FIRST_LOOK_S = 0.005
SLOWEST_LOOK_S = 0.05
SHORTEST_GRACE_S, LONGEST_GRACE_S, GRACE_OF_LIMIT = 0.5, 5.0, 0.1


@dataclass(frozen=True)
class Child:
    """A child to watch.

    Attributes:
        pid: the process.
        first: the first process of its namespaces; None without namespaces.
        uid: the sandbox's user, None if it is the harness's own.
        fork: memory that a fresh fork of the zygote seems to hold, though it is shared.
        folders: where it can leave files.
    """

    pid: int
    first: First | None
    uid: int | None
    fork: Resident
    folders: tuple[str, ...]


class Watch:
    """Waits until a child ends or breaks a limit, and ends and reaps all that it started."""

    def __init__(self, child: Child, zygote: int, job: RunJob, control: socket.socket, account: GroupAccount) -> None:
        """Begin; the clock runs from here.

        Args:
            child: the child to watch.
            zygote: of which it is a fork.
            job: the child's, with the limits of the whole tree; `wall_s` is the child's.
            control: where the grader may ask for an early end, with `EndProbe`.
            account: of the control group, begun before the child.
        """
        self._account, self._unreaped = account, process_tree.CpuOfEach()
        self._child, self._zygote, self._limits, self._control = child, zygote, job.limits, control
        self._usage = Usage()
        self._begin, self._cpu_before = time.monotonic(), process_tree.reaped_cpu_s()
        self._waiting, self._longest_s = CoreWait(self._begin), longest_s(job.limits, job.left_s)
        self._idleness = Idleness(job.limits.idle_s, self._begin)
        self._last_moment = float("inf")  # of the grace after a soft limit
        self._memory = MemoryUse(zygote, child.fork, job.limits.memory_mib)
        self._first = child.first.pid if child.first else 0
        self._disk = DiskUse(child.folders, self._first or child.pid, in_namespaces=bool(child.first), uid=child.uid)

    def until_the_end(self) -> Usage:
        """Wait until it and all that it started have ended; return their usage."""
        descriptor = os.pidfd_open(self._child.pid)
        waiting = select.poll()
        waiting.register(descriptor, select.POLLIN)
        waiting.register(self._control, select.POLLIN)
        pause = FIRST_LOOK_S
        while True:
            ready = {number for number, _ in waiting.poll(pause * 1000)}
            if descriptor in ready:
                break
            if ready:
                self._usage.breach = self._asked_to_end()
                break
            pause = min(pause * 1.5, SLOWEST_LOOK_S)
            if self._look():
                break
        os.close(descriptor)
        self._end()
        return self._usage

    def _asked_to_end(self) -> Breach:
        """Return why the child must end early: the grader asks for it, or is gone."""
        datagram = self._control.recv(MAX_MESSAGE_BYTES)
        request = request_from(datagram) if datagram else None
        return request.why if isinstance(request, EndProbe) else Breach.GRADER_GONE

    def _look(self) -> bool:
        """Bring the usage up to date; return whether the child must end now."""
        pids = list(process_tree.descendants(self._zygote))
        breach = self._hard_limit(pids)
        if breach:
            self._usage.breach = breach
            return True
        now = time.monotonic()
        if not self._usage.breach:
            self._usage.breach = self._soft_limit(pids, now - self._begin)
            if self._usage.breach:
                limit_s = self._limits.cpu_s if self._usage.breach is Breach.CPU else self._limits.wall_s
                self._last_moment = now + min(max(GRACE_OF_LIMIT * limit_s, SHORTEST_GRACE_S), LONGEST_GRACE_S)
                os.kill(self._child.pid, SOFT_LIMIT)  # not reaped yet, so that the number is still its own
        return now > self._last_moment

    def _hard_limit(self, pids: list[int]) -> Breach | None:
        """Return the limit that is broken and that leaves no time for anything more."""
        usage, limits = self._usage, self._limits
        memory = self._memory.look([pid for pid in pids if pid != self._first])
        usage.peak_memory_mib = max(usage.peak_memory_mib, memory + self._disk.shared_memory_mib(pids))
        if self._account.kills():
            usage.peak_memory_mib = max(usage.peak_memory_mib, limits.memory_mib)
            return Breach.MEMORY
        if usage.peak_memory_mib > limits.memory_mib:
            return Breach.MEMORY
        return self._limit_on_disk(pids)

    def _limit_on_disk(self, pids: list[int]) -> Breach | None:
        disk_mib, files = self._disk.look(pids, self._limits.files)
        self._usage.peak_disk_mib = max(self._usage.peak_disk_mib, disk_mib)
        if disk_mib > self._limits.disk_mib:
            return Breach.DISK
        return Breach.FILES if files > self._limits.files else None

    def _soft_limit(self, pids: list[int], wall_s: float) -> Breach | None:
        """Return the budget that is used up; the child then gets some grace to hand in its observations."""
        cpu_s = self._cpu_s(pids)
        self._usage.waited_s = self._waiting.look(pids, self._begin + wall_s, cpu_s)
        if cpu_s > self._limits.cpu_s:
            return Breach.CPU
        if wall_s - self._usage.waited_s > self._limits.wall_s:
            return Breach.WALL
        if wall_s > self._longest_s:
            return Breach.DEADLINE
        active_s = self._usage.cpu_s + self._usage.waited_s  # who waits for a core would compute
        return Breach.IDLE if self._idleness.lasts_too_long(pids, active_s, self._begin + wall_s) else None

    def _cpu_s(self, pids: list[int]) -> float:
        """Bring the CPU seconds of the whole tree, dead and alive, up to date, and return them.

        Children whose parent ignores their end are in no parent's sum. The control group counts them; without a
        group, the looks at each while it lived do.
        """
        sums_s = process_tree.reaped_cpu_s() - self._cpu_before + process_tree.living_cpu_s(pids)
        most_s = max(sums_s, self._unreaped.seen(pids), self._account.cpu_s())
        self._usage.cpu_s = max(self._usage.cpu_s, most_s)
        return self._usage.cpu_s

    def _end(self) -> None:
        usage, child = self._usage, self._child
        self._cpu_s(
            list(process_tree.descendants(self._zygote))
        )  # a process that dies with its namespace reports no more
        if self._first and not usage.breach:  # between two looks the kernel may have stopped it
            usage.breach = self._limit_on_disk([])
        status = process_tree.end(child.pid)
        if child.first:
            child.first.end()
        usage.signal = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        usage.exit_code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None
        usage.survivors = not process_tree.end_all(self._zygote, child.uid)
        self._cpu_s([])
        if self._account.kills() and not usage.breach:
            usage.breach = Breach.MEMORY
            usage.peak_memory_mib = max(usage.peak_memory_mib, self._limits.memory_mib)
        usage.wall_s = time.monotonic() - self._begin
