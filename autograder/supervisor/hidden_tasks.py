"""Counts processes of a user that cannot be seen from here: the host's, or another container's.

`RLIMIT_NPROC` counts all processes and threads of a user on the whole machine, and a container sees only its own. A
limit that leaves the others out would end a submission's threads because of strangers.
"""

import contextlib
import os
import resource
import time

from autograder.confinement import kernel
from autograder.confinement.confine import tasks_of_user

MOST = 1 << 15  # beyond it something else forbids processes, such as a control group
STAYS_S = 10.0  # strangers come and go


class HiddenTasks:
    """Counts now and then, because a count costs a process or two."""

    def __init__(self) -> None:
        self._count, self._until = 0, 0.0

    def now(self, uid: int | None) -> int:
        """Return about how many there are.

        Args:
            uid: the user; None for the user of this process.
        """
        if time.monotonic() >= self._until:
            self._count, self._until = counted(uid), time.monotonic() + STAYS_S
        return self._count


def counted(uid: int | None) -> int:
    """Return how many there are, found out by trying in a fork; 0 if that cannot be found out."""
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(write_end, str(_count_as(uid)).encode())
        finally:
            os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end) as report:
        said = report.read()
    os.waitpid(pid, 0)
    return int(said or 0)


def _count_as(uid: int | None) -> int:
    kernel.bound_capabilities()
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    kernel.drop_capabilities()  # with some of them nothing is counted
    seen = tasks_of_user() + 1  # the process that is tried, too
    if _fits(seen):
        return 0
    low, high = seen, seen + 1  # `low` is too few
    while not _fits(high):
        if high - seen > MOST:
            return 0
        low, high = high, seen + 2 * (high - seen)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _fits(middle) else (middle, high)
    return high - seen


def _fits(tasks: int) -> bool:
    """Return whether one more process may start where the user may have this many in all."""
    hard = resource.getrlimit(resource.RLIMIT_NPROC)[1]
    if hard != resource.RLIM_INFINITY and tasks > hard:
        return False
    resource.setrlimit(resource.RLIMIT_NPROC, (tasks, hard))
    with contextlib.suppress(BlockingIOError):  # EAGAIN
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)
        return True
    return False
