"""A user id of its own for each sandbox that runs on this machine at the same time."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from autograder.model.failures import HarnessFailure

FIRST_UID = 64_200  # above the ordinary users and below `nobody`, on every common distribution
SLOTS = 256
LOCKS = Path("/run/autograder-slots")


class NoFreeSlot(HarnessFailure):
    """All slots are in use."""


@contextlib.contextmanager
def sandbox_uid() -> Iterator[int | None]:
    """Yield a user id that nothing else on this machine uses, or None for an ordinary user.

    Only root can give the sandbox a user of its own. The slot is held by a lock on a file, which the
    kernel releases when the process dies, however it dies.
    """
    if os.geteuid() != 0:
        yield None
        return
    LOCKS.mkdir(mode=0o700, exist_ok=True)
    for slot in range(SLOTS):
        descriptor = os.open(LOCKS / str(slot), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            continue
        try:
            yield FIRST_UID + slot
        finally:
            os.close(descriptor)
        return
    raise NoFreeSlot(f"all {SLOTS} sandbox users are in use: wait for other gradings to end")
