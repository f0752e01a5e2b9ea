"""Judges a graded class again, by today's suites: at once, or as a proposal that somebody accepts later."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from shlex import quote

from autograder.classroom.changes import Rejudged, reworded, score_changes
from autograder.classroom.folder import ClassFolder
from autograder.classroom.grade import Means, grade_by_workers
from autograder.classroom.index import ClassIndex
from autograder.classroom.judge import Judge
from autograder.classroom.judge_stored import Progress, judge_for, judge_stored
from autograder.classroom.result import graded_index, result_of
from autograder.classroom.rubric import Rubric
from autograder.model.failures import HarnessFailure, UnusableInput
from autograder.model.report import Report
from autograder.system.interrupts import uninterrupted


@dataclass(frozen=True)
class Judging:
    """A judging that is not in force yet.

    Attributes:
        rejudged: the class, and what would change.
        former: the rubric that is in force.
        index: the folder's content as soon as the judging is in force.
    """

    rejudged: Rejudged
    former: Rubric
    index: ClassIndex

    @property
    def rubric(self) -> Rubric:
        """The rubric that judged."""
        return Rubric(self.index.rubric)


def judge_again(folder: ClassFolder, means: Means, progress: Progress, accepted: str = "") -> Judging:
    """Judge the stored observations again; only changed probes run again. The former judging stays in force.

    By another rubric, new reports lie beside the former ones. By the rubric in force, an upload in which the harness
    failed runs again, and its result is held. Once that is accepted, nothing runs: what failed then keeps its former
    result, as the list says.

    Args:
        folder: of a class that was graded to the end.
        means: the workers that run changed probes.
        progress: called with the progress.
        accepted: digest of the rubric whose changes somebody has accepted; any rubric unless given.

    Raises:
        UnusableInput: the folder does not hold a class that was graded to the end, the rubric is not the accepted
            one, or a result of the rubric in force is lost.
        UnusableSuite: the suites are broken, or the reference loses points.
    """
    index = graded_index(folder)
    judge = judge_for(folder, index, progress)
    if accepted not in ("", judge.rubric.digest):
        raise UnusableInput(
            f"{folder.root}: rubric, suites or data have changed since the list of changed scores was made: make it "
            f"again with `rejudge {quote(str(folder.root))} --preview`"
        )
    if not accepted:
        folder.forget_proposed()  # what runs now takes its place
    former = _reports(folder, index)
    into = folder.held if judge.rubric == Rubric(index.rubric) else folder
    lacking = [one for one in judge_stored(folder, index, progress) if one not in index.set_aside]
    lacking = [one for one in lacking if folder.held.report(judge.rubric, one) is None]
    if accepted and into is not folder:
        _refuse_lost(folder, judge.rubric, lacking)
        lacking = []
    set_aside = grade_by_workers(folder, index, judge, lacking, means, progress, into=into)
    later = replace(index, set_aside={**index.set_aside, **set_aside})
    return _judging(folder, later, judge, former, len(lacking))


def observe_again(folder: ClassFolder, means: Means, progress: Progress, key: str) -> Judging:
    """Run all probes of one upload again, and judge it; everybody's result stays until the judging is put in force.

    Args:
        folder: of a class that was graded to the end.
        means: the worker that runs them.
        progress: called with the progress.
        key: of the hand-in.

    Raises:
        UnusableInput: the folder does not hold a class that was graded to the end, there is nothing to grade under this
            key, or the rubric has changed, so that the class must be judged again first.
        HarnessFailure: the upload could not be graded; its former result stays.
    """
    index, judge, digest = _one_upload(folder, progress, key)
    folder.forget_proposed()
    failed = grade_by_workers(folder, index, judge, [digest], means, progress, afresh=True, into=folder.held)
    if failed:
        raise HarnessFailure(f"{key} could not be graded again: {failed[digest]} The former result stays.")
    return _judging_one(folder, index, judge, digest)


def observed_again(folder: ClassFolder, progress: Progress, key: str) -> Judging:
    """Return the judging that `observe_again` has left, without running anything.

    Raises:
        UnusableInput: as `observe_again`; or the class has changed since, and the result is no longer there.
    """
    index, judge, digest = _one_upload(folder, progress, key)
    if folder.held.report(judge.rubric, digest) is None:
        raise UnusableInput(f"{folder.root}: {key} has another upload now: run it again, and look at the new list")
    return _judging_one(folder, index, judge, digest)


def put_in_force(folder: ClassFolder, judging: Judging) -> None:
    """Let a judging hold from now on; Ctrl-C waits, because half of a judging must never hold."""
    with uninterrupted():
        folder.accept_held(judging.rubric, judging.index.digests)
        folder.keep_index(judging.index)
        folder.forget_proposed()


def _refuse_lost(folder: ClassFolder, rubric: Rubric, lacking: Collection[str]) -> None:
    if any(folder.report(rubric, one) is None for one in lacking):
        raise UnusableInput(
            f"{folder.root}: a result in force is lost, and its upload must run again: make the list of changed scores "
            f"again with `rejudge {quote(str(folder.root))} --preview`"
        )


def _one_upload(folder: ClassFolder, progress: Progress, key: str) -> tuple[ClassIndex, Judge, str]:
    index = graded_index(folder)
    digest = next((line.digest for line in index.lines if line.hand_in.key == key), "")
    if not digest:
        raise UnusableInput(f"{folder.root}: there is no upload to grade of {key!r}: take a key of gradebook.csv")
    judge = judge_for(folder, index, progress)
    if judge.rubric != Rubric(index.rubric):
        raise UnusableInput(
            f"{folder.root}: rubric, suites or data have changed since this class was judged: judge everybody again "
            f"first, with `rejudge {quote(str(folder.root))}`"
        )
    return index, judge, digest


def _judging_one(folder: ClassFolder, index: ClassIndex, judge: Judge, digest: str) -> Judging:
    asked_for = {line.hand_in.key for line in index.lines if line.digest == digest}
    set_aside = {one: reason for one, reason in index.set_aside.items() if one != digest}
    return _judging(folder, replace(index, set_aside=set_aside), judge, _reports(folder, index), 1, asked_for)


def _judging(
    folder: ClassFolder,
    index: ClassIndex,
    judge: Judge,
    former: dict[str, Report],
    observed: int,
    asked_for: Collection[str] = (),
) -> Judging:
    rubric = Rubric(index.rubric)
    changes = judge.rubric.changes_from(rubric)
    result = result_of(folder, index, judge.rubric, judge.session.assignment, judge.planned, with_held=True)
    scores = score_changes(former, result, changes, judge.planned, asked_for)
    rejudged = Rejudged(result, changes, scores, reworded(former, result), observed)
    return Judging(rejudged, rubric, replace(index, rubric=judge.rubric.parts))


def _reports(folder: ClassFolder, index: ClassIndex) -> dict[str, Report]:
    """Return the report in force of each hand-in that has one."""
    by_digest = {digest: folder.report(Rubric(index.rubric), digest) for digest in index.digests}
    found = ((line.hand_in.key, by_digest.get(line.digest)) for line in index.lines)
    return {key: report for key, report in found if report}
