"""Calls that must raise, and programs that read typed input and print."""

import contextlib
import io
import runpy
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.probes.errors import error_text, is_empty_part

MOST_CHARACTERS = 4000  # of a program's output
MOST_CLASSES = 20


def raised_by(function: Callable[..., Any], *given: Any, **named: Any) -> list[str]:
    """Return the names of the exception's class and of its base classes, nearest first; empty if the call returned.

    A test asks `"ValueError" in seen.raised`, so that a class that a student derives from it counts. An empty part of
    the template is no answer: its exception passes through.
    """
    try:
        function(*given, **named)
    except Exception as error:
        if is_empty_part(error):
            raise
        return [one.__name__[:80] for one in type(error).__mro__][:MOST_CLASSES]
    return []


@dataclass(frozen=True)
class Ran:
    """A program that has ended.

    Attributes:
        printed: the beginning of its standard output.
        status: its exit status: 0 unless it said otherwise, 1 if an exception ended it.
        error: kind and message of that exception; empty if there was none.
    """

    printed: str
    status: int = 0
    error: str = ""


def run_program(file: str, typed: str = "", arguments: Sequence[str] = ()) -> Ran:
    """Run a file of the submission as a program, as `python file arguments` does, and return what it did.

    It runs in this process, so it starts at once; a probe runs one program. The exception of an empty part of the
    template passes through.

    Args:
        file: its name, such as `"submitted.py"`.
        typed: its standard input; a program that reads on gets `EOFError`.
        arguments: `sys.argv` behind the file's name.
    """
    printed, status, error = io.StringIO(), 0, ""
    before = sys.argv, sys.stdin
    sys.argv, sys.stdin = [file, *arguments], io.StringIO(typed)
    try:
        with contextlib.redirect_stdout(printed):
            runpy.run_path(file, run_name="__main__")
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except Exception as raised:
        if is_empty_part(raised):
            raise
        status, error = 1, error_text(raised)
    finally:
        sys.argv, sys.stdin = before
    return Ran(printed.getvalue()[:MOST_CHARACTERS], status, error)
