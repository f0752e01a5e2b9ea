"""Reads the control group's accounts: CPU seconds of processes that nobody reaped, and killings."""

import time
from pathlib import Path

from autograder.wire.messages import GroupFiles

NS_PER_S, US_PER_S = 1e9, 1e6


class GroupAccount:
    """Counts from now on; everything is 0 without a control group."""

    def __init__(self, files: GroupFiles | None) -> None:
        """Begin to count.

        Args:
            files: in which the kernel counts; None without a control group.
        """
        self._files = files
        self._cpu_before_s, self._kills_before = self._cpu_s(), self._kills()

    def cpu_s(self) -> float:
        """Return CPU seconds of all processes of the group, this one excepted."""
        return self._cpu_s() - self._cpu_before_s

    def kills(self) -> int:
        """Return how many processes the kernel has ended because the group's memory was used up."""
        return self._kills() - self._kills_before

    def _cpu_s(self) -> float:
        if not self._files:
            return 0.0
        text = Path(self._files.cpu).read_text()
        used_s = int(text) / NS_PER_S if text.strip().isdigit() else _entry(text, "usage_usec") / US_PER_S
        return used_s - time.process_time()

    def _kills(self) -> int:
        return _entry(Path(self._files.events).read_text(), "oom_kill") if self._files else 0


def _entry(text: str, name: str) -> int:
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith(f"{name} ")), 0)
