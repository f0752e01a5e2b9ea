"""Reads a log of decisions: the last word on each subject, and the words that clash with it.

A decision names the last entry on its subject that its maker had seen. If it names an older one, two people decided at
once, and the later one did not know. Such a *rival* changes nothing: it stands beside the decision in force until a
person who has seen both decides again.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from autograder.model.decision import Decision, DecisionKind

Subject = tuple[str, ...]  # the kind, and the names of the thing decided


@dataclass(frozen=True)
class Thread:
    """All entries on one subject.

    Attributes:
        in_force: the decision that holds; None if there is none, or if it was taken back.
        rivals: decisions whose makers did not know the one in force, and which say something else.
        entries: all of them, in their order.
    """

    in_force: Decision | None = None
    rivals: tuple[Decision, ...] = ()
    entries: tuple[Decision, ...] = ()

    @property
    def tip(self) -> str:
        """Id of the last entry; empty if there is none."""
        return self.entries[-1].id if self.entries else ""


@dataclass(frozen=True)
class Threads:
    """Everything that a log says.

    Attributes:
        points: the thread of each student and item.
        notes: the notes in force of each student, by file and line.
        waivers: the thread of each student's waived days.
        lines: the thread of each rubric line that was made or changed at the desk, by item and the line's id.
    """

    points: dict[tuple[str, str], Thread] = field(default_factory=dict)
    notes: dict[str, tuple[Decision, ...]] = field(default_factory=dict)
    waivers: dict[str, Thread] = field(default_factory=dict)
    lines: dict[str, dict[str, Thread]] = field(default_factory=dict)

    def on(self, student: str, item: str) -> Thread:
        """Return the thread of a student's item, empty if nobody has said anything."""
        return self.points.get((student, item), Thread())

    def left_behind(self, student: str, former: Sequence[str]) -> tuple[Decision, ...]:
        """Return the decisions in force on a student's former hand-ins that the present one says nothing about.

        Args:
            student: key of the present hand-in.
            former: keys of the former ones, the latest first; its decision comes before those of older ones.
        """
        found: dict[Subject, Decision] = {}
        for key in former:
            points = {("points", item): one for item, one in self._of_student.get(key, {}).items()}
            threads: dict[Subject, Thread] = points | {("waiver",): self.waiver(key)}
            for subject, one in threads.items():
                if one.in_force and not self._said(student, subject):
                    found.setdefault(subject, one.in_force)
            there = {(note.file, note.comment) for note in self.notes.get(student, ())}
            for note in self.notes.get(key, ()):
                if (note.file, note.comment) not in there:
                    found.setdefault(("note", note.file, note.comment), note)
        return tuple(found.values())

    @cached_property
    def _of_student(self) -> dict[str, dict[str, Thread]]:
        found: dict[str, dict[str, Thread]] = defaultdict(dict)
        for (student, item), thread in self.points.items():
            found[student][item] = thread
        return found

    def _said(self, student: str, subject: Subject) -> bool:
        thread = self.on(student, subject[1]) if subject[0] == "points" else self.waiver(student)
        return thread.in_force is not None

    def waiver(self, student: str) -> Thread:
        """Return the thread of a student's waived days, empty if nobody has said anything."""
        return self.waivers.get(student, Thread())


class Tips:
    """The last entry on each subject, while a log grows."""

    def __init__(self) -> None:
        self._subject_of: dict[str, Subject] = {}
        self._last: dict[Subject, str] = {}

    def of(self, one: Decision) -> str:
        """Return the id of the last entry on a decision's subject; empty if there is none."""
        return self._last.get(self._subject(one), "")

    def note(self, one: Decision) -> Subject:
        """Take an entry in, and return its subject."""
        subject = self._subject_of[one.id] = self._subject(one)
        self._last[subject] = one.id
        return subject

    def _subject(self, one: Decision) -> Subject:
        if one.kind is DecisionKind.UNDO:
            return self._subject_of.get(one.undoes, (one.kind, one.undoes))
        if one.kind is DecisionKind.POINTS:
            return one.kind, one.student, one.item
        if one.kind is DecisionKind.WAIVER:
            return one.kind, one.student
        return (one.kind, one.item, *one.lines) if one.kind is DecisionKind.LINE else (one.kind, one.id)


def tips(decisions: Iterable[Decision]) -> Tips:
    """Return the last entry on each subject."""
    found = Tips()
    for one in decisions:
        found.note(one)
    return found


def threads_of(decisions: Sequence[Decision]) -> Threads:
    """Return the threads of a log."""
    by_subject: dict[Subject, list[Decision]] = defaultdict(list)
    known = Tips()
    for one in decisions:
        by_subject[known.note(one)].append(one)
    found, notes = Threads(), defaultdict[str, list[Decision]](list)
    for (kind, *names), entries in by_subject.items():
        thread = _thread(entries)
        if kind == DecisionKind.POINTS:
            found.points[names[0], names[1]] = thread
        elif kind == DecisionKind.WAIVER:
            found.waivers[names[0]] = thread
        elif kind == DecisionKind.LINE:
            found.lines.setdefault(names[0], {})[names[1]] = thread
        elif kind == DecisionKind.NOTE and thread.in_force:
            notes[thread.in_force.student].append(thread.in_force)
    for student, some in notes.items():
        found.notes[student] = tuple(sorted(some, key=lambda note: (note.file, note.line)))
    return found


def _thread(entries: Sequence[Decision]) -> Thread:
    in_force, tip = None, ""
    rivals: tuple[Decision, ...] = ()
    before: dict[str, Decision | None] = {}  # for each entry the decision that was in force before it
    for one in entries:
        if one.seen == tip:
            before[one.id] = in_force
            in_force = before.get(one.undoes, in_force) if one.kind is DecisionKind.UNDO else one
            rivals = ()
        elif not (in_force and _same(one, in_force)):
            rivals += (one,)
        tip = one.id
    return Thread(in_force, rivals, tuple(entries))


def _same(one: Decision, other: Decision) -> bool:
    return _said(one) == _said(other)


def _said(one: Decision) -> tuple[object, ...]:
    return one.kind, one.points, one.lines, one.reason, one.comment, one.undoes
