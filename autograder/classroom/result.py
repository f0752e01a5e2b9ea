"""The result of a class, from the reports in its folder."""

from collections.abc import Sequence
from functools import partial

from autograder.classroom.folder import ClassFolder
from autograder.classroom.index import ClassIndex, Line, with_line_remarks
from autograder.classroom.judge import class_assignment
from autograder.classroom.rubric import Rubric
from autograder.grading.progress import interim_report
from autograder.model.assignment import Assignment
from autograder.model.class_result import ClassResult, ClassRow
from autograder.model.failures import UnusableInput
from autograder.model.report import Report
from autograder.model.verdict import Verdict
from autograder.suites.load import PlannedTest, load_suites


class NotGraded(UnusableInput):
    """The folder holds no class, or one that was not graded to the end."""


def graded_index(folder: ClassFolder) -> ClassIndex:
    """Return the content of a folder whose class was graded to the end.

    Raises:
        NotGraded: it was not.
    """
    index = folder.index
    if index is None or not index.rubric:
        raise NotGraded(f"{folder.root}: this class was not graded to the end: run `class` with its export again")
    return index


def stored_class(folder: ClassFolder, index: ClassIndex | None = None) -> ClassResult:
    """Return a class's result as it was last judged, without judging anything.

    Args:
        folder: the class's folder.
        index: its content, if it was read already; another run may change it meanwhile.

    Raises:
        NotGraded: the class was not graded to the end.
        UnusableSuite: the suites are broken.
    """
    index = index or graded_index(folder)
    assignment = class_assignment(index.assignment, index.threads)
    return result_of(folder, index, Rubric(index.rubric), assignment, load_suites(assignment))


def result_of(
    folder: ClassFolder,
    index: ClassIndex,
    rubric: Rubric,
    assignment: Assignment,
    planned: Sequence[PlannedTest],
    *,
    with_held: bool = False,
) -> ClassResult:
    """Return a class's result by a rubric that judged it.

    Args:
        folder: the class's folder.
        index: its content.
        rubric: names the reports.
        assignment: the class's assignment.
        planned: its tests, for uploads that could not be graded.
        with_held: whether reports that nobody has accepted yet replace those in force.
    """
    first = (folder.held, folder) if with_held else (folder,)
    reports = {digest: _report(first, rubric, digest) for digest in index.digests}
    not_graded = partial(interim_report, assignment, index.profile, planned)

    def report_of(line: Line) -> Report | None:
        report = reports.get(line.digest)
        if line.hand_in.path is None:
            return None
        if report:
            return with_line_remarks(report, line)
        if line.problem:
            return with_line_remarks(not_graded(line.problem), line)
        reason = f"The harness could not grade this upload: {index.set_aside.get(line.digest, 'it was not reached.')}"
        return not_graded(reason, verdict=Verdict.HARNESS_FAULT)

    return ClassResult(
        assignment=index.assignment,
        title=assignment.title,
        profile=index.profile,
        platform=index.platform,
        rows=tuple(ClassRow(line.hand_in, report_of(line)) for line in index.lines),
        complaints=index.complaints,
        sources=folder.sources(index.digests),
    )


def _report(first: Sequence[ClassFolder], rubric: Rubric, digest: str) -> Report | None:
    return next((report for one in first if (report := one.report(rubric, digest))), None)
