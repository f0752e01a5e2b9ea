"""The cells of a notebook that ended early at import, and words for the names that they would have defined.

Messages then tell a name that a cell could not define from one that is nowhere.
"""

import re
from dataclasses import dataclass

from autograder.wire.built_in import ENDS_EARLY

DEFINES = (
    r"^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+{0}\b"
    r"|^(?:[^=\n]*,[ \t]*)?{0}[ \t]*(?:[,:][^=\n]*)?=(?!=)"
    r"|^[ \t]*(?:from|import)\b.*\b{0}\b"
)


@dataclass(frozen=True)
class EndedCell:
    """A cell that ended early.

    Attributes:
        number: of the cell.
        source: its text.
        line: in the cell, from 1; 0 if it is not known.
        error: the exception's class and message in one line.
    """

    number: int
    source: str
    line: int
    error: str

    @property
    def place(self) -> str:
        """The cell and the line, for people."""
        return f"cell {self.number}, line {self.line}" if self.line else f"cell {self.number}"

    @property
    def text(self) -> str:
        """The line; empty if it is not known."""
        lines = self.source.split("\n")
        return lines[self.line - 1].strip() if 0 < self.line <= len(lines) else ""


notebook: list[str] = []  # the name of the file, if the submission is one
ended: list[EndedCell] = []  # in the order of their running


def begin(name: str) -> None:
    """Note that a notebook is imported, and forget an earlier import of it."""
    notebook[:] = [name]
    ended.clear()


def about(name: str) -> str:
    """Return why a name is not defined, as the end of a sentence; empty if no cell that ended early defines it."""
    defines = re.compile(DEFINES.format(re.escape(name)), re.MULTILINE)
    for cell in ended:
        if defines.search(cell.source):
            return f": cell {cell.number} would define it, {ENDS_EARLY} ({cell.place}: {cell.error})"
    return ""
