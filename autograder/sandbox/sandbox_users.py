"""Gives each sandbox on this machine a dedicated user."""

import contextlib
import fcntl
import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from autograder.model.failures import HarnessFailure

FIRST_UID = 64_200  # above the ordinary users and below `nobody`, on every common distribution
USERS = 256
LOCKS = Path("/run/autograder-slots")
LOCKS_ELSEWHERE = Path("/tmp/autograder-slots")  # in a container whose root is read-only, where /tmp at least is not
# Containers do not share locks with each other or with the host, so two sandboxes could get the same user. Each would
# kill the other's processes, and count them. A container therefore takes users from a block that depends on its process
# namespace, in a range that systemd's UIDS-GIDS.md leaves unassigned.
FIRST_BLOCK, BLOCKS = 0x70000000, 1 << 20
CHANGE_USERS = 1 << 0 | 1 << 6 | 1 << 7  # CAP_CHOWN, CAP_SETGID, CAP_SETUID of capabilities(7)
INITIAL_PIDS = "pid:[4026531836]"  # PROC_PID_INIT_INO of the kernel's proc_ns.h


class NoFreeUser(HarnessFailure):
    """All sandbox users are in use, there is no place to note it, or this root cannot become one of them."""


@contextlib.contextmanager
def sandbox_uid() -> Iterator[int | None]:
    """Yield a user id that nothing else on this machine uses, or None for an ordinary user.

    Only root can give the sandbox a dedicated user. A lock on a file holds it, and the kernel releases the lock
    when the process dies, however it dies.
    """
    if os.geteuid() != 0:
        yield None
        return
    if not may_change_users(Path("/proc/self/status").read_text()):
        raise NoFreeUser(
            "root has no capability here to give submissions a user of their own: "
            "run it as an ordinary user (docker run --user 1000), or without --cap-drop"
        )
    first = first_uid(str(Path("/proc/self/ns/pid").readlink()), Path("/proc/self/uid_map").read_text())
    locks = _folder_of_locks()
    for number in range(USERS):
        descriptor = os.open(locks / str(number), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            continue
        try:
            yield first + number
        finally:
            os.close(descriptor)
        return
    raise NoFreeUser(f"all {USERS} sandbox users are in use: wait for other gradings to end")


def may_change_users(status: str) -> bool:
    """Return whether a process may become another user, and give it files.

    Args:
        status: `/proc/self/status` of the process.
    """
    line = next(line for line in status.splitlines() if line.startswith("CapEff:"))
    return int(line.split()[1], 16) & CHANGE_USERS == CHANGE_USERS


def _folder_of_locks() -> Path:
    """Return a folder that belongs to root alone.

    Raises:
        NoFreeUser: there is none, and none can be made.
    """
    for folder in (LOCKS, LOCKS_ELSEWHERE):
        with contextlib.suppress(OSError):
            folder.mkdir(mode=0o700, exist_ok=True)
            found = folder.lstat()
            is_roots = stat.S_ISDIR(found.st_mode) and found.st_uid == 0 and not found.st_mode & 0o077
            if is_roots and os.access(folder, os.W_OK):
                return folder
    raise NoFreeUser(f"neither {LOCKS} nor {LOCKS_ELSEWHERE} is, or can become, a folder of root's alone")


def first_uid(process_namespace: str, uid_map: str) -> int:
    """Return the first of the users that sandboxes take.

    Args:
        process_namespace: as `/proc/self/ns/pid` links to it.
        uid_map: `/proc/self/uid_map`. A container whose users are mapped to others of the host keeps the low ones: the
            host does not share them, and may have mapped no more.
    """
    if process_namespace == INITIAL_PIDS:
        return FIRST_UID
    digest = hashlib.sha256((_boot() + process_namespace).encode()).digest()
    first = FIRST_BLOCK + int.from_bytes(digest[:8]) % BLOCKS * USERS
    rows = (tuple(map(int, line.split())) for line in uid_map.splitlines())
    is_there = any(inside <= first and first + USERS <= inside + count for inside, _, count in rows)
    return first if is_there else FIRST_UID


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text()
