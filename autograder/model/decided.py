"""The part of a report that people decided."""

from dataclasses import dataclass


@dataclass(frozen=True)
class GivenLine:
    """A rubric line that holds for a submission: its text, and the points that it adds or takes off."""

    text: str
    points: float


@dataclass(frozen=True)
class Decided:
    """A person's points for a test or an item, in place of the harness's.

    Attributes:
        automatic: the harness's points; None for an item that only a person judges.
        by: the grader, for the staff alone.
        reason: why the points differ from the harness's.
        comment: for the student.
        lines: the rubric lines that hold.
        is_outdated: whether the harness's verdict, or the upload, has changed since.
    """

    automatic: float | None
    by: str
    reason: str = ""
    comment: str = ""
    lines: tuple[GivenLine, ...] = ()
    is_outdated: bool = False


@dataclass(frozen=True)
class LineNote:
    """A person's comment on a line of a submission's source.

    Attributes:
        file: path in the upload, of the notebook if the line is in one; hostile text.
        line: number of the line, from 1; in its cell if it has one.
        comment: for the student.
        by: the grader, for the staff alone.
        first: number of the excerpt's first line.
        excerpt: the line and its neighbours, as the student wrote them; empty if the line is no longer there.
        cell: number of its cell, from 1; 0 if the file is no notebook.
    """

    file: str
    line: int
    comment: str
    by: str
    first: int = 0
    excerpt: tuple[str, ...] = ()
    cell: int = 0
