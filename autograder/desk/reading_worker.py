"""The process that highlights students' texts; `autograder.system.reader` starts and limits it.

The request has `sources`, a list of pairs of a file's name and its text. The answer has a `SourceText` for each name.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import msgspec
from pygments.lexer import Lexer
from pygments.lexers.data import JsonLexer
from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, String, _TokenType

from autograder.desk.reading import LONGEST, MOST_LINES, Piece, SourceLine, SourceText, plain_text
from autograder.system.reader import OverBudget, announce, at_most, reply

MEMORY_MIB = 1024
CPU_S, CPU_S_PER_FILE = 4, 1
CPU_S_OF_ONE = 1.0  # 1,000 lines take 0.05
MAX_CHARACTERS = 300_000
MOST_PIECES = 60_000  # of an upload; 1,000 lines of coursework have 3,000
LEXERS: dict[str, type[Lexer]] = {"py": PythonLexer, "json": JsonLexer}
# The class of the style sheet for a kind of token; the first one that fits.
KINDS: tuple[tuple[_TokenType, str], ...] = (
    (Comment, "c"), (String, "s"), (Number, "m"), (Keyword, "k"), (Name.Function, "n"), (Name.Class, "n"),
    (Name.Decorator, "n"),
)  # fmt: skip


def main() -> None:
    """Answer one request."""
    reply(lambda request: msgspec.to_builtins(answer(request)), CPU_S, CPU_S_PER_FILE, MEMORY_MIB)


def answer(request: dict[str, Any]) -> dict[str, SourceText]:
    """Return each file with its lines."""
    found: dict[str, SourceText] = {}
    left = MOST_PIECES
    for name, text in request["sources"]:
        found[name] = _read(name, text, left)
        left -= _count(found[name])
    return found


def _count(text: SourceText) -> int:
    return sum(len(line.pieces) for line in text.lines)


def _read(name: str, text: str, most: int) -> SourceText:
    announce(name)
    lexer = LEXERS.get(name.rpartition(".")[2].lower())
    if lexer is None:
        return plain_text(text)
    if len(text) > MAX_CHARACTERS:
        return plain_text(text, "It is too long for colours.")
    try:
        with at_most(CPU_S_OF_ONE):
            found = _coloured(text, lexer(stripnl=False, ensurenl=False))
    except (OverBudget, MemoryError, RecursionError):
        return plain_text(text, "Finding its colours takes too long.")
    return found if _count(found) <= most else plain_text(text, "It changes its colour too often.")


def _coloured(text: str, lexer: Lexer) -> SourceText:
    lines: list[list[Piece]] = [[]]
    for kind, value in lexer.get_tokens(text):
        first, *others = value.split("\n")
        lines[-1].append(Piece(_class_of(kind), first))
        lines += [[Piece(_class_of(kind), other)] for other in others]
    shown = (SourceLine(number, *_shortened(pieces)) for number, pieces in enumerate(lines[:MOST_LINES], 1))
    return SourceText(tuple(shown), max(0, len(lines) - MOST_LINES))


def _class_of(kind: _TokenType) -> str:
    return next((name for parent, name in KINDS if kind in parent), "")


def _shortened(pieces: list[Piece]) -> tuple[tuple[Piece, ...], int]:
    """Return the pieces that fit into a line, and how many characters are left out."""
    kept = tuple(_joined(_first(pieces, LONGEST)))
    return kept, sum(len(one.text) for one in pieces) - sum(len(one.text) for one in kept)


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Join neighbours of the same kind: each piece is an element of a page, and an object in the desk."""
    for kind, same in groupby(pieces, key=lambda one: one.kind):
        yield Piece(kind, "".join(one.text for one in same))


def _first(pieces: list[Piece], room: int) -> Iterator[Piece]:
    for one in pieces:
        if one.text and room > 0:
            yield Piece(one.kind, one.text[:room])
        room -= len(one.text)


if __name__ == "__main__":
    main()
