"""Reads known mistakes from a file that is written like a diff, so that editors colour it as one.

    # A comment begins with a # in the first column.

    ten_outputs: 3.1 3.3
    Keeps the ten classes of CIFAR-10; the first eight outputs still predict well.
    -NUM_CLASSES = 8
    +NUM_CLASSES = 10

A mistake begins with its name and the numbers of the tests that it must lose, then `forfeits` if it takes all points of
the result. Its story follows, in a sentence or more, and then its difference from the reference solution:

* `-` precedes a line to remove, `+` a line to add, and a space a line to keep, which shows the place. The lines that a
  hunk removes or keeps must occur in the reference's file exactly once, as whole lines and in a row.
* `@@` begins another hunk. The rest of its line is ignored, so hunks of `git diff` can be pasted.
* `in answers.json:` precedes hunks for this file instead of the one that students must hand in.
* `-…old…` and `+…new…`, alone in a hunk, change a piece of a line, whatever surrounds it.
* `rename model.pth to best.pth` and `leave out model.pth` change which files are handed in.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile
from pathlib import Path

from autograder.checks.mistake import Edit, Mistake, UnusableMistake

HEAD = re.compile(r"([a-z][a-z0-9_]*):(.*)")
NUMBER = re.compile(r"[^\s,;]*\d[^\s,;]*")  # of a test, such as 3.1, 2d(2)a or A4.1c
FORFEITS = "forfeits"
IN_FILE = re.compile(r"in (\S+):")
RENAME = re.compile(r"rename (?P<old>\S+) to (?P<new>\S+)|leave out (?P<without>\S+)")
COMMENT, KEEP, REMOVE, ADD, NEXT_HUNK, PIECE = "#", " ", "-", "+", "@@", "…"
BETWEEN = re.compile(f"{PIECE}(.*){PIECE}")


@dataclass(frozen=True)
class _Line:
    """A line of the file.

    Attributes:
        where: the file and the line's number.
        text: without its end.
    """

    where: str
    text: str

    @property
    def is_of_hunk(self) -> bool:
        """Whether it shows a line of a solution; editors cut the space before an empty one."""
        return self.text[:1] in ("", KEEP, REMOVE, ADD)

    @property
    def ends_hunk(self) -> bool:
        """Whether another hunk begins after it; it may say for which file, or which files are handed in."""
        text = self.text
        return bool(text.startswith(NEXT_HUNK) or IN_FILE.fullmatch(text) or RENAME.fullmatch(text))

    def refused(self, sentence: str) -> UnusableMistake:
        """Return the error that names the line."""
        return UnusableMistake(f"{self.where}: {sentence}")


def read_mistakes(path: Path, entry: str) -> tuple[Mistake, ...]:
    """Return the known mistakes of a file, in its order.

    Args:
        path: of the file.
        entry: the file that students must hand in, which hunks are for unless they name another.

    Raises:
        UnusableMistake: the file is missing or no text, or says what cannot be understood.
    """
    source = f"{path.parent.name}/{path.name}"
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        raise UnusableMistake(f"{source}: there is no such file: write the known mistakes into it") from None
    except UnicodeDecodeError:
        raise UnusableMistake(f"{source}: this is no text in UTF-8: save it as such") from None
    mistakes: dict[str, Mistake] = {}
    for block in _blocks(_Line(f"{source}:{number}", line) for number, line in enumerate(lines, 1)):
        mistake = _mistake(block, entry)
        if mistake.name in mistakes:
            raise block[0].refused(f"{mistakes[mistake.name].where} has the name {mistake.name} too: use another")
        mistakes[mistake.name] = mistake
    return tuple(mistakes.values())


def _blocks(lines: Iterable[_Line]) -> Iterator[list[_Line]]:
    """Yield the lines of each mistake, its head first, without comments."""
    block: list[_Line] = []
    for line in lines:
        if line.text.startswith(COMMENT):
            continue
        if HEAD.fullmatch(line.text) and block:
            yield block
            block = []
        if line.text or block:
            block.append(line)
    if block:
        yield block


def _mistake(block: Sequence[_Line], entry: str) -> Mistake:
    head, *rest = block
    name, loses, forfeits = _head(head)
    told = list(takewhile(lambda line: not line.is_of_hunk and not line.ends_hunk, rest))
    story, changes = _story(head, told), rest[len(told) :]
    edits, renames = _edits(changes, entry), _renames(changes)
    if not edits and not renames:
        raise head.refused(f"{name} changes nothing: write lines to remove after -, and lines to add after +")
    return Mistake(name, story, loses, edits, renames, forfeits, head.where)


def _head(line: _Line) -> tuple[str, frozenset[str], bool]:
    """Return the mistake's name, the tests that it loses, and whether it forfeits all points."""
    found = HEAD.fullmatch(line.text)
    if not found:
        raise line.refused(
            "no mistake begins here: write its name and the tests that it loses, as in `no_step: 3.1 3.2`"
        )
    name, words = found[1], found[2].split()
    forfeits = words[-1:] == [FORFEITS]
    numbers = words[:-1] if forfeits else words
    for word in numbers:
        if not NUMBER.fullmatch(word):
            raise line.refused(f"{word!r} is no number of a test: write numbers with a space between them")
    if not numbers:
        raise line.refused(f"{name} names no test that it loses: write their numbers after the colon")
    return name, frozenset(numbers), forfeits


def _story(head: _Line, lines: Sequence[_Line]) -> str:
    if not lines:
        raise head.refused("the story is missing: say on the next line what the student did")
    if not lines[-1].text.endswith((".", "!", "?")):
        raise lines[-1].refused(
            "the story does not end here: end it with a full stop, or begin a hunk's line with - or +"
        )
    return " ".join(line.text.strip() for line in lines)


def _renames(changes: Sequence[_Line]) -> dict[str, str | None]:
    renames: dict[str, str | None] = {}
    for line in changes:
        if found := RENAME.fullmatch(line.text):
            old = found["old"] or found["without"]
            if old in renames:
                raise line.refused(f"{old} is renamed or left out already: name it once")
            renames[old] = found["new"]
    return renames


def _edits(changes: Sequence[_Line], entry: str) -> dict[str, tuple[Edit, ...]]:
    """Return the edits of each file that is changed."""
    edits: dict[str, tuple[Edit, ...]] = {}
    for name, hunk in _hunks(changes, entry):
        edits[name] = (*edits.get(name, ()), _edit(hunk))
    return edits


def _hunks(changes: Sequence[_Line], entry: str) -> Iterator[tuple[str, list[_Line]]]:
    """Yield hunks, each with the name of its file, without the empty lines around them."""
    name = entry
    for is_hunk, group in groupby(changes, key=lambda line: line.is_of_hunk):
        lines = list(group)
        shown = [place for place, line in enumerate(lines) if line.text]
        if is_hunk and shown:
            yield name, lines[shown[0] : shown[-1] + 1]
        elif not is_hunk:
            name = _file_of(lines, name)


def _file_of(lines: Iterable[_Line], name: str) -> str:
    """Return the name of the file that the next hunk is for."""
    for line in lines:
        if not line.ends_hunk:
            raise line.refused(
                f"{line.text!r} is no line of a hunk: begin it with -, + or a space; "
                "or no head of a mistake: write its name and its tests, as in `no_step: 3.1 3.2`"
            )
        if found := IN_FILE.fullmatch(line.text):
            name = found[1]
    return name


def _edit(hunk: Sequence[_Line]) -> Edit:
    first = hunk[0]
    old = [line.text[1:] for line in hunk if line.text[:1] != ADD]
    new = [line.text[1:] for line in hunk if line.text[:1] != REMOVE]
    if old == new:
        raise first.refused("this hunk changes nothing: write lines to remove after -, and lines to add after +")
    if not old:
        raise first.refused("this hunk only adds lines: show a line to keep next to them, after a space")
    if any(line.startswith(PIECE) for line in (*old, *new)):
        return _edit_within_a_line(first, old, new)
    return Edit("".join(f"{line}\n" for line in old), "".join(f"{line}\n" for line in new), first.where)


def _edit_within_a_line(first: _Line, old: Sequence[str], new: Sequence[str]) -> Edit:
    pieces = [found[1] for line in (*old, *new) if (found := BETWEEN.fullmatch(line))]
    if not (len(old) == len(new) == 1 and len(pieces) == 2 and pieces[0]):
        raise first.refused("a piece of a line is changed by one -…old… and one +…new…, alone in a hunk")
    return Edit(pieces[0], pieces[1], first.where)
