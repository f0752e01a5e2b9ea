"""Reads what Canvas's "Download Submissions" gives: flat files whose names carry the student.

    doejane_4711_90210_submitted.py           sortable name, user id, attachment id, the student's own name of the file
    doejane_LATE_4711_90210_submitted-2.py    late; handed in again, for which Canvas counts up
    anon_aB3dE_90210_submitted.py             where students are anonymous
    doejane_4711_text.html, …_link.html       typed into Canvas, or a link: nothing that could be graded

The name is in lower case, of word characters in any script; in a group assignment it is the group's. Source of the
format: canvas-lms, `lib/content_zipper.rb` (`get_filename`, `add_upload_submission`) and `make_unique_filename` of
`app/models/attachment.rb`.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.exports.gathered import Part, gathered
from autograder.exports.items import Gradable, Item, listed, quoted
from autograder.exports.keys import Label, keys_of
from autograder.model.export import Export
from autograder.model.hand_in import HandIn, Student

# A name of a group that ends in a number after an underscore cannot be told from a user id.
SENDER = r"(?:(?P<name>.*?)_)??(?:(?P<late>LATE)_)?(?P<user>[0-9]{1,20}|anon_[0-9A-Za-z]{1,20})"
UPLOADED = re.compile(SENDER + r"_(?P<attachment>[0-9]{1,20})_(?P<file>.+)", re.DOTALL)
TYPED = re.compile(SENDER + r"_(?P<kind>text|link)\.html", re.DOTALL)
# Beyond seven versions Canvas takes a UUID.
VERSION = re.compile(
    r"(?P<stem>.+)-(?:[1-9][0-9]?|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?P<ending>(?:\.[A-Za-z][A-Za-z0-9]*)+|)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Sent:
    """One file of the export, or, without a name of its own, something typed into Canvas."""

    item: Item
    name: str
    user: str
    late: bool
    attachment: int = 0
    file: str = ""

    @property
    def original(self) -> str:
        """The file's name before Canvas counted up."""
        version = VERSION.fullmatch(self.file)
        return version["stem"] + version["ending"] if version else self.file


def is_sent(item: Item) -> bool:
    """Return whether an item is named as Canvas names files."""
    return not item.is_folder and bool(UPLOADED.fullmatch(item.name) or TYPED.fullmatch(item.name))


def read_canvas(items: Sequence[Item], folder: Path) -> Export:
    """Return a hand-in for each user id.

    Args:
        items: what lies at the top of the export.
        folder: where the files of each student are brought together.
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
        f"{quoted(item.name)}: this is not named as Canvas names files; it is left out." for item in strays if item.path
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
        upload = gathered([Part(sent.item, sent.original) for sent in newest], folder)
    else:
        upload = Gradable(None, "There is nothing to grade: a text or a link was handed in, and no file.")
    renamed = tuple(
        f"{quoted(sent.file)} is taken as {quoted(sent.original)}: Canvas counts up what is handed in again."
        for sent in newest
        if sent.file != sent.original
    )
    passed_over = tuple(f"Passed over: {quoted(sent.file)}, for which there is a newer one." for sent in older)
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
    """Return of each name the file that was uploaded last, which has the highest number, and all others."""
    newest: dict[str, Sent] = {}
    for sent in sorted(files, key=lambda sent: (sent.item.path is not None, sent.attachment, sent.file)):
        newest[unicodedata.normalize("NFC", sent.original).casefold()] = sent
    kept = list(newest.values())
    return kept, [sent for sent in files if sent not in set(kept)]
