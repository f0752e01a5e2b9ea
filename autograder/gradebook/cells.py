"""Turns text of students and exports into spreadsheet cells: one line, plain, and never a formula."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from autograder.rendering.text import plain

# The characters with which a spreadsheet lets a formula begin, in Latin and in full width. The semicolon is here
# because in many countries Excel separates cells by it, even inside quotes that do not begin a cell.
# Source: OWASP, "CSV Injection", https://owasp.org/www-community/attacks/CSV_Injection
FORMULA = re.compile(r"(^|;\s*)(?=[=+\-@＝＋－＠])")
MAX_CELL = 1_000


def one_line(text: str, limit: int = MAX_CELL) -> str:
    """Return plain text on one line, with single spaces."""
    return " ".join(plain(text, limit).split())


def cell(text: str, limit: int = MAX_CELL) -> str:
    """Return text that no spreadsheet evaluates; an apostrophe precedes anything that would be a formula."""
    return FORMULA.sub(r"\1'", one_line(text, limit))


def is_harmless(identifier: str) -> bool:
    """Return whether an identifier is not empty and can stand in a cell unchanged."""
    return bool(identifier) and cell(identifier) == identifier


def distinct(headings: Mapping[str, str], taken: Iterable[str] = ()) -> dict[str, str]:
    """Return the headings by their keys; a heading that is taken or not unique gets its key appended."""
    often = Counter([*headings.values(), *taken])
    return {key: f"{text} {key}" if often[text] > 1 else text for key, text in headings.items()}
