"""The first process of a child's namespaces: it makes them, and reaps orphans.

When it ends, the kernel kills every process left in the namespaces; nothing outruns that.
"""

import contextlib
import os
import select
import signal
import time
from dataclasses import dataclass
from typing import NoReturn

from autograder.confinement import confine, kernel, mounts, namespaces

SETUP_FAILED = 97
MOST_ROUNDS = 100  # of killing a fork bomb; then the kernel does it
LOOK_S = 0.02
SETTLED = b"settled"


@dataclass(frozen=True)
class First:
    """The first process, seen from outside.

    Attributes:
        pid: of the process.
        namespaces: descriptors of its namespaces; sent to the zygote and then closed.
        stop: closed when it shall end.
    """

    pid: int
    namespaces: tuple[int, ...]
    stop: int

    def end(self) -> int:
        """Have it end and reap all processes left in the namespaces; wait for that, and return its exit code.

        The kernel lets it end only after all of them are reaped. We have to reap our own children.
        """
        os.close(self.stop)
        while True:
            pid, status = os.waitpid(-1, 0)
            if pid == self.pid:
                return os.waitstatus_to_exitcode(status)


def start(root: str, visible: mounts.Visible, output: int) -> First:
    """Start it, and wait until its namespaces are ready; none, if they cannot be, with the reason on `output`.

    Args:
        root: an empty folder to build the file tree on.
        visible: the content of the tree.
        output: descriptor for the reason, where that fails.
    """
    ours, theirs = os.pipe(), os.pipe()
    pid = namespaces.fork()
    if pid == 0:
        os.close(ours[0])
        os.close(theirs[1])
        _run(root, visible, output, ours[1], theirs[0])
    os.close(ours[1])
    os.close(theirs[0])
    said = os.read(ours[0], len(SETTLED))
    os.close(ours[0])
    return First(pid, namespaces.opened(pid) if said == SETTLED else (), theirs[1])


def _run(root: str, visible: mounts.Visible, output: int, ready: int, stop: int) -> NoReturn:
    try:
        kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)  # from outside, so that it reaches even this process
        namespaces.settle(root, visible)
        os.write(ready, SETTLED)
        confine.keep_only([stop])
        _reap_until_stopped()
    except BaseException as error:
        with contextlib.suppress(OSError):
            os.write(output, f"{type(error).__name__}: {error}\n".encode())
        os._exit(SETUP_FAILED)
    finally:
        os._exit(0)


def _reap_until_stopped() -> None:
    """Reap orphans until all is over; then end and reap the rest, so that its CPU seconds are counted."""
    while not select.select([0], [], [], LOOK_S)[0]:
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
    with contextlib.suppress(ProcessLookupError, ChildProcessError):  # nobody is left
        for _ in range(MOST_ROUNDS):
            os.kill(-1, signal.SIGKILL)
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
            time.sleep(0.001)
