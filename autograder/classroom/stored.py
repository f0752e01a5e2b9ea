"""Judges a class from its folder, as far as it goes."""

from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path

from autograder.classroom.folder import ClassFolder, ClassIndex
from autograder.classroom.in_parallel import in_parallel
from autograder.classroom.judging import Judge, class_assignment
from autograder.classroom.rubric import Rubric
from autograder.evidence.environment import environment
from autograder.evidence.session import cached_store
from autograder.evidence.store import CopyingStore, Store
from autograder.grading.reference import observe_reference
from autograder.model.assignment import Assignment
from autograder.model.failures import UnusableInput

Progress = Callable[[str, int, int], None]  # what is being done, how many of it are done, and how many there are


def judge_for(folder: ClassFolder, index: ClassIndex, progress: Progress) -> Judge:
    """Return a judge who knows all of the reference; it is observed here where folder and cache lack something.

    Raises:
        UnusableInput: it would have to be observed with other versions than the class was.
        UnusableSuite: the suites are broken, or the reference does not earn full marks.
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
    """Refuse to observe something with other versions than the rest of the class.

    Raises:
        UnusableInput: the versions differ; names them.
    """
    here = environment(assignment)
    different = [
        f"{name} {index.environment.get(name, 'unknown')}" for name in here if here[name] != index.environment.get(name)
    ]
    if different:
        raise UnusableInput(
            f"{folder.root}: something has to be observed again, and was observed with {', '.join(different)}, "
            "which is not what is installed here: grade the class again with `class`"
        )


def judge_stored(folder: ClassFolder, index: ClassIndex, progress: Progress) -> list[str]:
    """Bring a report by the suites as they are now into the folder wherever one can be made of what is stored.

    Returns:
        The uploads of which something has to be observed first.
    """
    lacking = list[str]()
    for number, known in enumerate(in_parallel(partial(_judged, folder.root), index.digests)):
        progress("judging what was observed", number, len(index.digests))
        if not known:
            lacking.append(index.digests[number])
    return lacking


def _judged(root: Path, digests: Sequence[str]) -> list[bool]:
    """Return of each upload whether a report is there now; runs in a process of the pool."""
    folder = ClassFolder(root)
    judge, former = _judge_of(root)
    return [_is_judged(folder, judge, former, digest) for digest in digests]


def _is_judged(folder: ClassFolder, judge: Judge, former: Rubric, digest: str) -> bool:
    known = folder.report(judge.rubric, digest)
    if known:
        return not known.faults  # what the harness failed in is tried again
    report = judge.report(digest, folder.observations(digest), folder.report(former, digest))
    if report:
        folder.keep_report(judge.rubric, digest, report)
    return report is not None


@cache
def _judge_of(root: Path) -> tuple[Judge, Rubric]:
    """Return the judge of a folder, once for each process, and the rubric that it was judged by before."""
    folder = ClassFolder(root)
    index = folder.index
    assert index
    return _judge(index, folder.reference), Rubric(index.rubric)


def _judge(index: ClassIndex, reference: Store) -> Judge:
    assignment = class_assignment(index.assignment, index.threads)
    return Judge(assignment, index.profile, reference, index.environment)
