"""An excerpt holds the code that a probe needs, and none of other probes."""

import builtins
import symtable

import pytest

from autograder.evidence.excerpt import excerpt_for
from autograder.evidence.probe_sources import probe_sources
from autograder.project import slugs

FILE = '''"""Observes everything."""
from __future__ import annotations

import math
from collections import (
    Counter,
    deque,
)

LIMIT, OTHER = 3, 4  # of what is hidden: 7
if LIMIT:
    HIDDEN = math.inf


def shown(submitted):
    """Return it."""
    hidden = _helper(submitted)  # a local variable
    return hidden


@staticmethod
def hidden(submitted):
    return HIDDEN, Counter()


def _helper(submitted, *, count=LIMIT):
    return [hidden for hidden in _Kind(submitted)]


class _Kind(list):
    pass
'''


def test_probe_brings_only_what_it_needs() -> None:
    """Lines keep their numbers; a local variable with another probe's name brings nothing."""
    text = excerpt_for(FILE, "shown")

    kept = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line]
    assert kept == [
        (n, one) for n, one in enumerate(FILE.splitlines(), 1) if one and n in (2, 10, *range(15, 19), *range(26, 32))
    ]


def test_decorator_is_a_part_of_its_function() -> None:
    """It stands above the line that a function begins with."""
    text = excerpt_for(FILE, "hidden")

    assert "@staticmethod\ndef hidden" in text
    assert "import math" in text
    assert "def shown" not in text


@pytest.mark.parametrize("slug", slugs())
def test_excerpts_of_all_probes_are_complete_and_hold_no_other_probe(slug: str) -> None:
    """Each name that an excerpt uses is defined there, or is Python's."""
    sources = probe_sources(slug)
    for name, source in sources.items():
        top = symtable.symtable(source.text, name, "exec")
        defined = {one.get_name() for one in top.get_symbols() if one.is_assigned() or one.is_imported()}
        used = {one.get_name() for table in _all(top) for one in table.get_symbols() if one.is_global()}

        assert used <= defined | set(dir(builtins)) | {"__file__"}, name
        assert defined & sources.keys() == {name}


def _all(table: symtable.SymbolTable) -> list[symtable.SymbolTable]:
    return [table, *(one for inner in table.get_children() for one in _all(inner))]
