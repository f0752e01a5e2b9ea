"""What a person sees while a grading goes on, and its report afterwards."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.status import Status

from autograder.grading import Request, grade
from autograder.manifest import load_assignment
from autograder.nouns.outcome import Outcome
from autograder.rendering.gradescope import fallback_results, to_results
from autograder.rendering.terminal import WIDTH, to_terminal
from autograder.results_file import write_results

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


def grade_and_show(path: Path, slug: str, profile: str, json_file: Path | None = None, unsafe: bool = False) -> None:
    """Grade, print the report, and write `results.json` where that is asked for."""
    if json_file:
        write_results(json_file, fallback_results("The grading did not come to its end."))
    with working(f"{slug}: starting the sandbox on the {profile} data") as status:

        def show(outcome: Outcome) -> None:
            line = f"{outcome.number} {outcome.title}: {outcome.verdict.value}"
            if status:
                status.update(line)
            else:
                errors.print(line, markup=False, soft_wrap=True)

        report = grade(Request(path, load_assignment(slug), profile, unsafe, show))
    if json_file:
        write_results(json_file, to_results(report))
    output = Console(highlight=False, width=None if os.isatty(1) else WIDTH)
    output.print(to_terminal(report), markup=False)
