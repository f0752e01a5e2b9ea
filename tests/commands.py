"""Runs commands beside the tests; shows their findings at the end and counts them as failed tests."""

import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
GRACE_S = 5.0  # to clean up in
LINTERS = {"mypy": ["mypy"], "lint-imports": ["lint-imports"]}  # ruff takes no time, so `run_tests` runs it first


class Command:
    """One command, which runs from the moment that this is made.

    Attributes:
        name: what to call it.
        output: all that it printed, once it has ended.
        took_s: wall seconds, once it has ended.
        was_stopped: whether nobody waited for its end.
    """

    def __init__(
        self, name: str, argv: Sequence[str], on_end: Callable[[], None] = lambda: None, folder: Path = PROJECT
    ) -> None:
        """Start it.

        Args:
            name: what to call it.
            argv: program and arguments.
            on_end: called when it has ended; by another thread.
            folder: to run it in.
        """
        self.name = name
        self.output = ""
        self.took_s = 0.0
        self.was_stopped = False
        self._on_end = on_end
        self._begin = time.monotonic()
        self._process = subprocess.Popen(
            argv, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        self.output, _ = self._process.communicate()
        self.took_s = time.monotonic() - self._begin
        self._on_end()

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return not self.took_s

    @property
    def has_failed(self) -> bool:
        """Whether it has ended and found something."""
        return not (self.is_running or self.was_stopped) and self._process.returncode != 0

    def wait(self) -> None:
        """Wait until it has ended."""
        self._reader.join()

    def end(self, *, wait: bool) -> None:
        """Come to an end.

        Args:
            wait: whether to wait for it if it still runs; else it is stopped.
        """
        if self.is_running and not wait:
            self.was_stopped = True
            self._process.send_signal(signal.SIGINT)  # Python ends with all clean-ups
            self._reader.join(GRACE_S)
            self._process.terminate()  # a shell's background, where the other is ignored
        self.wait()
