"""Grades a whole class: takes, observes and judges its uploads, except for work that an earlier run finished."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.classroom.folder import ClassFolder
from autograder.classroom.former import with_former
from autograder.classroom.index import ClassIndex, Line
from autograder.classroom.judge import Judge, class_assignment
from autograder.classroom.judge_stored import Progress, judge_for, judge_stored, refuse_other_environment
from autograder.classroom.protocol import Graded, Order, Task, packed, unpacked
from autograder.classroom.result import result_of
from autograder.classroom.rubric import Rubric
from autograder.classroom.serialization import from_json
from autograder.evidence.environment import environment
from autograder.exports.read import read_export
from autograder.intake.submission import take_submission
from autograder.manifest import profile_of
from autograder.model.assignment import Assignment
from autograder.model.class_result import ClassResult
from autograder.model.export import Export
from autograder.model.failures import UnusableInput
from autograder.model.hand_in import HandIn
from autograder.model.report import Report

if TYPE_CHECKING:
    from distributed import Client

OVERTIME_S = 60.0  # beyond an assignment's deadline, before a process that grades is taken for hung


@dataclass(frozen=True)
class Means:
    """The workers that grade a class.

    Attributes:
        workers: number of workers on this machine; one for each core unless given.
        scheduler: address of a cluster's scheduler, instead of workers here.
        unsafe: whether to go on where a machine cannot protect the grader.
    """

    workers: int | None = None
    scheduler: str = ""
    unsafe: bool = False

    def cluster(self) -> "AbstractContextManager[Client]":
        """Open the cluster. Dask takes a second to import, and is imported only here: judging again rarely needs it."""
        from autograder.classroom.cluster import cluster_at, local_cluster

        return cluster_at(self.scheduler) if self.scheduler else local_cluster(self.workers)


def grade_class(
    folder: ClassFolder, export: Path, slug: str, profile: str, means: Means, progress: Progress
) -> ClassResult:
    """Grade the hand-ins of an export; work that an earlier run did in the same folder counts.

    Args:
        folder: the class's folder.
        export: a folder or an archive.
        slug: the assignment.
        profile: name of the profile whose data are used.
        means: the workers.
        progress: called with the progress.

    Raises:
        UnusableInput: the export, the folder or the data cannot be used.
        UnusableSuite: the suites are broken, or the reference loses points.
        UnsafeMachine: this machine cannot protect the grader.
        CannotGrade: a machine of the cluster cannot grade.
    """
    assignment = class_assignment(slug)
    profile_of(assignment, profile)
    former = folder.index
    if former and (former.assignment, former.profile) != (slug, profile):
        raise UnusableInput(
            f"{folder.root}: this folder holds a class graded by {former.assignment} on the {former.profile} data: "
            "give another --out"
        )
    progress("reading the export", 0, 0)
    taken = read_export(export, folder.uploads)
    lines = with_former(list(_lines(folder, taken, assignment, progress)), former)
    index = ClassIndex(
        slug, profile, assignment.threads, taken.platform, environment(assignment), lines, taken.complaints,
        rubric=former.rubric if former else {}, export=str(export.resolve()),
    )  # fmt: skip
    folder.forget_proposed()  # the scores of another class
    folder.keep_index(index)
    judge = judge_for(folder, index, progress)
    lacking = judge_stored(folder, index, progress)
    set_aside = grade_by_workers(folder, index, judge, lacking, means, progress)
    return finish(folder, replace(index, set_aside=set_aside), judge)


def _lines(folder: ClassFolder, export: Export, assignment: Assignment, progress: Progress) -> Iterator[Line]:
    """Yield the line of each hand-in; only one submission at a time is in memory."""
    for number, hand_in in enumerate(export.hand_ins):
        progress("taking the uploads", number, len(export.hand_ins))
        yield _line(folder, hand_in, assignment)


def _line(folder: ClassFolder, hand_in: HandIn, assignment: Assignment) -> Line:
    if hand_in.path is None:
        return Line(hand_in)
    try:
        submission = take_submission(hand_in.path, assignment)
    except UnusableInput as error:  # an unreadable file, say; the staff must fix it, not the student
        return Line(replace(hand_in, path=None, problem=str(error)))
    if submission.problem:
        return Line(hand_in, problem=submission.problem, remarks=submission.remarks)
    folder.keep_submission(submission)
    return Line(hand_in, submission.digest, remarks=submission.remarks)


def grade_by_workers(
    folder: ClassFolder,
    index: ClassIndex,
    judge: Judge,
    digests: Sequence[str],
    means: Means,
    progress: Progress,
    *,
    afresh: bool = False,
    into: ClassFolder | None = None,
) -> dict[str, str]:
    """Let workers grade uploads, and keep their results.

    Args:
        folder: of the class.
        index: its content.
        judge: whose rubric the reports are kept under.
        digests: of the uploads.
        means: the workers.
        progress: called with the progress.
        afresh: whether to observe everything again; otherwise stored observations count.
        into: the folder that keeps the results, unless it is the class's.

    Returns:
        The uploads that were set aside, with the reason.
    """
    if not digests:
        return {}
    from autograder.classroom.cluster import Grading, grade_on

    refuse_other_environment(folder, index, judge.session.assignment)
    grading = Grading(packed(_order(folder, index, judge, means)))
    set_aside: dict[str, str] = {}
    under_way = UnderWay(index, len(digests), progress)

    def task_of(digest: str) -> bytes:
        under_way.begins(digest)
        known = {} if afresh else folder.observations(digest).frames()
        return packed(Task(dict(folder.submission(digest).files), known))

    progress("starting the sandboxes", 0, 0)
    with means.cluster() as client:
        for ended in grade_on(client, grading, digests, task_of):
            if ended.answer is None:
                set_aside[ended.digest] = ended.reason
            else:
                _keep(folder, into or folder, judge.rubric, ended.digest, unpacked(ended.answer))
            under_way.ends(ended.digest)
    return set_aside


class UnderWay:
    """Tells whose uploads are graded, and how many are done."""

    def __init__(self, index: ClassIndex, total: int, progress: Progress) -> None:
        self._hand_ins = index.hand_ins
        self._total, self._progress = total, progress
        self._running: dict[str, None] = {}
        self._done = 0

    def begins(self, digest: str) -> None:
        """Note that an upload is on its way to a worker; one whose worker died comes again."""
        self._running[digest] = None
        self._tell()

    def ends(self, digest: str) -> None:
        """Note that an upload is graded, or set aside."""
        self._running.pop(digest, None)
        self._done += 1
        self._tell()

    def _tell(self) -> None:
        self._progress(
            "grading", self._done, self._total, [who for one in self._running for who in self._hand_ins[one]]
        )


def _order(folder: ClassFolder, index: ClassIndex, judge: Judge, means: Means) -> Order:
    return Order(
        assignment=index.assignment,
        profile=index.profile,
        threads=index.threads,
        secret=judge.session.assignment.secret,
        unsafe=means.unsafe,
        rubric=judge.rubric.digest,
        environment=dict(index.environment),
        reference=folder.reference.frames(),
        patience_s=judge.session.assignment.deadline_s + OVERTIME_S,
    )


def finish(folder: ClassFolder, index: ClassIndex, judge: Judge) -> ClassResult:
    """Note in the folder that the judge's rubric judged all reports; return the class's result."""
    index = replace(index, rubric=judge.rubric.parts)
    folder.keep_index(index)
    return result_of(folder, index, judge.rubric, judge.session.assignment, judge.planned)


def _keep(folder: ClassFolder, into: ClassFolder, rubric: Rubric, digest: str, graded: Graded) -> None:
    known = folder.reference.frames().keys() if graded.reference else ()
    folder.reference.put_frames({key: frame for key, frame in graded.reference.items() if key not in known})
    into.observations(digest).put_frames(graded.frames)
    into.keep_report(rubric, digest, from_json(graded.report, Report))
