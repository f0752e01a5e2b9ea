"""The time that a statement at the top of a submission may take where the submission is imported in steps.

A statement may compute for a while, and wait for a while; the first seconds of an import are free.
"""

import math
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from autograder.worker.activity import Activity
from autograder.worker.import_in_steps import TooLong

STATEMENT_S = 1.0  # CPU seconds; setting up a network or a data set takes less
FREE_S = 3.0  # CPU seconds of a whole import that cost no statement its place: each probe can pay for them
FREE_SHARE = 0.25  # of a process's CPU seconds, where that is less
WAITING_S = 3.0  # by the clock: for `sleep()`, a thread, a download or a process that sleeps
AGAIN_S = 0.1  # a handler of all exceptions in the student's loop must not swallow the end of it


class StatementAllowance:
    """Ends each statement whose time is used up, in this process."""

    def __init__(self, limit_s: float = math.inf) -> None:
        """Begin with the free seconds.

        Args:
            limit_s: CPU seconds that the process has in all.
        """
        self._free_until_s = time.process_time() + min(FREE_S, FREE_SHARE * limit_s)
        self._activity: Activity | None = None  # since the statement began, or its clock last rang
        self._has_rung = False  # for this statement
        signal.signal(signal.SIGPROF, self._end)
        signal.signal(signal.SIGALRM, self._end_waiting)

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Raise TooLong in this block when its time is used up; an allowance inside another does nothing."""
        if signal.getitimer(signal.ITIMER_PROF)[0]:
            yield
            return
        self._activity = Activity()
        self._has_rung = False
        signal.setitimer(signal.ITIMER_PROF, max(STATEMENT_S, self._free_until_s - time.process_time()), AGAIN_S)
        signal.setitimer(signal.ITIMER_REAL, WAITING_S, WAITING_S)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.setitimer(signal.ITIMER_PROF, 0)
            if sys.gettrace() is _raise_in_handler:
                sys.settrace(None)

    def _end(self, number: int, frame: FrameType | None) -> None:
        if self._has_rung:
            _watch(frame)
        self._has_rung = True
        raise TooLong

    def _end_waiting(self, number: int, frame: FrameType | None) -> None:
        """End a statement that has waited since the last call; one that computes has its allowance of CPU time."""
        if self._activity is None or self._activity.has_waited():
            self._end(number, frame)


def _watch(frame: FrameType | None) -> None:
    """Raise TooLong once more where a handler takes it, as in `while True: try: … except: pass`.

    A loop around such a handler outlasts every ring. An exception that is raised inside the handler leaves the loop.
    """
    while frame:
        frame.f_trace = _raise_in_handler
        frame = frame.f_back
    sys.settrace(_raise_in_handler)  # for calls that are yet to come, such as those of a context manager's end


def _raise_in_handler(frame: FrameType, event: str, value: Any) -> Any:
    """Trace a program until it handles TooLong; Python traces no further after an exception from here."""
    if event == "line" and isinstance(sys.exc_info()[1], TooLong):
        raise TooLong
    return _raise_in_handler
