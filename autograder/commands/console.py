"""Standard error: notes, complaints, and a sign that the command is working."""

import contextlib
import os
import shlex
import sys
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # imported by the commands that print, so that the others start sooner
    from rich.console import Console
    from rich.status import Status


@cache
def errors() -> "Console":
    """Return standard error as a console."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def note(text: str) -> None:
    """Say something on standard error, beside the result."""
    errors().print(text, style="dim", markup=False, soft_wrap=True)


def called() -> str:
    """Return the program as it was called, so that a command in a message works when it is copied."""
    return shlex.quote(os.environ.get("AUTOGRADER_CALLED", "run_autograder"))


def warn(text: str) -> None:
    """Print a one-line warning to standard error."""
    errors().print(f"WARNING: {text}", style="bold yellow", markup=False, soft_wrap=True)


def complain(text: str) -> None:
    """Say in one line on standard error why the command failed."""
    sys.stderr.write(f"run_autograder: {' '.join(text.split())}\n")


@contextlib.contextmanager
def working(text: str) -> "Iterator[Status | None]":
    """Show that the command is working: a spinner at a terminal, one line elsewhere."""
    if errors().is_terminal:
        with errors().status(text) as status:
            yield status
    else:
        errors().print(f"{text} …", markup=False)
        yield None
