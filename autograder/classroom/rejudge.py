"""Judges a graded class again, by today's suites."""

from dataclasses import replace

from autograder.classroom.changes import Rejudged, reworded, score_changes
from autograder.classroom.folder import ClassFolder, ClassIndex
from autograder.classroom.grade import Means, finish, grade_by_workers
from autograder.classroom.judge_stored import Progress, judge_for, judge_stored
from autograder.classroom.rubric import Rubric
from autograder.model.failures import UnusableInput
from autograder.model.report import Report


def rejudge_class(folder: ClassFolder, means: Means, progress: Progress) -> Rejudged:
    """Judge the stored observations again; only changed probes run again.

    Args:
        folder: of a class that was graded to the end.
        means: the workers that run changed probes.
        progress: called with the progress.

    Raises:
        UnusableInput: the folder does not hold a class that was graded to the end.
        UnusableSuite: the suites are broken, or the reference loses points.
    """
    index = folder.index
    if index is None or not index.rubric:
        raise UnusableInput(f"{folder.root}: this class was not graded to the end: run `class` with its export again")
    former = Rubric(index.rubric)
    before = _reports(folder, index, former)
    judge = judge_for(folder, index, progress)
    lacking = [one for one in judge_stored(folder, index, progress) if one not in index.set_aside]
    set_aside = grade_by_workers(folder, index, judge, lacking, means, progress)
    result = finish(folder, replace(index, set_aside={**index.set_aside, **set_aside}), judge)
    changes = judge.rubric.changes_from(former)
    return Rejudged(
        result=result,
        rubric=changes,
        scores=score_changes(before, result, changes, judge.planned),
        reworded=reworded(before, result),
        observed_again=len(lacking),
    )


def _reports(folder: ClassFolder, index: ClassIndex, rubric: Rubric) -> dict[str, Report]:
    """Return the report of each hand-in that has one."""
    by_digest = {digest: folder.report(rubric, digest) for digest in index.digests}
    found = ((line.hand_in.key, by_digest.get(line.digest)) for line in index.lines)
    return {key: report for key, report in found if report}
