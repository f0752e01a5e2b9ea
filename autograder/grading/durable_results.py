"""A `results.json` that is valid from the first moment of a grading to its last, whatever ends it."""

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

from autograder.grading.progress import Progress
from autograder.model.report import Report
from autograder.model.verdict import Verdict
from autograder.rendering.gradescope import fallback_results, to_results
from autograder.system.files import UnwritableResults, write_results
from autograder.system.stopping import Stopped, answer_sigterm

OVERTIME_S = 10.0  # how long after its deadline a grading may take to end by itself
NOT_FINISHED = (
    "The grader stopped before it came to a result. That is not your fault, and nothing is judged yet: "
    "upload again, and tell the staff if it happens twice."
)
STOPPED_EARLY = "The grading was stopped from outside before it came to its end; the tests below ran until then."
TIME_IS_UP = "The time for the whole grading was used up before it came to its end; the tests below ran until then."


class DurableResults:
    """Keeps the file; enter it before anything that can fail, and grade inside.

    Attributes:
        stopped: whether SIGTERM ended the grading.
        unwritten: why the final report is not in the file; None if it is.
    """

    def __init__(self, path: Path | None) -> None:
        """Keep results in a file, or in none: then a stopped grading is only cleaned up after."""
        self.stopped = False
        self.unwritten: UnwritableResults | None = None
        self._path = path
        self._why = STOPPED_EARLY
        self._stopping = False
        self._progress: Progress | None = None
        self._former_handler: Any = None

    def __enter__(self) -> Self:
        """Write the fallback, and from now on answer SIGTERM.

        Raises:
            UnwritableResults: the file cannot be written.
        """
        self.write(fallback_results(NOT_FINISHED))
        self._former_handler = signal.signal(signal.SIGTERM, self._on_sigterm)
        answer_sigterm()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave SIGTERM to whoever answered it before."""
        signal.signal(signal.SIGTERM, self._former_handler)

    @contextlib.contextmanager
    def follow(self, progress: Progress) -> Iterator[None]:
        """Save the known outcomes of the grading inside if something stops it.

        SIGTERM and the deadline end the grading here, with an interim report as its final one. Ctrl-C goes through once
        the file is written. Every other exception goes through at once and leaves the fallback.
        """
        self._progress = progress
        # Probes end before the deadline, and no test begins after it: this is for a harness that hangs.
        alarm = threading.Timer(progress.request.assignment.deadline_s + OVERTIME_S, self._on_deadline)
        alarm.daemon = True
        alarm.start()
        try:
            yield
        except Stopped:
            progress.end(progress.interim(self._why, Verdict.HARNESS_FAULT))
        except KeyboardInterrupt:
            self.write(to_results(progress.interim(self._why, Verdict.HARNESS_FAULT)))
            raise
        finally:
            alarm.cancel()
            alarm.join()  # while SIGTERM is still ours to answer

    def keep(self, progress: Progress) -> Report:
        """Write the final report, and return it."""
        assert progress.report
        try:
            self.write(to_results(progress.report))
        except UnwritableResults as error:  # the disk has become full, say; the report is not lost with it
            self.unwritten = error
        return progress.report

    def write(self, results: dict[str, Any]) -> None:
        """Replace the file's content, if there is a file."""
        if self._path:
            write_results(self._path, results)

    def _on_deadline(self) -> None:
        """End the grading from the alarm's thread; only the main thread can leave the code that it is in."""
        self._why = TIME_IS_UP
        os.kill(os.getpid(), signal.SIGTERM)

    def _on_sigterm(self, number: int, frame: FrameType | None) -> None:
        """Write the known outcomes at once, for SIGKILL may follow; then leave, and clean up on the way."""
        progress = self._progress
        if self._stopping or (progress and progress.report):
            return
        self._stopping = True
        self.stopped = self._why is STOPPED_EARLY
        if progress:
            with contextlib.suppress(UnwritableResults):  # the file's present content is valid, too
                self.write(to_results(progress.interim(self._why, Verdict.HARNESS_FAULT)))
        raise Stopped(self._why)
