"""Gives each sandbox on this machine a dedicated user."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from autograder.model.failures import HarnessFailure

FIRST_UID = 64_200  # above the ordinary users and below `nobody`, on every common distribution
USERS = 256
LOCKS = Path("/run/autograder-slots")


class NoFreeUser(HarnessFailure):
    """All sandbox users are in use."""


@contextlib.contextmanager
def sandbox_uid() -> Iterator[int | None]:
    """Yield a user id that nothing else on this machine uses, or None for an ordinary user.

    Only root can give the sandbox a dedicated user. A lock on a file holds it, and the kernel releases the lock
    when the process dies, however it dies.
    """
    if os.geteuid() != 0:
        yield None
        return
    LOCKS.mkdir(mode=0o700, exist_ok=True)
    for number in range(USERS):
        descriptor = os.open(LOCKS / str(number), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            continue
        try:
            yield FIRST_UID + number
        finally:
            os.close(descriptor)
        return
    raise NoFreeUser(f"all {USERS} sandbox users are in use: wait for other gradings to end")
