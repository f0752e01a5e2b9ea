"""The run that works on a class's folder at the moment: its step, how far it is, and whose uploads it grades.

The run notes this in `at_work.json`. A lock tells whether it is still alive, so that a run that was killed is not taken
for one that goes on. Whoever watches holds the lock for a moment only, and delays no run by it.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.classroom.folder import ClassFolder
from autograder.classroom.judge_stored import Progress
from autograder.classroom.serialization import from_json, to_json
from autograder.model.hand_in import HandIn
from autograder.system.files import UnwritableResults, write_whole

NOTED, ALIVE = "at_work.json", ".at_work"
EACH_S = 0.3  # between two notes on one step, unless somebody else is graded


@dataclass(frozen=True)
class AtWork:
    """How far a run is.

    Attributes:
        command: its name, such as `class`.
        what: the current step; empty before the first.
        done: how many items of the step are done.
        total: how many there are; 0 if nobody knows.
        now: keys of the hand-ins that are graded at the moment.
        elapsed_s: seconds since the step began.
        began: when the run began, in seconds since the epoch.
    """

    command: str
    what: str = ""
    done: int = 0
    total: int = 0
    now: tuple[str, ...] = ()
    elapsed_s: float = 0.0
    began: float = 0.0


@contextlib.contextmanager
def noted(folder: ClassFolder, command: str, tell: Progress) -> Iterator[Progress]:
    """Yield a function that shows progress by `tell`, and notes it in the folder.

    Args:
        folder: of the class; this process has it open.
        command: name of the command.
        tell: shows progress to whoever has started the command.
    """
    descriptor = os.open(folder.root / ALIVE, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)  # whoever watches lets go at once
        yield _Notes(folder.root / NOTED, command, tell)
    finally:
        (folder.root / NOTED).unlink(missing_ok=True)
        os.close(descriptor)


def at_work(root: Path) -> AtWork | None:
    """Return how far the run in a class's folder is; None if no run is at work."""
    try:
        descriptor = os.open(root / ALIVE, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        with contextlib.suppress(OSError, ValueError):  # it has just ended, or not begun to write
            return from_json((root / NOTED).read_bytes(), AtWork)
        return AtWork("")
    else:
        return None
    finally:
        os.close(descriptor)


class _Notes:
    """Shows progress, and notes it."""

    def __init__(self, path: Path, command: str, tell: Progress) -> None:
        self._path, self._tell = path, tell
        self._last = AtWork(command, began=time.time())
        self._began = self._noted_at = time.monotonic()
        self._note(self._last)

    def __call__(self, what: str, done: int, total: int, now: Sequence[HandIn] = ()) -> None:
        """Show and note it."""
        self._tell(what, done, total, now)
        moment, keys = time.monotonic(), tuple(one.key for one in now)
        if what != self._last.what:
            self._began = moment
        elif keys == self._last.now and moment - self._noted_at < EACH_S:
            return
        self._noted_at = moment
        self._note(replace(self._last, what=what, done=done, total=total, now=keys, elapsed_s=moment - self._began))

    def _note(self, last: AtWork) -> None:
        self._last = last
        with contextlib.suppress(UnwritableResults):  # a full disk is told where a result is lost by it
            write_whole(self._path, to_json(last), mode=0o600)
