"""Finds the cell of a notebook to which a line of its module belongs: people count lines in cells."""

from collections.abc import Iterable
from dataclasses import dataclass

from autograder.wire.cells import FIRST, MARKER


@dataclass(frozen=True)
class Span:
    """The lines of a module that one cell became.

    Attributes:
        notebook: name of the notebook's file.
        cell: its number; text cells count.
        before: how many lines of the module stand before its first.
        lines: how many it has.
    """

    notebook: str
    cell: int
    before: int
    lines: int


def spans_of(module: str) -> list[Span]:
    """Return where each cell of a module lies, in order; nothing if it was not made from a notebook."""
    if not module.startswith(FIRST):
        return []
    notebook = module.partition("\n")[0].removeprefix(FIRST)
    markers = list(MARKER.finditer(module))
    begins = [module.count("\n", 0, marker.end()) for marker in markers]
    ends = [*(begin - 1 for begin in begins[1:]), module.count("\n") + 1]
    return [
        Span(notebook, int(marker[1]), begin, end - begin)
        for marker, begin, end in zip(markers, begins, ends, strict=False)
    ]


def span_at(spans: Iterable[Span], line: int) -> Span | None:
    """Return the cell to which a line of the module belongs, counted from 1; a marker belongs to the cell below it."""
    return next((one for one in spans if one.before <= line <= one.before + one.lines), None)
