"""System calls that Python 3.11 has no function for, with errors raised as OSError."""

import ctypes
import os
import signal

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 36, 38
PR_CAPBSET_DROP, LAST_CAPABILITY = 24, 63
CAPABILITY_VERSION_3 = 0x20080522

libc = ctypes.CDLL(None, use_errno=True)


def checked(result: int, name: str) -> int:
    """Return the result of a call.

    Raises:
        OSError: the call has failed; carries its name.
    """
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def prctl(option: int, value: int) -> None:
    """Change an attribute of this process.

    Raises:
        OSError: the kernel refuses it.
    """
    checked(libc.prctl(option, value, 0, 0, 0), f"prctl({option})")


def die_with_parent(parent: int) -> None:
    """Ask the kernel to kill this process when its parent ends, or end at once if the parent has ended already.

    Args:
        parent: the parent's process id.
    """
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def bound_capabilities() -> None:
    """Let no program that is ever started have more than an ordinary user's rights; to be called with all of them."""
    for capability in range(LAST_CAPABILITY + 1):
        if libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            break  # the kernel knows no more of them, or this process may not drop any


def drop_capabilities() -> None:
    """Give up every right beyond an ordinary user's.

    Raises:
        OSError: the kernel refuses it.
    """
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    checked(libc.capset(header, (ctypes.c_uint32 * 6)()), "capset")
