"""Reads Gradescope's "Export Submissions": a folder for each submission, and a file that names its students.

    assignment_123_export/
      submission_metadata.yml
      submission_4567/submitted.py

    submission_4567:
      :submitters:
      - :name: Jane Doe
        :sid: '3031'
        :email: jane@example.edu
      :created_at: 2026-03-02 17:35:00.123456789 Z
      :history: []

The export holds the active submission of each student or group; `:history:` describes older ones, which are missing.
Gradescope does not document the format. We use only the parts that public programs rely on.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from autograder.exports.items import Item, gradable_of, quoted
from autograder.exports.keys import Label, keys_of
from autograder.exports.ruby_yaml import BrokenYaml, Value, top_entries
from autograder.model.export import Export
from autograder.model.hand_in import HandIn, Student

METADATA = ("submission_metadata.yml", "submission_metadata.yaml")
SUBMISSION = re.compile(r"submission_([0-9]{1,20})")
WANTED = frozenset({"submitters", "created_at"})
MAX_SUBMITTERS = 100
UTC = "utc"  # Ruby writes a time with its zone as an object with this key


@dataclass(frozen=True)
class Entry:
    """The metadata of one submission; `name` is the name of its folder."""

    name: str
    students: tuple[Student, ...] = ()
    submitted_at: str = ""
    remarks: tuple[str, ...] = ()


def is_submission(item: Item) -> bool:
    """Return whether an item has one of Gradescope's folder names."""
    return bool(SUBMISSION.fullmatch(item.name))


def read_gradescope(items: Sequence[Item]) -> Export:
    """Return a hand-in for each entry of the metadata, and for each folder without an entry."""
    metadata = next((item for item in items if item.name in METADATA), None)
    entries, complaints = _entries(metadata)
    others = {item.name: item for item in items if item.name not in METADATA}
    for name, item in others.items():
        if name not in entries and is_submission(item):
            entries[name] = Entry(name, remarks=("The export does not say who handed this in.",))
    keys = keys_of([_label(entry) for entry in entries.values()])
    hand_ins = [_hand_in(key, entry, others.get(entry.name)) for key, entry in zip(keys, entries.values(), strict=True)]
    complaints += [
        f"{quoted(name)}: the metadata do not list this; it is left out."
        for name, item in others.items()
        if name not in entries and item.path
    ]
    return Export("gradescope", tuple(_with_doubles(hand_ins)), tuple(complaints))


def _entries(metadata: Item | None) -> tuple[dict[str, Entry], list[str]]:
    """Return the readable entries by their folders' names, and complaints on the others."""
    entries: dict[str, Entry] = {}
    complaints = []
    if metadata is None or metadata.path is None:
        return {}, [f"`{METADATA[0]}` is missing, so the students are unknown; all folders are graded."]
    try:
        for name, value in top_entries(metadata.path, WANTED):
            entry = _entry(name, value)
            if name in entries:
                who = ", ".join(quoted(student.name) for student in entry.students) or "nobody"
                complaints.append(f"`{metadata.name}` holds {quoted(name)} twice; the second, of {who}, is left out.")
            else:
                entries[name] = entry
    except BrokenYaml as error:
        complaints.append(
            f"`{metadata.name}` is broken ({error}). Entries before that are used ({len(entries):,}). The students of "
            "all other submissions are unknown; their folders are graded all the same."
        )
    return entries, complaints


def _entry(name: str, value: Value) -> Entry:
    fields = value if isinstance(value, dict) else {}
    submitters = fields.get("submitters")
    listed = submitters if isinstance(submitters, list) else []
    students = tuple(_student(item) for item in listed[:MAX_SUBMITTERS] if isinstance(item, dict))
    created = fields.get("created_at", "")
    said = created.get(UTC, "") if isinstance(created, dict) else created
    submitted_at, remarks = _iso(said if isinstance(said, str) else "")
    if not students:
        remarks.append("The export does not say who handed this in.")
    if len(listed) > len(students):
        remarks.append(f"{len(listed) - len(students):,} of the submitters that the export names could not be read.")
    return Entry(name, students, submitted_at, tuple(remarks))


def _student(fields: Mapping[str, Value]) -> Student:
    name, sid, email = (value if isinstance(value := fields.get(key), str) else "" for key in ("name", "sid", "email"))
    return Student(name, sid, email)


def _iso(said: str) -> tuple[str, list[str]]:
    """Return a time such as `2026-03-02 17:35:00.123456789 -08:00` as ISO 8601."""
    day, _, rest = said.strip().partition(" ")
    text = f"{day}T{rest.replace(' ', '')}" if rest else day
    try:
        return (datetime.fromisoformat(text).isoformat() if text else ""), []
    except ValueError:
        return "", [f"The export's time of submission, {quoted(said)}, cannot be read."]


def _label(entry: Entry) -> Label:
    name = next((student.name for student in entry.students if student.name), "")
    number = SUBMISSION.fullmatch(entry.name)
    return Label(name if number else name or entry.name, number[1] if number else "", entry.name)


def _hand_in(key: str, entry: Entry, item: Item | None) -> HandIn:
    number = SUBMISSION.fullmatch(entry.name)
    upload = gradable_of(item) if item else None
    return HandIn(
        key,
        entry.students,
        upload.path if upload else None,
        submission_id=number[1] if number else "",
        submitted_at=entry.submitted_at,
        problem=upload.problem if upload else f"There is nothing to grade: the export has no {quoted(entry.name)}.",
        remarks=(*entry.remarks, *(upload.remarks if upload else ())),
    )


def _with_doubles(hand_ins: list[HandIn]) -> list[HandIn]:
    """Add a remark to submissions that share a student, by number or address: a gradebook has one line for both."""
    by = Counter(mark for hand_in in hand_ins for mark in {_mark(student) for student in hand_in.students})
    doubles = {mark for mark, count in by.items() if mark and count > 1}
    return [
        replace(
            hand_in,
            remarks=(
                *hand_in.remarks,
                *(
                    f"Another submission names {quoted(student.name)}, too."
                    for student in hand_in.students
                    if _mark(student) in doubles
                ),
            ),
        )
        for hand_in in hand_ins
    ]


def _mark(student: Student) -> str:
    return student.sid or student.email.casefold()
