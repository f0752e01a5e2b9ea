"""Grading processes that only pretend, so that what a cluster does with deaths can be seen in seconds."""

import os
from pathlib import Path

from distributed import Worker

from autograder.classroom.cluster import Grading
from autograder.classroom.grading_process import CannotGrade, GradingProcessGone


class StubGrading(Grading):
    """Answers at once; some tasks kill what grades them.

    A task is `what/path`: `die` ends the worker, `die-once` does so where the path does not exist yet, `process` raises
    what a dead grading process does; all others are answered by themselves.
    """

    def __init__(self) -> None:
        super().__init__(b"")

    async def setup(self, worker: Worker) -> None:
        """Start nothing."""

    def teardown(self, worker: Worker) -> None:
        """End nothing."""

    def grade(self, task: bytes) -> bytes:
        """Answer, or die."""
        what, _, path = task.decode().partition("|")
        if what == "process":
            raise GradingProcessGone("gone")
        if what == "die" or (what == "die-once" and not Path(path).exists()):
            Path(path).touch()
            os._exit(1)
        return task.upper()


class RefusingGrading(StubGrading):
    """Stands for a machine that cannot grade."""

    async def setup(self, worker: Worker) -> None:
        """Refuse, as a machine without a sandbox does."""
        raise CannotGrade("this machine cannot grade: nothing protects the grader")
