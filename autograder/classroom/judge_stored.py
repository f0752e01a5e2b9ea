"""Judges a class from the observations in its folder, as far as they suffice."""

from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path
from typing import Protocol

from autograder.classroom.folder import ClassFolder
from autograder.classroom.in_parallel import in_parallel
from autograder.classroom.index import ClassIndex
from autograder.classroom.judge import Judge, class_assignment
from autograder.classroom.rubric import Rubric
from autograder.evidence.environment import environment
from autograder.evidence.session import cached_store
from autograder.evidence.store import CopyingStore, Store
from autograder.grading.reference import observe_reference
from autograder.model.assignment import Assignment
from autograder.model.failures import UnusableInput
from autograder.model.hand_in import HandIn


class Progress(Protocol):
    """Shows how far the work has come."""

    def __call__(self, what: str, done: int, total: int, now: Sequence[HandIn] = ()) -> None:
        """Show it.

        Args:
            what: the current step.
            done: how many items it has done.
            total: how many there are; 0 if nobody knows.
            now: the hand-ins that are graded at the moment.
        """


def judge_for(folder: ClassFolder, index: ClassIndex, progress: Progress) -> Judge:
    """Return a judge with all observations of the reference; missing ones are made here.

    Raises:
        UnusableInput: they would have to be made with other versions than those of the class.
        UnusableSuite: the suites are broken, or the reference loses points.
    """
    store = CopyingStore(folder.reference, cached_store(index.assignment))
    judge = _judge(index, store)
    if not judge.knows_reference():
        assignment = judge.session.assignment
        refuse_other_environment(folder, index, assignment)
        progress("observing the reference solution", 0, 0)
        observe_reference(assignment, index.profile, store)
        judge.knows_reference()
    return judge


def refuse_other_environment(folder: ClassFolder, index: ClassIndex, assignment: Assignment) -> None:
    """Refuse to observe anything with other versions than those of the rest of the class.

    Raises:
        UnusableInput: the versions differ; names them.
    """
    here = environment(assignment)
    different = [
        f"{name} {index.environment.get(name, 'unknown')}" for name in here if here[name] != index.environment.get(name)
    ]
    if different:
        raise UnusableInput(
            f"{folder.root}: something must be observed again, but the class was observed with {', '.join(different)}, "
            "and other versions are installed here: grade the class again with `class`"
        )


def judge_stored(folder: ClassFolder, index: ClassIndex, progress: Progress) -> list[str]:
    """Judge by today's suites every upload whose stored observations suffice, and keep the reports.

    Returns:
        The uploads that must be observed first.
    """
    lacking = list[str]()
    for number, known in enumerate(in_parallel(partial(_judged, folder.root), index.digests)):
        progress("judging stored observations", number + 1, len(index.digests))
        if not known:
            lacking.append(index.digests[number])
    return lacking


def _judged(root: Path, digests: Sequence[str]) -> list[bool]:
    """Return for each upload whether it has a report now; runs in a process of the pool."""
    folder = ClassFolder(root)
    judge, former = _judge_of(root)
    return [_is_judged(folder, judge, former, digest) for digest in digests]


def _is_judged(folder: ClassFolder, judge: Judge, former: Rubric, digest: str) -> bool:
    known = folder.report(judge.rubric, digest)
    if known:
        return not known.faults  # if the harness failed, it is tried again
    report = judge.report(digest, folder.observations(digest), folder.report(former, digest))
    if report:
        folder.keep_report(judge.rubric, digest, report)
    return report is not None


@cache
def _judge_of(root: Path) -> tuple[Judge, Rubric]:
    """Return the judge of a folder, made once in each process, and the rubric that judged the folder before."""
    folder = ClassFolder(root)
    index = folder.index
    assert index
    return _judge(index, folder.reference), Rubric(index.rubric)


def _judge(index: ClassIndex, reference: Store) -> Judge:
    assignment = class_assignment(index.assignment, index.threads)
    return Judge(assignment, index.profile, reference, index.environment)
