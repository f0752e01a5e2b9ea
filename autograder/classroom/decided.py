"""A class's result with people's decisions about it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from autograder.classroom.folder import ClassFolder
from autograder.decisions.apply import decided_report, lateness, verdict_digest
from autograder.decisions.log import DecisionLog
from autograder.decisions.rubric_lines import Line, line_id
from autograder.decisions.table import Item, Names
from autograder.decisions.threads import Threads, threads_of
from autograder.gradebook.lines import rubric_of
from autograder.manifest import load_assignment
from autograder.model.assignment import RubricLine
from autograder.model.class_result import ClassResult, ClassRow
from autograder.model.lateness import LatePolicy
from autograder.model.outcome import Outcome


def decided_class(folder: ClassFolder, result: ClassResult) -> ClassResult:
    """Return the class's result with the decisions in its folder.

    Raises:
        UnusableInput: the log is damaged.
    """
    threads, assignment = threads_of(DecisionLog(folder.root).entries()), load_assignment(result.assignment)
    stated = stated_lines(result, assignment.rubric)
    rows = (decided_row(folder, row, threads, stated, assignment.late) for row in result.rows)
    return replace(result, rows=tuple(rows))


def decided_row(
    folder: ClassFolder,
    row: ClassRow,
    threads: Threads,
    stated: Mapping[str, Sequence[Line]],
    policy: LatePolicy | None,
) -> ClassRow:
    """Return one line of the class with the decisions about it, and with what lateness costs."""
    if row.report is None:
        return row
    key = row.hand_in.key
    texts = folder.text_files(row.digest) if row.digest and threads.notes.get(key) else {}
    decided = decided_report(row.report, key, threads, stated, texts)
    late = lateness(row.hand_in.submitted_at, policy, threads.waiver(key).in_force) if policy else None
    return replace(row, report=replace(decided, late=late))


def stated_lines(result: ClassResult, rubric: Sequence[RubricLine]) -> dict[str, list[Line]]:
    """Return the manifest's rubric lines by the key of their item."""
    keys = {one.number: one.key for one in rubric_of(result) if one.manual is not None}
    found: dict[str, list[Line]] = {}
    for line in rubric:
        if line.item in keys:
            one = Line(line_id(line.item, line.text), line.text, line.points)
            found.setdefault(keys[line.item], []).append(one)
    return found


def outdated(result: ClassResult) -> list[tuple[ClassRow, Outcome]]:
    """Return the decisions whose verdict has changed since they were made, in the order of the class."""
    rows = ((row, row.report.outcomes) for row in result.rows if row.report)
    return [(row, one) for row, outcomes in rows for one in outcomes if one.decided and one.decided.is_outdated]


def names_of(result: ClassResult) -> Names:
    """Return the names that a table of decisions may use."""
    items = [
        Item(one.key, one.number, one.manual or one.weight or 0.0, one.manual is not None)
        for one in rubric_of(result)
        if one.manual or one.weight
    ]
    verdicts = {
        (row.hand_in.key, one.key): verdict_digest(row.report, one)
        for row in result.rows
        if row.report
        for one in row.report.outcomes
    }
    return Names(items, verdicts)
