"""Ends helper processes together with the process that started them, however it ends."""

import ctypes
import os
import signal

PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int) -> None:
    """Ask the kernel to kill this process when its parent ends; nobody else would.

    Args:
        parent: the parent's process id, in case it has ended already. Its main thread must have started us.
    """
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
