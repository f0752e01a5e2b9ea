"""Runs a module that was made from a notebook, cell by cell: an error ends its cell, and the next one begins.

An import that finds no such module ends nothing: a library for plots must not cost the imports below it.
"""

import linecache
import re
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path

from autograder.wire.cells import Cell, Cells
from autograder.worker import ended_cells, ends_of_process
from autograder.worker.ended_cells import EndedCell
from autograder.worker.run_probe import BudgetSpent
from autograder.worker.student_errors import described

LONGEST_ERROR = 300  # characters
IN_A_CELL = re.compile(r" \(cell \d+, line \d+\)$")  # Python's own words on a SyntaxError, and ours say it before

passed_on: set[type[BaseException]] = {BudgetSpent}  # what ends the whole notebook, and not a cell
after_each: list[Callable[[str], None]] = []  # called with the place of each cell that has run


Missed = Callable[[ModuleNotFoundError], None]


def run(notebook: Cells, folder: Path, run_source: Callable[[str, str, str, Missed], None]) -> None:
    """Run a notebook's cells, and note which of them ended early.

    Args:
        notebook: the cells.
        folder: where the module lies; frames of a traceback then count as the student's own.
        run_source: runs a text; called with it, the file that tracebacks name, the place to show, and a function to
            tell of an import that found no module.
    """
    ended_cells.begin(notebook.notebook)
    for cell in notebook.cells:
        place = f"cell {cell.number}"
        file = str(folder / place)
        linecache.cache[file] = (len(cell.source), None, cell.source.splitlines(keepends=True), file)
        try:
            with ends_of_process.as_exceptions():
                missed = partial(_note, cell, file, folder, whole=False)
                run_source(cell.source, file, f"{notebook.notebook}, {place}", missed)
        except BaseException as error:  # KeyboardInterrupt, too: some stop a notebook with it
            if isinstance(error, tuple(passed_on)):
                raise
            _note(cell, file, folder, error)
        for call in after_each:
            call(place)


def _note(cell: Cell, file: str, folder: Path, error: BaseException, whole: bool = True) -> None:
    """Note where a cell ended, or a single line of it."""
    line, source = _line_in(file, error), cell.source
    if not whole:
        source = "\n" * (line - 1) + source.split("\n")[line - 1]
    ended_cells.ended.append(EndedCell(cell.number, source, line, _said(error, folder)))


def _said(error: BaseException, folder: Path) -> str:
    told = described(error, str(folder), importing=True)
    message = IN_A_CELL.sub("", told["message"])
    return " ".join(f"{told['kind']}: {message}".split())[:LONGEST_ERROR].rstrip(": ")


def _line_in(file: str, error: BaseException) -> int:
    """Return the last line of a cell that an exception came through; 0 if it came through none."""
    if isinstance(error, SyntaxError) and error.filename == file:
        return error.lineno or 0
    lines = [line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == file]
    return lines[-1] if lines else 0
