"""A command that the desk has started, and its output."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence

from autograder.project import PROJECT

KEPT_LINES = 500


class Run:
    """A command that this desk has started; it goes on if nobody watches.

    Attributes:
        title: names it for people, such as "Judge again".
        lines: its output so far, on both streams.
        began: when it was started, in seconds since the epoch.
    """

    def __init__(self, title: str, argv: Sequence[str]) -> None:
        """Start it."""
        self.title = title
        self.lines: list[str] = []
        self.began = time.time()
        self._process = subprocess.Popen(
            argv, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace", env=os.environ | {"PYTHONPATH": str(PROJECT)}, start_new_session=True,
        )  # fmt: skip
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            if len(self.lines) < KEPT_LINES:
                self.lines.append(line.rstrip("\n"))
        self._process.wait()

    @property
    def status(self) -> int | None:
        """Its exit status; None while it runs or still has lines to read."""
        return None if self._reader.is_alive() else self._process.returncode

    def stop(self) -> None:
        """Interrupt it as Ctrl-C does: finished work is kept, and the previous judging holds."""
        if self.status is None:
            self._process.send_signal(signal.SIGINT)
