"""Reports with hostile text: `results.json` and the terminal."""

import io
import json
import unicodedata
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console

from autograder.model.report import Report
from autograder.rendering.gradescope import to_results
from autograder.rendering.terminal import to_terminal
from autograder.rendering.text import MAX_CHARACTERS
from autograder.system.files import write_results
from tests.fuzz.target import Target
from tests.rendering.reports import reports
from tests.rendering.test_gradescope import NOTE_CHARACTERS, VALIDATOR, strings

UNWANTED = ("Cc", "Cf", "Cs")
MAX_LINES = 5 * 8 * 110 + 500  # of five tests with all parts at their longest


def check_results(report: Report, folder: Path) -> None:
    """The file is valid, printable and bounded."""
    write_results(folder / "results.json", to_results(report))
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    every = list(strings(results))

    assert not list(VALIDATOR.iter_errors(results))
    assert not {c for text in every for c in set(text) if unicodedata.category(c) in UNWANTED} - {"\n", "\t"}
    assert max(map(len, every)) <= MAX_CHARACTERS + NOTE_CHARACTERS


def check_terminal(report: Report, folder: Path) -> None:
    """The terminal gets text, line ends and nothing that it obeys."""
    screen = io.StringIO()
    Console(file=screen, width=100, color_system=None, force_terminal=False).print(to_terminal(report))
    shown = screen.getvalue()

    assert not {c for c in set(shown) if unicodedata.category(c) in UNWANTED} - {"\n"}
    assert shown.count("\n") <= MAX_LINES
    assert max(map(cell_len, shown.split("\n"))) <= 100
    shown.encode()


TARGETS = (
    Target("rendering: results.json", reports, check_results, 0.5),
    Target("rendering: terminal", reports, check_terminal, 0.2),
)
