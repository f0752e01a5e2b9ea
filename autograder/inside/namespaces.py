"""Namespaces of its own for a child: no other process, no network, no System V objects, a host name, mounts.

Source: namespaces(7), clone(2), user_namespaces(7).
"""

import ctypes
import os
import signal
import sys
import tempfile
from pathlib import Path

from autograder.inside import mounts
from autograder.inside.kernel import checked, libc

CLONE = 220 if os.uname().machine == "aarch64" else 56
NEWNS, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET = 0x20000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
HOST_NAME = b"sandbox"


def fork() -> int:
    """Fork as `os.fork` does, with the child as the first process of new namespaces.

    An ordinary user's child gets a user namespace too, which is what gives it the right to the others.
    A single system call, because `unshare` and then `fork` costs a fork more and cannot be undone.

    Raises:
        OSError: the machine does not permit it.
    """
    flags = NEWNS | NEWUTS | NEWIPC | NEWPID | NEWNET
    if os.geteuid() != 0:
        flags |= NEWUSER
    uid, gid = os.geteuid(), os.getegid()
    ctypes.pythonapi.PyOS_BeforeFork()
    pid: int = libc.syscall(CLONE, ctypes.c_ulong(flags | signal.SIGCHLD), 0, 0, 0, 0)
    if pid != 0:
        ctypes.pythonapi.PyOS_AfterFork_Parent()
        return checked(pid, "clone")
    ctypes.pythonapi.PyOS_AfterFork_Child()
    if flags & NEWUSER:
        _keep_ids(uid, gid)
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
    """Return why this machine does not permit all of it, found out by trying; empty if it does."""
    read_end, write_end = os.pipe()
    with tempfile.TemporaryDirectory(prefix="autograder-trial-") as folder, os.fdopen(read_end) as report:
        try:
            pid = fork()
            if pid == 0:
                _try(folder, write_end)
            os.waitpid(pid, 0)
        except OSError as error:
            return error.strerror or str(error)
        finally:
            os.close(write_end)
        return report.read()


def _try(root: str, report: int) -> None:
    try:
        settle(root, mounts.Visible(readable=[sys.base_prefix], writable=[], shared_memory_mib=1))
    except BaseException as error:
        os.write(report, f"{type(error).__name__}: {error}".encode())
    finally:
        os._exit(0)
