"""Text of students and exports as a cell of a spreadsheet: one line, plain, and never a formula."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from autograder.rendering.text import plain

# What a spreadsheet takes for a formula's beginning, in Latin and in full width. The semicolon stands here because
# Excel parts cells by it in many countries, also inside of quotes that do not begin a cell.
# Source: OWASP, "CSV Injection", https://owasp.org/www-community/attacks/CSV_Injection
FORMULA = re.compile(r"(^|;\s*)(?=[=+\-@＝＋－＠])")
MAX_CELL = 1_000


def one_line(text: str, limit: int = MAX_CELL) -> str:
    """Return plain text on one line, with single spaces."""
    return " ".join(plain(text, limit).split())


def cell(text: str, limit: int = MAX_CELL) -> str:
    """Return the text so that no spreadsheet runs it; an apostrophe stands before what would be a formula."""
    return FORMULA.sub(r"\1'", one_line(text, limit))


def is_harmless(identifier: str) -> bool:
    """Return whether an identifier is something, and can stand in a cell exactly as it is."""
    return bool(identifier) and cell(identifier) == identifier


def distinct(headings: Mapping[str, str], taken: Iterable[str] = ()) -> dict[str, str]:
    """Return the headings by their keys; where two are equal, or one is taken, its key stands behind it."""
    often = Counter([*headings.values(), *taken])
    return {key: f"{text} {key}" if often[text] > 1 else text for key, text in headings.items()}
