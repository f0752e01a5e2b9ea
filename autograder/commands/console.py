"""What a person sees while a grading goes on, and its report afterwards."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console, RenderableType
from rich.status import Status

from autograder.commands.formats import Wanted, check_forms, takes_the_screen, write_forms
from autograder.grading.durable_results import DurableResults, Stopped
from autograder.grading.flow import Request
from autograder.manifest import load_assignment
from autograder.model.assignment import Assignment
from autograder.model.outcome import Outcome
from autograder.model.report import Report
from autograder.project import UnusableInput
from autograder.rendering.overview import is_meant, to_one_test, to_overview
from autograder.rendering.student_page import to_student_page
from autograder.rendering.terminal import WIDTH, to_terminal
from autograder.suites.load import load_suites
from autograder.system.files import UnwritableResults, check_writable, write_whole

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


@dataclass(frozen=True)
class Output:
    """Where a report goes, and how much of it the terminal shows.

    Attributes:
        json_file: where to write `results.json`; None for nowhere.
        html_file: where to write the page; None for nowhere.
        verbose: whether the terminal shows all that there is to say.
        test: number of the test to show in full, or the beginning of several; empty for the whole report.
        forms: other platforms' forms to write, and where; one of them may be printed in place of the report.
    """

    json_file: Path | None = None
    html_file: Path | None = None
    verbose: bool = False
    test: str = ""
    forms: Wanted = ()

    def shown(self, report: Report) -> RenderableType:
        """Return what the terminal shows of a report."""
        if self.test:
            return to_one_test(report, self.test)
        return to_terminal(report) if self.verbose else to_overview(report)


ONE_SCREEN = Output()


def grade_and_show(path: Path, slug: str, profile: str, output: Output = ONE_SCREEN, unsafe: bool = False) -> None:
    """Grade, print the report, and write `results.json`, the page and other forms where they are asked for.

    Where another form is printed, nothing else is: its reader may be a student, who must not see hidden tests.

    Raises:
        UnusableInput: a file cannot be written there, or no test has such a number.
        UnwritableResults: it could be when the grading began.
        Stopped: SIGTERM came; what was known then is printed and written.
    """
    assignment = load_assignment(slug)
    kept = DurableResults(output.json_file)
    try:
        _refuse(output, assignment)
        with kept, working(f"{slug}: starting the sandbox on the {profile} data") as status:
            telling = _silent if takes_the_screen(output.forms) else _telling(status)
            report = kept.grade(Request(path, assignment, profile, unsafe, telling))
    except UnwritableResults as error:
        raise UnusableInput(str(error)) from None
    if not takes_the_screen(output.forms):
        console = Console(highlight=False, width=None if os.isatty(1) else WIDTH)
        console.print(output.shown(report), markup=False)
    if output.html_file:
        write_whole(output.html_file, to_student_page(report).encode("utf-8", "replace"))
    write_forms(report, output.forms)
    if kept.unwritten:
        raise kept.unwritten
    if kept.stopped:
        raise Stopped


def _silent(outcome: Outcome) -> None:
    """Show nothing."""


def _refuse(output: Output, assignment: Assignment) -> None:
    """Refuse what would be found out only when all is graded.

    Raises:
        UnusableInput: no test has such a number, or both files are one.
        UnwritableResults: the page cannot be written there.
    """
    check_forms(output.forms)
    if output.test and not any(is_meant(test.number, output.test) for test in load_suites(assignment)):
        raise UnusableInput(f"--test {output.test}: {assignment.slug} has no test of that number")
    if output.html_file:
        if output.json_file and output.html_file.resolve() == output.json_file.resolve():
            raise UnusableInput(f"{output.html_file}: --json and --html need a file each")
        check_writable(output.html_file)


def _telling(status: Status | None) -> Callable[[Outcome], None]:
    """Return what shows each outcome as it is known."""

    def show(outcome: Outcome) -> None:
        line = f"{outcome.number} {outcome.title}: {outcome.verdict.value}"
        if status:
            status.update(line)
        else:
            errors.print(line, markup=False, soft_wrap=True)

    return show
