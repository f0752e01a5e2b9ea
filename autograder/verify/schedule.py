"""Which task is begun next, and by which process."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """What a process does next.

    Attributes:
        batch: place of the batch.
        task: place of the task in it; None to open the sandbox only, while the batch's first task runs elsewhere.
    """

    batch: int
    task: int | None


class Agenda:
    """The tasks of several batches that are not begun yet.

    A process keeps to a batch as long as that has tasks, because it has the sandbox of that assignment open.
    The first task of a batch observes the reference solution, which all others are compared with: they wait for it.
    """

    def __init__(self, sizes: Sequence[int]) -> None:
        """Make an agenda of batches with so many tasks."""
        self._left = [deque(range(size)) for size in sizes]
        self._first_runs = [False for _ in sizes]

    def next_for(self, mine: int | None) -> Step | None:
        """Return what a process does now; None if it has to wait, or all is begun.

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
        """Let the others of a batch begin, or leave them out where nothing can be compared with the first."""
        self._first_runs[batch] = False
        if not usable:
            self._left[batch].clear()

    def _preference(self, batch: int) -> tuple[bool, int]:
        """Return what makes a batch the next to turn to: nobody works on it, and it is long."""
        left = self._left[batch]
        return left[0] == 0, len(left)
