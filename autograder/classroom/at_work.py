"""The run that works on a class's folder at the moment: its step, how far it is, and whose uploads it grades.

The run notes this in `at_work.json`. A lock tells whether it is still alive, so that a run that was killed is not taken
for one that goes on. Whoever watches holds the lock for a moment only, and delays no run by it.

Whoever wants to stop it writes the run's name into `stop`. The run looks for that, and interrupts itself. So nobody
needs its process id, which may belong to somebody else by now, and a request that comes too late concerns no later run.
"""

import contextlib
import fcntl
import os
import signal
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.classroom.folder import ClassFolder
from autograder.classroom.judge_stored import Progress
from autograder.classroom.serialization import from_json, to_json
from autograder.model.hand_in import HandIn
from autograder.system.files import UnwritableResults, write_whole

NOTED, ALIVE, STOP = "at_work.json", ".at_work", "stop"
EACH_S = 0.3  # between two notes on one step, unless somebody else is graded
LOOK_S = 0.3  # between two looks for a request to stop


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
        run: its name, which no other run has.
        stopping: whether somebody has asked it to stop.
    """

    command: str
    what: str = ""
    done: int = 0
    total: int = 0
    now: tuple[str, ...] = ()
    elapsed_s: float = 0.0
    began: float = 0.0
    run: str = ""
    stopping: bool = False


@contextlib.contextmanager
def noted(folder: ClassFolder, command: str, tell: Progress) -> Iterator[Progress]:
    """Yield a function that shows progress by `tell`, and notes it in the folder; Ctrl-C comes if somebody asks for it.

    Args:
        folder: of the class; this process has it open.
        command: name of the command.
        tell: shows progress to whoever has started the command.
    """
    descriptor = os.open(folder.root / ALIVE, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)  # whoever watches lets go at once
        (folder.root / STOP).unlink(missing_ok=True)
        notes = _Notes(folder.root / NOTED, command, tell)
        with _stopped_on_request(folder.root / STOP, notes.run):
            yield notes
    finally:
        for name in (NOTED, STOP):
            (folder.root / name).unlink(missing_ok=True)
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
            found = from_json((root / NOTED).read_bytes(), AtWork)
            return replace(found, stopping=_asked(root / STOP) == found.run)
        return AtWork("")
    else:
        return None
    finally:
        os.close(descriptor)


def ask_to_stop(root: Path) -> bool:
    """Ask the run in a class's folder to stop as by Ctrl-C; return whether there is one that can be asked."""
    work = at_work(root)
    if work is None or not work.run:
        return False
    write_whole(root / STOP, work.run.encode(), mode=0o600)
    return True


@contextlib.contextmanager
def _stopped_on_request(path: Path, run: str) -> Iterator[None]:
    """Interrupt this process's main thread once somebody asks for it while the block runs."""
    if threading.current_thread() is not threading.main_thread():  # only that one can be interrupted
        yield
        return
    over, main = threading.Event(), threading.get_ident()

    def look() -> None:
        while not over.wait(LOOK_S):
            if _asked(path) == run:
                signal.pthread_kill(main, signal.SIGINT)
                return

    ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN  # as below `nohup`, or a shell's `&`
    if ignored:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
        if ignored:
            signal.signal(signal.SIGINT, signal.SIG_IGN)


def _asked(path: Path) -> str:
    """Return the name of the run that is to stop; empty if none is."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


class _Notes:
    """Shows progress, and notes it.

    Attributes:
        run: the run's name.
    """

    def __init__(self, path: Path, command: str, tell: Progress) -> None:
        self._path, self._tell = path, tell
        self.run = uuid.uuid4().hex
        self._last = AtWork(command, began=time.time(), run=self.run)
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
