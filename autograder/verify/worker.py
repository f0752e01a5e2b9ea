"""The work of the pool's processes: each keeps one assignment's sandbox open, and grades in it."""

import hashlib
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from multiprocessing.util import Finalize

import msgspec

from autograder.evidence.observer import Observer, observers_of, reference_of
from autograder.evidence.session import Session, open_session
from autograder.grading.flow import judge
from autograder.intake.reference import take_reference
from autograder.model.assignment import Assignment
from autograder.model.measurement import Measurement
from autograder.model.report import Report
from autograder.model.submission import Submission
from autograder.suites.load import PlannedTest, load_suites
from autograder.verify.cases import faults_of
from autograder.verify.reuse import Reuse, spared_for

SEEDS = 2**32  # range that numpy.random.seed accepts


@dataclass(frozen=True)
class Task:
    """One grading.

    Attributes:
        submission: the submission to grade; None for the reference solution, which may use stored observations.
        run: 0 for a grading as students get it; other numbers stand for other seeds and other changes of held-out
            data, and are for the reference solution.
        reuse: how other observations serve; None where all is observed now.
    """

    submission: Submission | None = None
    run: int = 0
    reuse: Reuse | None = None


@dataclass(frozen=True)
class Graded:
    """The result of a task.

    Attributes:
        report: the report.
        cpu: CPU seconds of each probe that has a budget, against that budget.
        made: how many observations were made for it and kept for the next run.
        taken: how many observations of an earlier run served it.
    """

    report: Report
    cpu: tuple[Measurement, ...] = ()
    made: int = 0
    taken: int = 0

    @property
    def is_afresh(self) -> bool:
        """Whether anything was observed for it."""
        return self.made > 0 or self.taken == 0


class _Place:
    """The session of a process, opened on demand; the process removes everything before it ends."""

    def __init__(self) -> None:
        self._held: tuple[Assignment, str, Session] | None = None
        self._clean_up = ExitStack()

    def session(self, assignment: Assignment, profile: str) -> Session:
        """Return a session for this assignment, after closing that of another one."""
        if self._held and self._held[:2] == (assignment, profile):
            return self._held[2]
        self._held = None
        self._clean_up.close()
        Finalize(None, self._clean_up.close, exitpriority=1)  # atexit does not run in a pool's processes
        session = self._clean_up.enter_context(open_session(assignment, profile))
        self._held = assignment, profile, session
        return session


_place = _Place()


def work(assignment: Assignment, profile: str, task: Task | None = None) -> Graded | None:
    """Grade in this process; without a task only open the sandbox, so that the next task starts at once.

    Raises:
        OSError: the reference's observations cannot be stored, so each task would make them again.
    """
    session = session_for(assignment, profile)
    return grade_in(session, task) if task else None


def session_for(assignment: Assignment, profile: str) -> Session:
    """Return this process's session for an assignment; that of another one is closed."""
    return _place.session(assignment, profile)


def grade_in(session: Session, task: Task) -> Graded:
    """Grade in an open session.

    Raises:
        OSError: the reference's observations cannot be kept, so that each task would make them again.
    """
    planned = load_suites(session.assignment)
    submission = task.submission or take_reference(session.assignment, session.profile_name)
    if task.reuse:
        spared, digest = spared_for(session, planned, task.reuse, submission)
        reference = reference_of(session)
        observer = Observer(session, submission, digest, store=spared, reference=reference)
        graded = _judged(session, submission, planned, (observer, reference))
        if not faults_of(task.reuse.case, graded.report):
            return replace(graded, made=spared.made, taken=spared.taken)
        afresh = Observer(session, submission, digest, reference=reference)  # the same questions: only sparing counts
        return _judged(session, submission, planned, (afresh, reference))
    return _judged(session, submission, planned, _observers(session, submission, task))


def _judged(
    session: Session, submission: Submission, planned: Sequence[PlannedTest], observers: tuple[Observer, Observer]
) -> Graded:
    report = judge(session, submission, planned, time.monotonic(), observers=observers)
    observer, reference = observers
    if reference.unstored:
        raise reference.unstored
    return Graded(report, tuple(observer.cpu))


def _observers(session: Session, submission: Submission, task: Task) -> tuple[Observer, Observer]:
    """Return the observer of the task's submission, and that of the reference at the assignment's own seed."""
    if task.run:
        return _at_another_seed(session, submission, task.run)
    if task.submission is None:
        reference = reference_of(session)
        return reference, reference
    return observers_of(session, submission)


def seed_of(assignment: Assignment, run: int) -> int:
    """Return the seed of a run, which is the assignment's own for run 0."""
    return (assignment.seed + run) % SEEDS


def _at_another_seed(session: Session, submission: Submission, run: int) -> tuple[Observer, Observer]:
    """Return observers for a submission as if somebody else had handed it in on another day."""
    assignment = session.assignment
    other = msgspec.structs.replace(assignment, seed=seed_of(assignment, run))
    digest = hashlib.sha256(f"{submission.digest}:{run}".encode()).hexdigest()  # changes held-out data
    reference = reference_of(session)
    return Observer(replace(session, assignment=other), submission, digest, reference=reference), reference
