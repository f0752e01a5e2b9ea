"""The form of a module that was made from a notebook: its first line says so, and a marker stands before each cell.

The trusted side writes it and the sandbox runs it cell by cell. Editors know the markers. A student who writes one into
a cell changes the numbers in messages and nothing else.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

FIRST = "# From the notebook "
MARKER = re.compile(r"^# %% \[cell (\d{1,6})\]\n", re.MULTILINE)


@dataclass(frozen=True)
class Cell:
    """One cell with code.

    Attributes:
        number: counted from the top, text cells included, from 1.
        source: its text; each line ends with a line feed.
    """

    number: int
    source: str


@dataclass(frozen=True)
class Cells:
    """The cells of a notebook.

    Attributes:
        notebook: name of its file.
        cells: in their order.
    """

    notebook: str
    cells: tuple[Cell, ...]


def as_module(notebook: str, cells: Iterable[Cell]) -> str:
    """Return the module that consists of these cells.

    Args:
        notebook: name of the file that they come from.
        cells: in their order.
    """
    parts = [f"{FIRST}{' '.join(notebook.split())}\n"]
    parts += (f"# %% [cell {cell.number}]\n{cell.source.rstrip()}\n\n" for cell in cells)
    return "".join(parts)


def cells_of(module: str) -> Cells | None:
    """Return the cells of a module; None if it was not made from a notebook."""
    first, _, rest = module.partition("\n")
    if not first.startswith(FIRST):
        return None
    parts = MARKER.split(rest)[1:]
    cells = tuple(Cell(int(number), source) for number, source in zip(parts[::2], parts[1::2], strict=True))
    return Cells(first.removeprefix(FIRST), cells)
