"""Students' texts as lines with highlighting, and two of them side by side, made by a process with limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import msgspec

from autograder.system.reader import OverBudget, ask

MOST_LINES = 3_000  # of one file
LONGEST = 1_000  # characters of one line
REMEMBERED = 64  # uploads
PAIRS_REMEMBERED = 16  # of texts side by side; each comment on a line shows its page again


@dataclass(frozen=True)
class Piece:
    """A part of a line: its kind, which is a class of the style sheet or empty, and its text, which is hostile."""

    kind: str
    text: str


@dataclass(frozen=True)
class SourceLine:
    """A line of a file.

    Attributes:
        number: from 1.
        pieces: its parts.
        left_out: how many characters of it are not shown.
    """

    number: int
    pieces: tuple[Piece, ...]
    left_out: int = 0


@dataclass(frozen=True)
class SourceText:
    """A file of an upload: its lines, how many more there are, and why they have no colours, if they have none."""

    lines: tuple[SourceLine, ...]
    left_out: int = 0
    plain_because: str = ""


@dataclass(frozen=True)
class Pair:
    """A row of two texts side by side: the lines' numbers, 0 where one has none, and whether they differ."""

    left: int
    right: int
    differs: bool


@dataclass(frozen=True)
class Texts:
    """The files of an upload, hashable, so that they are read once."""

    files: tuple[tuple[str, str], ...]


def read(files: Mapping[str, str]) -> dict[str, SourceText]:
    """Return each file with its lines; a file that is too hard to read has no colours."""
    return dict(_read(Texts(tuple(sorted(files.items())))))


@lru_cache(REMEMBERED)
def _read(texts: Texts) -> dict[str, SourceText]:
    answer, _ = ask("autograder.desk.reading_worker", {"sources": texts.files}, max_deaths=3)
    found = msgspec.convert(answer or {}, dict[str, SourceText])
    return {name: found.get(name) or plain_text(text, "Reading it takes too long.") for name, text in texts.files}


def plain_text(text: str, because: str = "") -> SourceText:
    """Return a text without colours."""
    lines = text.split("\n")
    shown = (
        SourceLine(number, (Piece("", line[:LONGEST]),), max(0, len(line) - LONGEST))
        for number, line in enumerate(lines[:MOST_LINES], 1)
    )
    return SourceText(tuple(shown), max(0, len(lines) - MOST_LINES), because)


def side_by_side(left: str, right: str) -> tuple[Pair, ...]:
    """Return the lines of two texts beside each other, as far as both are shown; empty if that takes too long."""
    try:
        return _aligned(left, right)
    except OverBudget:  # not remembered: perhaps the machine was busy
        return ()


@lru_cache(PAIRS_REMEMBERED)
def _aligned(left: str, right: str) -> tuple[Pair, ...]:
    answer, _ = ask("autograder.desk.comparing_worker", {"sources": [("left", left), ("right", right)]}, max_deaths=1)
    if not answer:
        raise OverBudget
    return msgspec.convert(answer, tuple[Pair, ...])
