"""What a person sees while a grading goes on, and its report afterwards."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console
from rich.status import Status

from autograder.commands.forms import Wanted, check_forms, takes_the_screen, write_forms
from autograder.grading import Request
from autograder.kept_results import KeptResults, Stopped
from autograder.manifest import load_assignment
from autograder.nouns.outcome import Outcome
from autograder.project import UnusableInput
from autograder.rendering.terminal import WIDTH, to_terminal
from autograder.results_file import UnwritableResults

errors = Console(stderr=True, highlight=False)


def note(text: str) -> None:
    """Say something beside the result."""
    errors.print(text, style="dim", markup=False)


def complain(text: str) -> None:
    """Say in one line why nothing could be done."""
    sys.stderr.write(f"run_autograder: {' '.join(text.split())}\n")


@contextlib.contextmanager
def working(text: str) -> Iterator[Status | None]:
    """Show that work goes on: a moving sign at a terminal, one line elsewhere."""
    if errors.is_terminal:
        with errors.status(text) as status:
            yield status
    else:
        errors.print(f"{text} …", markup=False)
        yield None


def grade_and_show(
    path: Path, slug: str, profile: str, json_file: Path | None = None, unsafe: bool = False, forms: Wanted = ()
) -> None:
    """Grade, print the report, and write `results.json` and other forms where that is asked for.

    Where another form is printed, nothing else is: its reader may be a student, who must not see hidden tests.

    Raises:
        UnusableInput: one of the files cannot be written there.
        UnwritableResults: it could be when the grading began.
        Stopped: SIGTERM came; what was known then is printed and written.
    """
    check_forms(forms)
    kept = KeptResults(json_file)
    try:
        with kept, working(f"{slug}: starting the sandbox on the {profile} data") as status:
            telling = _silent if takes_the_screen(forms) else _telling(status)
            report = kept.grade(Request(path, load_assignment(slug), profile, unsafe, telling))
    except UnwritableResults as error:
        raise UnusableInput(str(error)) from None
    if not takes_the_screen(forms):
        output = Console(highlight=False, width=None if os.isatty(1) else WIDTH)
        output.print(to_terminal(report), markup=False)
    write_forms(report, forms)
    if kept.unwritten:
        raise kept.unwritten
    if kept.stopped:
        raise Stopped


def _silent(outcome: Outcome) -> None:
    """Show nothing."""


def _telling(status: Status | None) -> Callable[[Outcome], None]:
    """Return what shows each outcome as it is known."""

    def show(outcome: Outcome) -> None:
        line = f"{outcome.number} {outcome.title}: {outcome.verdict.value}"
        if status:
            status.update(line)
        else:
            errors.print(line, markup=False, soft_wrap=True)

    return show
