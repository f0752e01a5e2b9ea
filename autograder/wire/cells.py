"""The form of a module that was made from a notebook: its first line says so, and a marker stands before each cell.

The trusted side writes it and the sandbox runs it cell by cell. Editors know the markers. A student who writes one into
a cell changes the numbers in messages and nothing else.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

FIRST = "# From the notebook "
# Folder of the images among a notebook's saved outputs, "7-1" for the first of cell 7; no upload can hold a hidden one.
SAVED = ".saved_outputs"
MARKER = re.compile(r"^# %% \[cell (\d{1,6})\]( \[markdown\])?\n", re.MULTILINE)
ODD = re.compile(r"[^\w .()-]")  # in a name: Python takes `coding=latin-1` in a first line for the file's encoding


@dataclass(frozen=True)
class Cell:
    """One cell.

    Attributes:
        number: counted from the top, text cells included, from 1.
        source: its text; each line ends with a line feed.
        is_text: whether it is prose, and no code.
    """

    number: int
    source: str
    is_text: bool = False


@dataclass(frozen=True)
class Cells:
    """The cells of a notebook.

    Attributes:
        notebook: name of its file.
        cells: the ones with code, in their order.
        texts: the ones with prose.
    """

    notebook: str
    cells: tuple[Cell, ...]
    texts: tuple[Cell, ...] = ()


def as_module(notebook: str, cells: Iterable[Cell]) -> str:
    """Return the module that consists of these cells; prose becomes comments.

    Args:
        notebook: name of the file that they come from.
        cells: in their order.
    """
    parts = [f"{FIRST}{ODD.sub('_', notebook)}\n"]
    for cell in cells:
        text = "".join(f"# {line}\n" for line in cell.source.split("\n")) if cell.is_text else cell.source
        parts.append(f"# %% [cell {cell.number}]{' [markdown]' * cell.is_text}\n{text.rstrip()}\n\n")
    return "".join(parts)


def notebook_of(module: bytes) -> str:
    """Return the name of the notebook that a module was made from; empty if it was not."""
    first = module.partition(b"\n")[0].decode("utf-8", "replace")
    return first.removeprefix(FIRST) if first.startswith(FIRST) else ""


def cells_of(module: str) -> Cells | None:
    """Return the cells of a module; None if it was not made from a notebook."""
    first, _, rest = module.partition("\n")
    if not first.startswith(FIRST):
        return None
    parts = MARKER.split(rest)[1:]
    code, texts = [], []
    for number, text, source in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        if text:
            texts.append(Cell(int(number), "\n".join(line[2:] for line in source.strip().split("\n")), is_text=True))
        else:
            code.append(Cell(int(number), source))
    return Cells(first.removeprefix(FIRST), tuple(code), tuple(texts))
