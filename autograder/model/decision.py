"""A decision of a person about a class: points, a comment on a line, late days, a line of a rubric, or an undo."""

from dataclasses import dataclass
from enum import StrEnum


class DecisionKind(StrEnum):
    """The subject of a decision."""

    POINTS = "points"  # of one student's test or item
    NOTE = "note"  # a comment on a line of a student's source
    WAIVER = "late days waived"  # of one student
    LINE = "rubric line"  # its text and points, for everybody
    UNDO = "undo"  # of an earlier decision


@dataclass(frozen=True)
class Decision:
    """One entry of a class's log, which is never changed; a later entry may replace it or take it back.

    Attributes:
        id: unique everywhere, so that a log can be exported and imported again.
        at: the time, as ISO 8601 in UTC.
        by: the grader's name.
        kind: the subject.
        student: key of the hand-in; empty if the decision concerns the whole class.
        item: key of the test or item, `Class.method`; empty for a note.
        points: points of an item or of a rubric line, or the number of waived days; None if the rubric lines say the
            points, or if the line is removed.
        lines: ids of the rubric lines that hold, or the id of the line that is defined.
        reason: why the points of a test differ from the harness's, or why days are waived; empty for an item judged by
            hand.
        comment: for the student, or the text of a rubric line.
        file: path of the source that a note is on.
        line: number of its line, from 1.
        verdict: digest of the verdict that the grader saw.
        seen: id of the last entry on the same subject that the grader saw; empty if there was none.
        undoes: id of the entry that is taken back.
    """

    id: str
    at: str
    by: str
    kind: DecisionKind
    student: str = ""
    item: str = ""
    points: float | None = None
    lines: tuple[str, ...] = ()
    reason: str = ""
    comment: str = ""
    file: str = ""
    line: int = 0
    verdict: str = ""
    seen: str = ""
    undoes: str = ""
