"""Reads Canvas's "Download Submissions": flat files whose names carry the student.

    doejane_4711_90210_submitted.py           sortable name, user id, attachment id, the student's own name of the file
    doejane_LATE_4711_90210_submitted-2.py    late; handed in again, so Canvas added a number
    anon_aB3dE_90210_submitted.py             an anonymous student
    doejane_4711_text.html, …_link.html       text typed into Canvas, or a link: nothing to grade

The name is in lower case, in word characters of any script; in a group assignment it is the group's. Source of the
format: canvas-lms, `lib/content_zipper.rb` (`get_filename`, `add_upload_submission`) and `make_unique_filename` of
`app/models/attachment.rb`.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.exports.gather import Part, gather
from autograder.exports.items import Gradable, Item, listed, quoted
from autograder.exports.keys import Label, keys_of
from autograder.model.export import Export
from autograder.model.hand_in import HandIn, Student

# A group's name that ends in an underscore and a number looks like a user id.
SENDER = r"(?:(?P<name>.*?)_)??(?:(?P<late>LATE)_)?(?P<user>[0-9]{1,20}|anon_[0-9A-Za-z]{1,20})"
UPLOADED = re.compile(SENDER + r"_(?P<attachment>[0-9]{1,20})_(?P<file>.+)", re.DOTALL)
TYPED = re.compile(SENDER + r"_(?P<kind>text|link)\.html", re.DOTALL)
# After seven versions Canvas uses a UUID.
VERSION = re.compile(
    r"(?P<stem>.+)-(?:[1-9][0-9]?|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?P<ending>(?:\.[A-Za-z][A-Za-z0-9]*)+|)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Sent:
    """One file of the export, or, if `file` is empty, a text typed into Canvas."""

    item: Item
    name: str
    user: str
    late: bool
    attachment: int = 0
    file: str = ""

    @property
    def original(self) -> str:
        """The file's name before Canvas added a number."""
        version = VERSION.fullmatch(self.file)
        return version["stem"] + version["ending"] if version else self.file


def is_sent(item: Item) -> bool:
    """Return whether an item is named as Canvas names files."""
    return not item.is_folder and bool(UPLOADED.fullmatch(item.name) or TYPED.fullmatch(item.name))


def read_canvas(items: Sequence[Item], folder: Path) -> Export:
    """Return a hand-in for each user id.

    Args:
        items: the items at the top of the export.
        folder: a folder for collecting the files of each student.
    """
    by_user: dict[str, list[Sent]] = {}
    strays = [item for item in items if not is_sent(item)]
    for item in items:
        if is_sent(item):
            sent = _sent(item)
            by_user.setdefault(sent.user, []).append(sent)
    labels = [Label(group[0].name, user, user) for user, group in by_user.items()]
    hand_ins = [
        _hand_in(key, group, folder / key) for key, group in zip(keys_of(labels), by_user.values(), strict=True)
    ]
    typed = [sent.item.name for group in by_user.values() for sent in group if not sent.file]
    complaints = [
        f"{quoted(item.name)}: this is not one of Canvas's file names; it is left out." for item in strays if item.path
    ]
    if typed:
        complaints.append(f"Texts and links that were handed in instead of files are not graded: {listed(typed)}.")
    return Export("canvas", tuple(hand_ins), tuple(complaints))


def _sent(item: Item) -> Sent:
    uploaded = UPLOADED.fullmatch(item.name)
    parts = uploaded or TYPED.fullmatch(item.name)
    assert parts
    sent = Sent(item, parts["name"] or "", parts["user"], bool(parts["late"]))
    return replace(sent, attachment=int(uploaded["attachment"]), file=uploaded["file"]) if uploaded else sent


def _hand_in(key: str, group: list[Sent], folder: Path) -> HandIn:
    files = [sent for sent in group if sent.file]
    newest, older = _newest(files)
    if files:
        upload = gather([Part(sent.item, sent.original) for sent in newest], folder)
    else:
        upload = Gradable(None, "There is nothing to grade: a text or a link was handed in instead of a file.")
    renamed = tuple(
        f"{quoted(sent.file)} is graded as {quoted(sent.original)}: Canvas numbers files that are handed in again."
        for sent in newest
        if sent.file != sent.original
    )
    passed_over = tuple(f"Ignored: {quoted(sent.file)}, because there is a newer one." for sent in older)
    student = Student(group[0].name or group[0].user, platform_id=group[0].user)
    return HandIn(
        key,
        (student,),
        upload.path,
        late=any(sent.late for sent in group),
        problem=upload.problem,
        remarks=(*renamed, *passed_over, *upload.remarks),
    )


def _newest(files: list[Sent]) -> tuple[list[Sent], list[Sent]]:
    """Return for each name the file with the highest number, which was uploaded last; and all other files."""
    newest: dict[str, Sent] = {}
    for sent in sorted(files, key=lambda sent: (sent.item.path is not None, sent.attachment, sent.file)):
        newest[unicodedata.normalize("NFC", sent.original).casefold()] = sent
    kept = list(newest.values())
    return kept, [sent for sent in files if sent not in set(kept)]
