"""A program that says which of its statements run does the same as before."""

import io
import os
from collections.abc import Callable
from contextlib import redirect_stdout

import pytest

from autograder.mutation.coverage import all_lines, lines_reached, reporting

PROGRAM = '''"""Doc."""
from __future__ import annotations

import math


def used(a):
    """Doc."""
    if a:
        return 1
    return 2


def unused():
    return math.pi


for turn in range(2):
    print(used(turn))
'''


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], tuple[str, str]]:
    """Return what runs a program: its output, and what it wrote to descriptor 2."""

    def run(text: str) -> tuple[str, str]:
        written, printed = bytearray(), io.StringIO()
        monkeypatch.setattr(os, "write", lambda _, content: written.extend(content))
        with redirect_stdout(printed):
            exec(compile(text, "submitted.py", "exec", dont_inherit=True), {"__name__": "submitted"})
        return printed.getvalue(), written.decode()

    return run


def test_lines_that_ran_are_reported(run: Callable[[str], tuple[str, str]]) -> None:
    """Definitions run, too; the body of a function that nobody calls does not."""
    plain, _ = run(PROGRAM)
    printed, written = run(reporting(PROGRAM))

    assert printed == plain
    assert lines_reached(written) == {4, 7, 9, 10, 11, 14, 18, 19}
    assert written.count("~9;") == 1


def test_every_statement_has_a_line() -> None:
    """Docstrings, too; they are not reported, because nothing may stand before them."""
    assert all_lines(PROGRAM) == {1, 2, 4, 7, 8, 9, 10, 11, 14, 15, 18, 19}
