"""The first process of a child's namespaces: it starts the child, reaps orphans, and takes all with it.

When it ends, the kernel kills whatever is left in the namespace; nothing outruns that.
"""

import contextlib
import os
import signal
import time
from collections.abc import Callable
from typing import NoReturn

from autograder.inside import confine, kernel, mounts, namespaces

SETUP_FAILED = 97
MOST_ROUNDS = 100  # of killing a fork bomb; then the kernel does it
REPORT_DESCRIPTOR = 3


def run(root: str, visible: mounts.Visible, output: int, report: int, child: Callable[[], NoReturn]) -> NoReturn:
    """Settle in the new namespaces, fork, and write the child's wait status to `report` when it has ended.

    Args:
        root: an empty folder to build the file tree on.
        visible: what the tree shows.
        output: descriptor for the reason, where that fails.
        report: descriptor for the wait status, as decimal digits.
        child: what the child does; never returns.
    """
    try:
        kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)  # from outside, so that it reaches even this process
        confine.prefer_as_victim()  # while /proc still shows us
        namespaces.settle(root, visible)
    except BaseException as error:
        os.write(output, f"{type(error).__name__}: {error}\n".encode())
        os._exit(SETUP_FAILED)
    pid = os.fork()
    if pid == 0:
        child()
    try:
        confine.keep_only([0, 1, 2, report])
        _reap_until(pid)
    finally:  # such as a signal of the child's: there is no way back into the zygote's code
        os._exit(0)


def _reap_until(pid: int) -> None:
    """Reap orphans until the child has ended; report its status, and end and reap what it has left."""
    while True:
        ended, status = os.waitpid(-1, 0)
        if ended == pid:
            os.write(REPORT_DESCRIPTOR, str(status).encode())
            _end_the_rest()
            return


def _end_the_rest() -> None:
    """Reap what is left, so that its CPU seconds are counted; what the kernel ends with us it does not count."""
    with contextlib.suppress(ProcessLookupError, ChildProcessError):  # nobody is left
        for _ in range(MOST_ROUNDS):
            os.kill(-1, signal.SIGKILL)
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
            time.sleep(0.001)
