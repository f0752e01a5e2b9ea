"""Searches the rendered report for content that no submission may put there."""

import io
import json
import unicodedata
from collections.abc import Iterator
from typing import Any

from rich.console import Console

from autograder.model.report import Report
from autograder.rendering.gradescope import to_results
from autograder.rendering.overview import to_overview
from autograder.rendering.terminal import WIDTH, to_terminal
from autograder.rendering.text import UNWANTED

LONGEST = 200_000  # characters of a whole rendered result


def unsafe_to_show(report: Report) -> list[str]:
    """Return the faults of the rendered report: control characters, excessive length."""
    results = to_results(report)
    faults = [f"{name} holds {found}" for name, text in _texts(results) for found in _unwanted(text)]
    if len(json.dumps(results)) > LONGEST:
        faults.append(f"the results have {len(json.dumps(results)):,} characters")
    shown = io.StringIO()
    console = Console(file=shown, width=WIDTH, highlight=False)
    for form in (to_overview, to_terminal):
        console.print(form(report), markup=False)
    faults += [f"the terminal shows {found}" for found in _unwanted(shown.getvalue())]
    return list(dict.fromkeys(faults))[:5]


def _texts(value: Any, name: str = "results.json") -> Iterator[tuple[str, str]]:
    """Yield each text of a JSON value with the name of its key."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, str(key))
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, name)


def _unwanted(text: str) -> Iterator[str]:
    for character in sorted(set(text)):
        if character not in "\n\t" and unicodedata.category(character) in UNWANTED:
            yield f"the character U+{ord(character):04X}"
