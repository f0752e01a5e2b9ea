"""Turns a posted form into a decision, or into a sentence that explains the error."""

import math
import uuid
from collections.abc import Mapping, Sequence
from typing import TypeVar

from autograder.decisions.apply import verdict_digest
from autograder.decisions.log import new_decision
from autograder.desk.book import Class, Student
from autograder.model.decision import Decision, DecisionKind
from autograder.model.outcome import Outcome
from autograder.rendering.text import points as in_words

Form = Mapping[str, Sequence[str]]
LONGEST = 10_000  # characters of a text by a grader
MOST_POINTS = 10_000.0
Found = TypeVar("Found")


class Refused(Exception):
    """The form cannot be meant; the text says what to change."""


def one(form: Form, name: str) -> str:
    """Return a field of the form; empty if it has none of that name.

    Raises:
        Refused: it is too long.
    """
    text = (form.get(name) or [""])[0].replace("\r\n", "\n").strip()
    if len(text) > LONGEST:
        raise Refused(f"The {name} has {len(text):,} characters: use at most {LONGEST:,}.")
    return text


def points_decision(form: Form, by: str, known: Class) -> Decision:
    """Return the decision of a form with points.

    Raises:
        Refused: no student or item is meant, the points are no number within the maximum, or a reason is missing.
    """
    student, item = student_of(form, known), _item_of(form, known)
    outcome = _there(student.outcome(item.key), "This student has nothing to grade here.")
    most = item.manual or item.weight or 0.0
    lines = tuple(line.id for line in known.lines(item.key) if line.id in form.get("lines", ()))
    points = _number(one(form, "points"), 0.0, most)
    reason = one(form, "reason")
    if points is None and not known.lines(item.key):
        raise Refused(f"Give points from 0 to {in_words(most)}.")
    if item.manual is None and points is None:
        raise Refused(f"Give points from 0 to {in_words(most)}.")
    if item.manual is None and not reason:
        raise Refused("Say why: the student reads the reason beside the harness's own points.")
    assert student.report
    return new_decision(
        by, DecisionKind.POINTS, student=student.row.hand_in.key, item=item.key, points=points, lines=lines,
        reason=reason, comment=one(form, "comment"), seen=one(form, "seen"),
        verdict=one(form, "verdict") or verdict_digest(student.report, outcome),
    )  # fmt: skip


def undo_decision(form: Form, by: str, known: Class) -> Decision:
    """Return the decision that takes back another one.

    Raises:
        Refused: there is no such decision.
    """
    undone = next((entry for entry in known.entries if entry.id == one(form, "id")), None)
    undone = _there(undone, "There is no such decision.")
    return new_decision(
        by, DecisionKind.UNDO, student=undone.student, item=undone.item, undoes=undone.id,
        seen=one(form, "seen") or undone.id,
    )  # fmt: skip


def carried_decisions(form: Form, by: str, known: Class) -> list[Decision]:
    """Return decisions that say of the present upload what a person has said of a former one.

    Raises:
        Refused: there is none that can be carried over.
    """
    student, wanted = student_of(form, known), frozenset(form.get("id", ()))
    chosen = [one for one in student.left if one.id in wanted]
    if not chosen or student.report is None:
        raise Refused("These decisions on a former upload are carried over already, or were taken back.")
    return [_carried(one, by, student, known) for one in chosen]


def _carried(former: Decision, by: str, student: Student, known: Class) -> Decision:
    key, outcome = student.row.hand_in.key, student.outcome(former.item)
    tips = {
        DecisionKind.POINTS: known.threads.on(key, former.item).tip,
        DecisionKind.WAIVER: known.threads.waiver(key).tip,
    }
    assert student.report
    return new_decision(
        by, former.kind, student=key, item=former.item, points=former.points, lines=former.lines, reason=former.reason,
        comment=former.comment, file=former.file, line=former.line, seen=tips.get(former.kind, ""),
        verdict=verdict_digest(student.report, outcome) if outcome else "",
    )  # fmt: skip


def note_decision(form: Form, by: str, known: Class) -> Decision:
    """Return the decision of a comment on a line of a source.

    Raises:
        Refused: there is no text or no line.
    """
    student, comment, line = student_of(form, known), one(form, "comment"), one(form, "line")
    if not comment:
        raise Refused("Write a comment.")
    if not (line.isascii() and line.isdigit() and 0 < int(line) < 10**6):
        raise Refused("Choose a line.")
    return new_decision(
        by, DecisionKind.NOTE, student=student.row.hand_in.key, file=one(form, "file"), line=int(line), comment=comment
    )


def waiver_decision(form: Form, by: str, known: Class) -> Decision:
    """Return the decision that waives days of a late hand-in.

    Raises:
        Refused: the hand-in is not late, no number of days is given, or a reason is missing.
    """
    student, text, reason = student_of(form, known), one(form, "days"), one(form, "reason")
    late = student.report.late if student.report else None
    late = _there(late, "This hand-in is not late, or the assignment has no due date.")
    days = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else -1
    if not 0 <= days <= late.days:
        raise Refused(f"Waive from 0 to {late.days} days.")
    if not reason:
        raise Refused("Say why: the student reads the reason.")
    return new_decision(
        by, DecisionKind.WAIVER, student=student.row.hand_in.key, points=float(days), reason=reason,
        seen=one(form, "seen"),
    )  # fmt: skip


def line_decision(form: Form, by: str, known: Class) -> Decision:
    """Return the decision that makes, changes or removes a rubric line; without `id` it makes one.

    Raises:
        Refused: no item is meant, or the text or the points are missing.
    """
    item, name = _item_of(form, known), one(form, "id") or uuid.uuid4().hex[:12]
    if item.manual is None:
        raise Refused("Rubric lines are for items that a person judges.")
    removes, text = bool(one(form, "remove")), " ".join(one(form, "text").split())
    points = None if removes else _number(one(form, "points"), -MOST_POINTS, MOST_POINTS)
    if not removes and (not text or points is None):
        raise Refused("A rubric line needs a text and points, such as 2 or -0.5.")
    return new_decision(
        by, DecisionKind.LINE, item=item.key, lines=(name,), points=points, comment=text[:300], seen=one(form, "seen")
    )


def student_of(form: Form, known: Class) -> Student:
    """Return the student whom a form means.

    Raises:
        Refused: there is none.
    """
    return _there(known.student(one(form, "student")), "There is no such student in this class.")


def _item_of(form: Form, known: Class) -> Outcome:
    return _there(known.item(one(form, "item")), "There is no such test or item.")


def _there(found: Found | None, otherwise: str) -> Found:
    if found is None:
        raise Refused(otherwise)
    return found


def _number(text: str, least: float, most: float) -> float | None:
    """Return the number of a field; None if it is empty. A comma counts as a point."""
    if not text:
        return None
    try:
        value = float(text.replace(",", ".").replace("−", "-"))
    except ValueError:
        value = math.nan
    if not least <= value <= most:
        raise Refused(f"{text[:40]!r} cannot be the points: use a number from {in_words(least)} to {in_words(most)}.")
    return value
