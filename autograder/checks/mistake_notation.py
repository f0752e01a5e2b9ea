"""Reads known mistakes from a file that is written like a diff, so that editors colour it as one.

    # A comment begins with a # in the first column.

    ten_outputs 3.1 3.3: Keeps the ten classes of CIFAR-10; the first eight outputs still predict well.
    !NUM_CLASSES = [-8-]{+10+}

A mistake begins with its name and the numbers of the tests that it must lose, then `forfeits` if it takes all points of
the result. Its story follows the colon, on one line or more, and then its difference from the reference solution:

* `!` precedes a line that changes: `[-old-]` goes and `{+new+}` comes, as in `git diff --word-diff`. The line must
  occur in the reference's file exactly once. `…` at both ends stands for the rest of it.
* `-` precedes a line to remove, `+` a line to add, and a space a line to keep, which shows the place. The lines that a
  hunk removes or keeps must occur in the reference's file exactly once, as whole lines and in a row.
* `@@` begins another hunk. The rest of its line is ignored, so hunks of `git diff` can be pasted.
* `in answers.json:` precedes hunks for this file instead of the one that students must hand in.
* `rename model.pth to best.pth` and `leave out model.pth` change which files are handed in.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile
from pathlib import Path

from autograder.checks.mistake import Edit, Mistake, UnusableMistake

NUMBER = r"[^\s,;:]*\d[^\s,;:]*"  # of a test, such as 3.1, 2d(2)a or A4.1c
HEAD = re.compile(rf"([a-z][a-z0-9_]*)((?: +{NUMBER})+)( +forfeits)?:(.*)")
LIKE_HEAD = re.compile(r"([a-z][a-z0-9_]*)([^:]*):.*")
SIGNS = "-, + or !"
HOW_TO_CHANGE = "write lines to remove after -, lines to add after +, or a line that changes after !"
EXAMPLE = "as in `no_step 3.1 3.2: Never steps.`"
IN_FILE = re.compile(r"in (\S+):")
RENAME = re.compile(r"rename (?P<old>\S+) to (?P<new>\S+)|leave out (?P<without>\S+)")
COMMENT, KEEP, REMOVE, ADD, CHANGE, NEXT_HUNK, REST = "#", " ", "-", "+", "!", "@@", "…"
OLD = r"\[-((?:\[-\d+\]|(?!\[-|-\]).)+)-\]"  # [-old-], which may hold an index such as [-1]
NEW = r"\{\+((?:(?!\{\+|\+\}).)+)\+\}"  # {+new+}
MARK = re.compile(f"{OLD}|{NEW}")
ENDS_OF_MARKS = re.compile(r"-\]|\+\}")


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
    def is_changed(self) -> bool:
        """Whether it shows how a line changes, and so is a hunk by itself."""
        return self.text.startswith(CHANGE)

    @property
    def ends_hunk(self) -> bool:
        """Whether another hunk begins after it; it may say for which file, or which files are handed in."""
        text = self.text
        return bool(text.startswith(NEXT_HUNK) or IN_FILE.fullmatch(text) or RENAME.fullmatch(text))

    @property
    def is_of_story(self) -> bool:
        """Whether it can only go on with a story."""
        return not (self.is_of_hunk or self.is_changed or self.ends_hunk)

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
        raise UnusableMistake(f"{source}: this is not UTF-8 text: save it as UTF-8") from None
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
        if block and _is_head(line, block[-1]):
            yield block
            block = []
        if line.text or block:
            block.append(line)
    if block:
        yield block


def _is_head(line: _Line, before: _Line) -> bool:
    """Return whether a mistake begins at a line; after an empty line, one that is written wrongly may begin too."""
    if not line.is_of_story:
        return False
    return bool(HEAD.fullmatch(line.text) or (not before.text and LIKE_HEAD.fullmatch(line.text)))


def _mistake(block: Sequence[_Line], entry: str) -> Mistake:
    head, *rest = block
    found = HEAD.fullmatch(head.text)
    if not found:
        raise head.refused(_why_no_head(head.text))
    name, numbers, forfeits, begun = found.groups()
    told = list(takewhile(lambda line: line.is_of_story, rest))
    story, changes = _story(begun, [head, *told]), rest[len(told) :]
    edits, renames = _edits(changes, entry), _renames(changes)
    if not edits and not renames:
        raise head.refused(f"{name} changes nothing: {HOW_TO_CHANGE}")
    return Mistake(name, story, frozenset(numbers.split()), edits, renames, bool(forfeits), head.where)


def _why_no_head(text: str) -> str:
    found = LIKE_HEAD.fullmatch(text)
    if not found:
        return f"no mistake begins here: write its name, the tests that it loses, and its story, {EXAMPLE}"
    for word in found[2].split():
        if not re.fullmatch(NUMBER, word):
            return f"{word!r} is not the number of a test: write numbers with a space between them, {EXAMPLE}"
    return f"{found[1]} names no test that it loses: write their numbers before the colon, {EXAMPLE}"


def _story(begun: str, lines: Sequence[_Line]) -> str:
    """Return a story, of which some words stand in the head's line, the first of the lines."""
    story = " ".join(text for text in (begun.strip(), *(line.text.strip() for line in lines[1:])) if text)
    if not story:
        raise lines[0].refused("the story is missing: say after the colon what the student did")
    if not story.endswith((".", "!", "?")):
        raise lines[-1].refused(
            f"the story does not end here: end it with a full stop, or begin a hunk's line with {SIGNS}"
        )
    return story


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
        for line in lines if not is_hunk else ():
            if line.is_changed:
                yield name, [line]
            name = _file_after(line, name)


def _file_after(line: _Line, name: str) -> str:
    """Return the name of the file that hunks after a line are for."""
    if line.is_of_story:
        raise line.refused(
            f"{line.text!r} is not a line of a hunk: begin it with {SIGNS}, or with a space to keep it; "
            f"and not the head of a mistake: write its name, the tests that it loses, and its story, {EXAMPLE}"
        )
    found = IN_FILE.fullmatch(line.text)
    return found[1] if found else name


def _edit(hunk: Sequence[_Line]) -> Edit:
    first = hunk[0]
    if first.is_changed:
        return _edit_of_a_line(first)
    old = [line.text[1:] for line in hunk if line.text[:1] != ADD]
    new = [line.text[1:] for line in hunk if line.text[:1] != REMOVE]
    if old == new:
        raise first.refused(f"this hunk changes nothing: {HOW_TO_CHANGE}")
    if not old:
        raise first.refused("this hunk only adds lines: show a line to keep next to them, after a space")
    return Edit("".join(f"{line}\n" for line in old), "".join(f"{line}\n" for line in new), first.where)


def _edit_of_a_line(line: _Line) -> Edit:
    shown = line.text.removeprefix(CHANGE)
    if not MARK.search(shown) or ENDS_OF_MARKS.search(MARK.sub("", shown)):
        raise line.refused(
            "this line does not show what changes: write [-old-] and {+new+} in it; "
            "if its code holds such marks, write the line after - and after +"
        )
    old, new = MARK.sub(r"\1", shown), MARK.sub(r"\2", shown)
    ends = shown.startswith(REST), shown.endswith(REST)
    if not any(ends):
        return Edit(f"{old}\n", f"{new}\n", line.where)
    if not all(ends) or old in (REST, REST * 2):
        raise line.refused(f"a piece of a line stands between two {REST}, with something that the line holds")
    return Edit(old[1:-1], new[1:-1], line.where)
