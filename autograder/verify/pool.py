"""Grades many submissions of several assignments at once, in processes that each have a sandbox."""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass

from autograder.grading.reference import refuse_incomplete
from autograder.model.assignment import Assignment
from autograder.model.report import Report
from autograder.model.submission import Submission
from autograder.system.interrupts import uninterrupted
from autograder.system.processes import die_with_parent
from autograder.verify.schedule import Schedule, Step
from autograder.verify.worker import Graded, Task, work

# One for each core: each has two threads, which mostly wait for each other. Four take some gigabytes of memory.
GRADED_AT_ONCE = max(2, min(4, len(os.sched_getaffinity(0))))


@dataclass(frozen=True)
class Batch:
    """The gradings by the suites of one assignment.

    Attributes:
        assignment: the assignment with these suites.
        profile: name of the data.
        tasks: the first is the reference solution; if it loses points, the others are skipped, because nothing can be
            compared with it.
    """

    assignment: Assignment
    profile: str
    tasks: Sequence[Task]


@dataclass(frozen=True)
class Done:
    """A finished task: the places of batch and task, and the result."""

    batch: int
    task: int
    graded: Graded


def grade_batches(batches: Sequence[Batch], at_once: Callable[[], int] = lambda: GRADED_AT_ONCE) -> Iterator[Done]:
    """Yield the result of each task as soon as it is known.

    Args:
        batches: the gradings to do.
        at_once: how many tasks may run now, 1 or more; asked again whenever one has ended.
    """
    schedule, known = Schedule([len(batch.tasks) for batch in batches]), list[Done]()
    # Processes, not threads: timeout_decorator works with signals, which only a main thread receives.
    spawn = multiprocessing.get_context("spawn")
    with ExitStack() as stack:
        processes = [ProcessPoolExecutor(1, spawn, die_with_parent, (os.getpid(),)) for _ in range(GRADED_AT_ONCE)]
        lanes = [_Lane(stack.enter_context(process)) for process in processes]
        while True:
            for lane in lanes:
                if sum(one.future is not None for one in lanes) < at_once():
                    lane.begin(schedule, batches)
            yield from known
            running = {lane.future: lane for lane in lanes if lane.future}
            if not running:
                return
            ended = [running[future].finish() for future in wait(running, return_when=FIRST_COMPLETED).done]
            known = [done for done in ended if done]
            for done in known:
                if done.task == 0:
                    schedule.first_is_done(done.batch, not done.graded.report.lost)


def grade_all(assignment: Assignment, profile: str, submissions: Sequence[Submission]) -> Iterator[Report]:
    """Yield a report for each submission, in order, as soon as it is known.

    The reference is observed first and once; all processes share the store.

    Args:
        assignment: the assignment with the suites.
        profile: name of the data.
        submissions: the submissions to grade; each one's `problem` is empty.

    Raises:
        UnusableSuite: the reference does not earn full marks, so nothing can be compared with it.
    """
    tasks = [Task(), *map(Task, submissions)]
    known: dict[int, Report] = {}
    following = 0
    for done in grade_batches([Batch(assignment, profile, tasks)]):
        known[done.task] = done.graded.report
        while following in known:
            report = known.pop(following)
            if following == 0:
                refuse_incomplete(assignment, report.outcomes)
            else:
                yield report
            following += 1


class _Lane:
    """A process that does one step after the other."""

    def __init__(self, process: ProcessPoolExecutor) -> None:
        self.future: Future[Graded | None] | None = None
        self._process = process
        self._step: Step | None = None

    def begin(self, schedule: Schedule, batches: Sequence[Batch]) -> None:
        """Begin the next step, if this process is idle and there is one."""
        step = None if self.future else schedule.next_for(self._step.batch if self._step else None)
        if step:
            batch = batches[step.batch]
            tasks = () if step.task is None else (batch.tasks[step.task],)
            with uninterrupted():  # the first step starts the process
                self.future = self._process.submit(work, batch.assignment, batch.profile, *tasks)
            self._step = step

    def finish(self) -> Done | None:
        """Return the result of the step that has ended, if it was a task."""
        assert self.future and self._step
        graded, self.future = self.future.result(), None
        return Done(self._step.batch, self._step.task or 0, graded) if graded else None
