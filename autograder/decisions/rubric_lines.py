"""The lines of a rubric for an item: those of the manifest, and those made or changed at the desk."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from autograder.decisions.threads import Thread
from autograder.model.decided import GivenLine
from autograder.model.decision import Decision


@dataclass(frozen=True)
class Line:
    """A line of the rubric.

    Attributes:
        id: stays the same when its text or points are changed at the desk.
        text: as people read it.
        points: points that it adds, or takes off if they are negative.
    """

    id: str
    text: str
    points: float


def line_id(item: str, text: str) -> str:
    """Return the id of a line that the manifest states."""
    return hashlib.sha256(f"{item}\n{text}".encode()).hexdigest()[:12]


def lines_of(stated: Iterable[Line], at_desk: Mapping[str, Thread]) -> tuple[Line, ...]:
    """Return the lines of one item: those of the manifest first, with later changes, then those made at the desk.

    Args:
        stated: the manifest's lines.
        at_desk: id to the thread of a line that was made or changed at the desk.
    """
    lines = {one.id: one for one in stated}
    for name, thread in at_desk.items():
        if thread.in_force is None:  # taken back: the manifest's line holds again
            continue
        if thread.in_force.points is None:
            lines.pop(name, None)
        else:
            lines[name] = Line(name, thread.in_force.comment, thread.in_force.points)
    return tuple(lines.values())


def given(decision: Decision, lines: Sequence[Line]) -> tuple[GivenLine, ...]:
    """Return the lines that a decision gives, in the rubric's order; lines that are gone are left out."""
    return tuple(GivenLine(one.text, one.points) for one in lines if one.id in decision.lines)


def points_of(decision: Decision, lines: Sequence[Line], most: float) -> float:
    """Return the points of a decision, within 0 and the maximum.

    If the decision states no points, its lines do: they add up from 0. In a rubric whose lines all take points off,
    they count down from the maximum.
    """
    if decision.points is not None:
        points = decision.points
    else:
        start = most if lines and all(one.points <= 0 for one in lines) else 0.0
        points = start + sum(one.points for one in given(decision, lines))
    return round(min(max(points, 0.0), most), 6)
