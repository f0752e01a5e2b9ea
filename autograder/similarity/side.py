"""One source of a pair as lines, with the shared parts marked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from autograder.similarity.found import Fragment

MAX_SHOWN = 60_000  # characters of one file; a browser lays out fifty such pairs within seconds


@dataclass(frozen=True)
class Piece:
    """A part of a line, shared with the other source or not."""

    text: str
    is_shared: bool


@dataclass(frozen=True)
class Line:
    """A line of source.

    Attributes:
        pieces: its parts, in their order.
        numbers: of the fragments that begin here.
    """

    pieces: tuple[Piece, ...]
    numbers: tuple[int, ...]

    @property
    def is_shared(self) -> bool:
        """Whether the other source contains any part of it."""
        return any(piece.is_shared for piece in self.pieces)


@dataclass(frozen=True)
class SourceFile:
    """A file of an upload, and how many characters of it are not shown."""

    name: str
    lines: tuple[Line, ...]
    left_out: int


def files_of(files: Mapping[str, str], fragments: Sequence[Fragment]) -> tuple[SourceFile, ...]:
    """Return the files with the fragments marked in them.

    Args:
        files: name to text, in the order in which the fragments count their characters.
        fragments: in their order, without overlap.
    """
    shown, passed = [], 0
    for name, text in files.items():
        lines = _lines(_cut(text[:MAX_SHOWN], passed, fragments))
        shown.append(SourceFile(name, tuple(lines), max(0, len(text) - MAX_SHOWN)))
        passed += len(text)
    return tuple(shown)


def _cut(text: str, passed: int, fragments: Sequence[Fragment]) -> Iterator[tuple[Piece, tuple[int, ...]]]:
    """Yield the text's parts in turn, each with the numbers of the fragments that begin there."""
    position = 0
    for one in fragments:
        start, end = max(one.start - passed, 0), min(one.end - passed, len(text))
        if start < end:
            yield Piece(text[position:start], is_shared=False), ()
            yield Piece(text[start:end], is_shared=True), one.numbers if one.start >= passed else ()
            position = end
    yield Piece(text[position:], is_shared=False), ()


def _lines(parts: Iterator[tuple[Piece, tuple[int, ...]]]) -> Iterator[Line]:
    pieces: list[Piece] = []
    numbers: list[int] = []
    for part, begun in parts:
        first, *rest = part.text.split("\n")
        numbers += begun
        pieces.append(Piece(first, part.is_shared))
        for line in rest:
            yield _line(pieces, numbers)
            code = line.lstrip()
            indentation = Piece(line[: len(line) - len(code)], is_shared=False)
            pieces, numbers = [indentation, Piece(code, part.is_shared)], []
    if any(piece.text for piece in pieces):
        yield _line(pieces, numbers)


def _line(pieces: Sequence[Piece], numbers: Sequence[int]) -> Line:
    return Line(tuple(piece for piece in pieces if piece.text), tuple(numbers))
