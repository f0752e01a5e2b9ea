"""Decides which process begins which task next."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """A process's next step.

    Attributes:
        batch: place of the batch.
        task: place of the task in it; None to open only the sandbox, while the batch's first task runs elsewhere.
    """

    batch: int
    task: int | None


class Schedule:
    """The tasks of several batches that have not begun.

    A process stays with a batch while the batch has tasks, because it has that assignment's sandbox open. The first
    task of a batch observes the reference solution. All others are compared with it, so they wait for it.
    """

    def __init__(self, sizes: Sequence[int]) -> None:
        """Make a schedule of batches with these numbers of tasks."""
        self._left = [deque(range(size)) for size in sizes]
        self._first_runs = [False for _ in sizes]

    def next_for(self, mine: int | None) -> Step | None:
        """Return the next step of a process; None if it must wait or nothing is left to begin.

        Args:
            mine: the batch whose sandbox the process has open.
        """
        with_tasks = [batch for batch, left in enumerate(self._left) if left]
        ready = [batch for batch in with_tasks if not self._first_runs[batch]]
        if not ready:
            return Step(with_tasks[0], None) if with_tasks and mine not in with_tasks else None
        batch = mine if mine in ready else max(ready, key=self._preference)
        task = self._left[batch].popleft()
        self._first_runs[batch] = task == 0
        return Step(batch, task)

    def first_is_done(self, batch: int, usable: bool) -> None:
        """Let a batch's other tasks begin, or drop them where nothing can be compared with the first."""
        self._first_runs[batch] = False
        if not usable:
            self._left[batch].clear()

    def _preference(self, batch: int) -> tuple[bool, int]:
        """Return the sort key of a batch: one that nobody works on comes first, then the longest."""
        left = self._left[batch]
        return left[0] == 0, len(left)
