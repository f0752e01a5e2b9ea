"""Reads Moodle's "Download all submissions": a folder, or loose files, for each participant.

    Jane Doe_1234_assignsubmission_file_/submitted.py      in folders; some Moodles leave out the last underscore
    Jane Doe_1234_assignsubmission_file_submitted.py       "Download submissions in folders" switched off
    Jane Doe_1234_assignsubmission_onlinetext_/…           text typed into Moodle: nothing to grade
    Participant_1234_assignsubmission_file/…               anonymous submissions; the word is in the site's language
    Team A-Jane Doe_1234_assignsubmission_file_/…          teams in older Moodles: the same files for each member
    Team A_56_assignsubmission_file/…                      teams in newer ones: once, with the group's number

Names contain no underscore, because Moodle replaces it with a space. The export has no times and does not say who was
late. Source of the format: moodle, `mod/assign/classes/downloader.php`, and `download_submissions` of the older
`mod/assign/locallib.php`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.exports.gather import Part, gather
from autograder.exports.items import Gradable, Item, gradable_of, listed, quoted
from autograder.exports.keys import Label, keys_of
from autograder.model.export import Export
from autograder.model.hand_in import HandIn, Student

NAMED = re.compile(
    r"(?P<name>.*?)(?:_(?P<number>[0-9]{1,20}))?_assignsubmission_(?P<plugin>[a-z0-9]+)(?:_(?P<file>.*))?", re.DOTALL
)
FILES = "file"
ANONYMOUS = "Participant"


@dataclass(frozen=True)
class Handed:
    """One folder or file of the export; `file` is empty for a folder."""

    item: Item
    name: str
    number: str
    plugin: str
    file: str


def is_handed(item: Item) -> bool:
    """Return whether an item has one of Moodle's names for folders and files."""
    return bool(NAMED.fullmatch(item.name))


def read_moodle(items: Sequence[Item], folder: Path) -> Export:
    """Return a hand-in for each participant.

    Args:
        items: the items at the top of the export.
        folder: a folder for collecting the loose files of each participant.
    """
    by_sender: dict[tuple[str, str], list[Handed]] = {}
    complaints = []
    for item in items:
        parts = NAMED.fullmatch(item.name)
        if parts:
            handed = Handed(item, parts["name"], parts["number"] or "", parts["plugin"], parts["file"] or "")
            by_sender.setdefault((handed.name, handed.number), []).append(handed)
        elif item.path:
            complaints.append(f"{quoted(item.name)}: this is not one of Moodle's folder names; it is left out.")
    students = _students(list(by_sender))
    keys = keys_of([Label(name, number, f"{name}_{number}") for name, number in by_sender])
    hand_ins = [
        _hand_in(key, student, group, folder / key)
        for key, student, group in zip(keys, students, by_sender.values(), strict=True)
    ]
    typed = [handed.item.name for group in by_sender.values() for handed in group if handed.plugin != FILES]
    if typed:
        complaints.append(f"Work that was not handed in as files is not graded: {listed(typed)}.")
    return Export("moodle", tuple(hand_ins), tuple(complaints))


def _students(senders: list[tuple[str, str]]) -> list[Student]:
    """Return a student for each name and number; anonymous ones share one name, so the number is added to it."""
    names = {name for name, _ in senders}
    is_anonymous = names == {ANONYMOUS} or (len(names) == 1 and len(senders) > 1)
    return [Student(f"{name} {number}" if is_anonymous else name, platform_id=number) for name, number in senders]


def _hand_in(key: str, student: Student, group: list[Handed], folder: Path) -> HandIn:
    folders = [handed.item for handed in group if handed.plugin == FILES and _is_whole(handed)]
    loose = [Part(handed.item, handed.file) for handed in group if handed.plugin == FILES and not _is_whole(handed)]
    left: list[Item] = []
    if folders:
        # Somebody mixed two exports if one participant has both a folder and loose files.
        first = max(folders, key=lambda item: item.path is not None)
        upload = gradable_of(first)
        left = [item for item in (*folders, *(part.item for part in loose)) if item is not first]
    elif loose:
        upload = gather(loose, folder)
    else:
        upload = Gradable(None, "There is nothing to grade: something was handed in, but no file.")
    remarks = tuple(f"Ignored: {quoted(item.name)}, which lies beside the folder that is graded." for item in left)
    return HandIn(key, (student,), upload.path, problem=upload.problem, remarks=(*upload.remarks, *remarks))


def _is_whole(handed: Handed) -> bool:
    """Return whether it is a participant's folder, and not a loose file."""
    return handed.item.is_folder or not handed.file
