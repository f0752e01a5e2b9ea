"""Runs the slow linters beside the tests; what they find is shown at the end, and counts like a failed test."""

import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
COMMANDS = {"mypy": ["mypy"], "lint-imports": ["lint-imports"]}  # ruff takes no time, so `run_tests` runs it first


class Linter:
    """One linter, which runs from the moment that this is made.

    Attributes:
        name: what to call it.
        output: all that it printed, once it has ended.
        took_s: wall seconds, once it has ended.
        was_stopped: whether nobody waited for its end.
    """

    def __init__(self, name: str, command: Sequence[str], folder: Path) -> None:
        """Start it in a folder."""
        self.name = name
        self.output = ""
        self.took_s = 0.0
        self.was_stopped = False
        self._begin = time.monotonic()
        self._process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        self.output, _ = self._process.communicate()
        self.took_s = time.monotonic() - self._begin

    @property
    def has_failed(self) -> bool:
        """Whether it has ended and found something."""
        return not (self._reader.is_alive() or self.was_stopped) and self._process.returncode != 0

    def end(self, *, wait: bool) -> None:
        """Come to an end.

        Args:
            wait: whether to wait for it if it still runs; else it is stopped.
        """
        if self._reader.is_alive() and not wait:
            self.was_stopped = True
            self._process.terminate()
        self._reader.join()


def start_linters(commands: Mapping[str, Sequence[str]] = COMMANDS, folder: Path = PROJECT) -> list[Linter]:
    """Start linters in a folder.

    Args:
        commands: each by its name.
        folder: of the project that they look at.
    """
    return [Linter(name, command, folder) for name, command in commands.items()]
