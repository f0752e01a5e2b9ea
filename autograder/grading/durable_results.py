"""A `results.json` that is valid from the first moment of a grading to its last, whatever ends it."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

from autograder.grading.flow import Request, grade, interim_report
from autograder.model.outcome import Outcome
from autograder.model.report import Report
from autograder.rendering.gradescope import fallback_results, to_results
from autograder.suites.load import PlannedTest, load_suites
from autograder.system.files import UnwritableResults, write_results

OVERTIME_S = 10.0  # how long after its deadline a grading may take to end by itself
NOT_FINISHED = (
    "The grader stopped before it came to a result. That is not your fault, and nothing is judged yet: "
    "upload again, and tell the staff if it happens twice."
)
STOPPED_EARLY = "The grading was stopped from outside before it came to its end; the tests below ran until then."
TIME_IS_UP = "The time for the whole grading was used up before it came to its end; the tests below ran until then."


class Stopped(KeyboardInterrupt):
    """The grading was stopped, and what is known is written.

    A KeyboardInterrupt, because unittest takes every other exception for a test's own.
    """


class DurableResults:
    """Keeps the file; enter it before anything that can fail, and grade inside.

    Attributes:
        stopped: whether SIGTERM ended the grading.
        unwritten: why the report is not in the file, though the grading came to its end.
    """

    def __init__(self, path: Path | None) -> None:
        """Keep results in a file, or in none: then a stopped grading is only cleaned up after."""
        self.stopped = False
        self.unwritten: UnwritableResults | None = None
        self._path = path
        self._why = STOPPED_EARLY
        self._over = False
        self._begin = time.monotonic()
        self._request: Request | None = None
        self._planned: Sequence[PlannedTest] = ()
        self._known: list[Outcome] = []
        self._former: Any = None

    def __enter__(self) -> Self:
        """Write the fallback, and from now on answer SIGTERM.

        Raises:
            UnwritableResults: the file cannot be written.
        """
        self.write(fallback_results(NOT_FINISHED))
        self._former = signal.signal(signal.SIGTERM, self._on_sigterm)
        answer_sigterm()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave SIGTERM to whoever had it before."""
        signal.signal(signal.SIGTERM, self._former)

    def grade(self, request: Request) -> Report:
        """Grade, and write the report; that of a stopped grading is complete too, its rest not run.

        What `autograder.grading.flow.grade` raises goes through, and leaves the fallback.
        """
        self._planned = load_suites(request.assignment)
        self._request = replace(request, on_outcome=self._noting(request))
        # Probes end before the deadline, and no test begins after it: this is for a harness that hangs.
        alarm = threading.Timer(request.assignment.deadline_s + OVERTIME_S, self._on_deadline)
        alarm.daemon = True
        alarm.start()
        try:
            report = grade(self._request)
            self._over = True
        except Stopped:
            report = self._interim()
        except KeyboardInterrupt:
            self.write(to_results(self._interim()))
            raise
        finally:
            alarm.cancel()
            alarm.join()  # while SIGTERM is still ours to answer
        try:
            self.write(to_results(report))
        except UnwritableResults as error:  # such as a disk that has become full; the report is not lost with it
            self.unwritten = error
        return report

    def write(self, results: dict[str, Any]) -> None:
        """Replace the file's content, if there is a file."""
        if self._path:
            write_results(self._path, results)

    def _noting(self, request: Request) -> Any:
        def note(outcome: Outcome) -> None:
            self._known.append(outcome)
            request.on_outcome(outcome)

        return note

    def _interim(self) -> Report:
        assert self._request is not None
        report = interim_report(self._request, self._planned, self._known, self._why)
        return replace(report, execution_s=time.monotonic() - self._begin)

    def _on_deadline(self) -> None:
        """End the grading from the alarm's thread; only the main thread can leave what it is in."""
        self._why = TIME_IS_UP
        os.kill(os.getpid(), signal.SIGTERM)

    def _on_sigterm(self, number: int, frame: FrameType | None) -> None:
        """Write what is known at once, for SIGKILL may follow; then leave, and clean up on the way."""
        if self._over:
            return
        self._over = True
        self.stopped = self._why is STOPPED_EARLY
        if self._request:
            with contextlib.suppress(UnwritableResults):  # what stands there is valid too
                self.write(to_results(self._interim()))
        raise Stopped(self._why)


def answer_sigterm() -> None:
    """Answer SIGTERM from now on; one that came while we started has waited, see `__main__.py`."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
