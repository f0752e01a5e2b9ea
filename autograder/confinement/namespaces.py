"""Gives a child fresh namespaces, for processes, network, System V objects, host name and mounts.

Source: namespaces(7), clone(2), user_namespaces(7).
"""

import ctypes
import os
import signal
import sys
import tempfile
from pathlib import Path

from autograder.confinement import mounts
from autograder.confinement.kernel import checked, libc

CLONE = 220 if os.uname().machine == "aarch64" else 56
NEWNS, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET = 0x20000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
PARENT, CHILD_SETTID, CHILD_CLEARTID = 0x8000, 0x1000000, 0x200000
PR_GET_TID_ADDRESS = 40
NAMES = ("pid", "net", "ipc", "uts", "mnt")
COUNT = len(NAMES)
HOST_NAME = b"sandbox"


def enter_user_namespace() -> None:
    """Give an ordinary user the right to make the other namespaces; root has it already.

    Raises:
        OSError: the machine does not permit it.
    """
    uid, gid = os.geteuid(), os.getegid()
    if uid != 0:
        checked(libc.unshare(NEWUSER), "unshare")
        _keep_ids(uid, gid)


def fork() -> int:
    """Fork as `os.fork` does, with the child as the first process of new namespaces.

    A single system call, because `unshare` and then `fork` costs a fork more and cannot be undone.

    Raises:
        OSError: the machine does not permit it.
    """
    return _clone(NEWNS | NEWUTS | NEWIPC | NEWPID | NEWNET)


def opened(pid: int) -> tuple[int, ...]:
    """Return descriptors of a process's namespaces, that of processes first."""
    return tuple(os.open(f"/proc/{pid}/ns/{name}", os.O_RDONLY) for name in NAMES)


def fork_brother(others: list[int]) -> int:
    """Fork a child of this process's parent, which sees no process but those of another namespace.

    Args:
        others: descriptors of the namespaces to be in, as `opened` returns them; the child still has to `join`
            those that are not of processes. Empty to stay in this process's, which works for ever or never: an
            ordinary user cannot go back.
    """
    if others:
        checked(libc.setns(others[0], NEWPID), "setns")  # says where the next child will be, and moves nobody
    return _clone(PARENT)


def join(others: list[int]) -> None:
    """Enter the namespaces that do not wait for a fork: network, System V objects, host name, files."""
    for descriptor in others[1:]:
        checked(libc.setns(descriptor, 0), "setns")


def _clone(flags: int) -> int:
    """Fork with these flags; libc, which is not asked, learns the number of the new thread all the same."""
    number = ctypes.c_void_p()  # where `abort` and recursive mutexes look for it; see set_tid_address(2)
    if libc.prctl(PR_GET_TID_ADDRESS, ctypes.byref(number)) == 0:
        flags |= CHILD_SETTID | CHILD_CLEARTID
    ctypes.pythonapi.PyOS_BeforeFork()
    # The last two are the address and the storage of threads, in an order that differs between processors.
    pid: int = libc.syscall(CLONE, ctypes.c_ulong(flags | signal.SIGCHLD), 0, 0, number, number)
    if pid != 0:
        ctypes.pythonapi.PyOS_AfterFork_Parent()
        return checked(pid, "clone")
    ctypes.pythonapi.PyOS_AfterFork_Child()
    return 0


def _keep_ids(uid: int, gid: int) -> None:
    """Let the user keep the same number inside; no other user exists there."""
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")


def settle(root: str, visible: mounts.Visible) -> None:
    """Finish the namespaces of the first process: host name, file tree.

    Raises:
        OSError: the machine does not permit it.
    """
    checked(libc.sethostname(HOST_NAME, len(HOST_NAME)), "sethostname")
    mounts.enter_root(root, visible)


def problem() -> str:
    """Return why this machine does not permit all of it, found out by trying in a fork; empty if it does."""
    read_end, write_end = os.pipe()
    with tempfile.TemporaryDirectory(prefix="autograder-trial-") as folder, os.fdopen(read_end) as report:
        pid = os.fork()
        if pid == 0:
            _try(folder, write_end)
        os.close(write_end)
        os.waitpid(pid, 0)
        return report.read()


def _try(root: str, report: int) -> None:
    try:
        enter_user_namespace()
        pid = fork()
        if pid == 0:
            settle(
                root, mounts.Visible(readable=[sys.base_prefix], writable=[], shared_memory_mib=1, disk_mib=1, files=1)
            )
            join(list(opened(os.getpid())))
        else:
            os.waitpid(pid, 0)
    except BaseException as error:
        os.write(report, f"{error.strerror if isinstance(error, OSError) else error!r}".encode())
    finally:
        os._exit(0)
