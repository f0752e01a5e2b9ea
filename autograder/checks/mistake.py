"""A known mistake: a small edit of the reference solution, and the tests that it must lose."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from autograder.model.failures import UnusableAssignment


class UnusableMistake(UnusableAssignment):
    """A known mistake cannot be read, or does not fit the reference; names its file and line, and says what to do."""


@dataclass(frozen=True)
class Edit:
    """A change of one place in a text file.

    Attributes:
        old: whole lines with their ends, or a piece of one line; the reference's file holds it exactly once.
        new: the text in its place.
        where: file and line in which an author wrote the edit.
    """

    old: str
    new: str
    where: str


@dataclass(frozen=True)
class Mistake:
    """One way in which students get it wrong.

    Attributes:
        name: identifier, in words joined by underscores.
        story: what the student did, in a sentence.
        loses: numbers of the tests that must lose points; all others must keep theirs.
        edits: of each of the reference's files that is changed, by its name.
        renames: names of the reference's files to their new names, all at once, so that two can
            be swapped; None leaves a file out.
        forfeits: whether the mistake takes all points of the whole result.
        where: file and line in which an author wrote the mistake.
    """

    name: str
    story: str
    loses: frozenset[str]
    edits: Mapping[str, tuple[Edit, ...]] = field(default_factory=dict)
    renames: Mapping[str, str | None] = field(default_factory=dict)
    forfeits: bool = False
    where: str = ""

    def applied_to(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        """Return the reference's files, by name, with the mistake in them.

        Raises:
            UnusableMistake: a file is missing or no text, an old text is missing or stands there several times, or
                two edits overlap.
        """
        changed = dict(files)
        for name, edits in self.edits.items():
            changed[name] = _edited(self._text(files, name), edits, name).encode()
        taken = {old: self._content(changed, old) for old in self.renames}
        renamed = {new: taken[old] for old, new in self.renames.items() if new is not None}
        return {name: content for name, content in changed.items() if name not in self.renames} | renamed

    def _content(self, files: Mapping[str, bytes], name: str) -> bytes:
        if name not in files:
            raise UnusableMistake(f"{self.where}: the reference has no file {name!r}: use one of {', '.join(files)}")
        return files[name]

    def _text(self, files: Mapping[str, bytes], name: str) -> str:
        try:
            return self._content(files, name).decode()
        except UnicodeDecodeError:
            raise UnusableMistake(f"{self.where}: {name} is not UTF-8 text: edit another file") from None


def _edited(text: str, edits: Sequence[Edit], name: str) -> str:
    """Return a text after all edits; each is looked for in the text as it was before them."""
    lines = text if text.endswith("\n") else f"{text}\n"
    parts, end = [], 0
    for start, edit in sorted(((_place_of(edit, lines, name), edit) for edit in edits), key=lambda place: place[0]):
        if start < end:
            raise UnusableMistake(f"{edit.where}: this hunk overlaps another one in {name}: make one hunk of both")
        parts += [lines[end:start], edit.new]
        end = start + len(edit.old)
    edited = "".join([*parts, lines[end:]])
    return edited if text.endswith("\n") else edited.removesuffix("\n")


def _place_of(edit: Edit, text: str, name: str) -> int:
    """Return where the only place that an edit fits begins."""
    begins = "^" if edit.old.endswith("\n") else ""  # whole lines, and not the ends of longer ones
    places = [found.start() for found in re.finditer(f"{begins}(?={re.escape(edit.old)})", text, re.MULTILINE)]
    if len(places) != 1:
        raise UnusableMistake(f"{edit.where}: the reference's {name} {_misfit(edit.old, text, len(places))}")
    return places[0]


def _misfit(old: str, text: str, count: int) -> str:
    first, *others = old.splitlines(keepends=True)
    if count:
        return f"holds {first.strip()!r} {count} times: show which, by a line to keep next to it, after a space"
    known = text.splitlines(keepends=True)
    missing = [line for line in (first, *others) if line not in known]
    if missing:
        return f"does not hold {missing[0].rstrip()!r}: copy the line as it stands there, with its indentation"
    return f"holds {first.strip()!r}, but not this hunk's other lines after it: put @@ where lines are left out"
