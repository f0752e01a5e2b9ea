"""Restricts the files that a process may reach, by Landlock's three system calls.

Source: Documentation/userspace-api/landlock.rst of the Linux kernel, ABI 1 to 7.
"""

import ctypes
import os
import stat
from collections.abc import Iterable

from autograder.confinement import mounts
from autograder.confinement.kernel import libc
from autograder.confinement.prepared import Prepared
from autograder.wire.messages import Confinement

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
RULE_PATH_BENEATH = 1
CREATE_RULESET_VERSION = 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
MAKE_BLOCK, MAKE_CHAR = 1 << 11, 1 << 6
TRUNCATE, IOCTL_DEV = 1 << 14, 1 << 15
READ = EXECUTE | READ_FILE | READ_DIR
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
ALL_BY_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
NETWORK_BIND_AND_CONNECT = 0b11  # ABI 4: no TCP port at all
SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS = 0b11  # ABI 6

READABLE_ALWAYS = (mounts.PROC, *mounts.DEVICES)
WRITABLE_ALWAYS = ("/dev/null", mounts.SHARED_MEMORY)


class LandlockUnavailable(RuntimeError):
    """The kernel has no Landlock, or it is switched off."""


class _Ruleset(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def abi() -> int:
    """Return the kernel's Landlock version, 0 where there is none."""
    version: int = libc.syscall(CREATE_RULESET, None, 0, CREATE_RULESET_VERSION)
    return max(0, version)


def prepare() -> Prepared:
    """Find out which version the kernel has."""
    version = abi()
    if not version:
        return Prepared("missing: not in this kernel, or switched off")
    return Prepared(f"active: ABI {version}", _apply)


def _apply(policy: Confinement) -> None:
    restrict([*policy.readable, *READABLE_ALWAYS], [*policy.writable, *WRITABLE_ALWAYS])


def restrict(readable: Iterable[str], writable: Iterable[str]) -> None:
    """Leave the calling thread, and all that it starts, only these files, for good.

    Args:
        readable: files and folders that may be read, and executed; missing ones are left out.
        writable: files and folders in which everything but making devices is allowed.

    Raises:
        LandlockUnavailable: the kernel cannot do it; nothing was restricted.
    """
    version = abi()
    if version == 0:
        raise LandlockUnavailable("the kernel offers no Landlock")
    handled = ALL_BY_ABI[max(known for known in ALL_BY_ABI if known <= version)]
    ruleset = _Ruleset(
        handled,
        NETWORK_BIND_AND_CONNECT if version >= 4 else 0,
        SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS if version >= 6 else 0,
    )
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    descriptor = _checked(libc.syscall(CREATE_RULESET, ctypes.byref(ruleset), size, 0))
    try:
        for path in readable:
            _allow(descriptor, path, READ & handled)
        for path in writable:
            _allow(descriptor, path, handled & ~(MAKE_BLOCK | MAKE_CHAR))
        _checked(libc.syscall(RESTRICT_SELF, descriptor, 0))
    finally:
        os.close(descriptor)


def _allow(ruleset: int, path: str, access: int) -> None:
    try:
        target = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(target).st_mode):
            access &= OF_FILES
        rule = _PathBeneath(access, target)
        _checked(libc.syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, ctypes.byref(rule), 0))
    finally:
        os.close(target)


def _checked(result: int) -> int:
    if result < 0:
        raise LandlockUnavailable(os.strerror(ctypes.get_errno()))
    return result
