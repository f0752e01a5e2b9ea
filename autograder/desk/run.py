"""A command that the desk has started, and its output."""

import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence

from autograder.project import PROJECT

KEPT_LINES = 500
KEPT_BYTES = 1 << 20


class Run:
    """A command that this desk has started; it goes on if nobody watches, also if the desk is killed.

    Its output is a file without a name. A pipe would end the command as soon as nobody reads it.

    Attributes:
        title: names it for people, such as "Judge again".
        began: when it was started, in seconds since the epoch.
    """

    def __init__(self, title: str, argv: Sequence[str]) -> None:
        """Start it."""
        self.title = title
        self.began = time.time()
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as somebody may ask for lines
        self._turn = threading.Lock()  # several requests ask for its status
        self._process = subprocess.Popen(
            argv, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=self._output, stderr=subprocess.STDOUT,
            env=os.environ | {"PYTHONPATH": str(PROJECT)}, start_new_session=True,
        )  # fmt: skip

    @property
    def lines(self) -> list[str]:
        """Its output so far, on both streams; while it runs, only whole lines."""
        ended = self.status is not None
        text = os.pread(self._output.fileno(), KEPT_BYTES, 0).decode("utf-8", "replace")
        lines = text.split("\n")
        return lines[: len(lines) if ended and lines[-1] else -1][:KEPT_LINES]

    @property
    def status(self) -> int | None:
        """Its exit status; None while it runs."""
        with self._turn:
            return self._process.poll()

    def stop(self) -> None:
        """Interrupt it as Ctrl-C does: finished work is kept, and the previous judging holds."""
        with self._turn:
            if self._process.poll() is None:  # not reaped, so its number is still its own
                self._process.send_signal(signal.SIGINT)
