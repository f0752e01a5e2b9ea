"""`grade` at the terminal: progress while the grading runs, its report and files afterwards."""

import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console, RenderableType
from rich.status import Status
from rich.text import Text

from autograder.commands.console import errors, working
from autograder.commands.exit_status import ExitStatus
from autograder.commands.formats import Wanted, check_formats, takes_the_screen, write_formats
from autograder.course import course_assignment
from autograder.grading.durable_results import DurableResults
from autograder.grading.flow import grade
from autograder.grading.progress import ignore
from autograder.grading.request import Request
from autograder.grounds.explain import ToExplain
from autograder.manifest import load_assignment, profile_of
from autograder.model.failures import UnusableInput
from autograder.model.outcome import Outcome
from autograder.model.report import Report
from autograder.model.suggestion import did_you_mean
from autograder.model.test_number import is_meant
from autograder.rendering.grounds import to_explanation
from autograder.rendering.overview import to_one_test, to_overview
from autograder.rendering.terminal import WIDTH, to_terminal
from autograder.sandbox.running_processes import RunningProcesses
from autograder.system.files import UnwritableResults, check_writable, write_whole
from autograder.system.stopping import Stopped


@dataclass(frozen=True)
class Output:
    """Where a report goes, and how much of it the terminal shows.

    Attributes:
        json_file: path of `results.json`; None to write none.
        html_file: path of the page; None to write none.
        verbose: whether the terminal shows hints, tracebacks and remarks of all tests.
        test: number of the test to show in full, or the beginning of several numbers; empty for the whole report.
        explain: number of the test whose verdict is explained, or the beginning of several; empty for none.
        formats: the formats of other platforms to write, and where; one may be printed in place of the report.
    """

    json_file: Path | None = None
    html_file: Path | None = None
    verbose: bool = False
    test: str = ""
    explain: str = ""
    formats: Wanted = ()

    @property
    def explained(self) -> ToExplain | None:
        """The tests whose grounds are shown: a page shows those of all that lost points."""
        wanted = ToExplain(self.explain, lost=self.html_file is not None, ask_reference=True)
        return wanted if wanted.number or wanted.lost else None

    def shown(self, report: Report, at_home: Collection[str]) -> RenderableType:
        """Return the part of a report that the terminal shows."""
        if self.explain:
            return to_explanation(report, self.explain, at_home)
        if self.test:
            return to_one_test(report, self.test)
        return to_terminal(report) if self.verbose else to_overview(report)


ONE_SCREEN = Output()
BESIDE_SPINNER = 3  # columns: the spinner, a space, and the last one, where a cursor would wrap


def grade_and_show(
    path: Path,
    slug: str,
    profile: str,
    output: Output = ONE_SCREEN,
    unsafe: bool = False,
    *,
    example: bool = False,
    running: RunningProcesses | None = None,
) -> ExitStatus:
    """Grade, print the report, and write the files that are asked for; return the exit status.

    If another format is printed, nothing else is: its reader may be a student, who must not see hidden tests.
    With `example` the manifest's secret is used even if the course has one, as in the demonstration. `running` are the
    sandbox's processes, where they have been started already.

    Raises:
        UnusableInput: a file cannot be written there, or no test has such a number.
        UnwritableResults: a file was writable when the grading began, and is not any more.
        Stopped: SIGTERM came; everything known by then is printed and written.
    """
    assignment = (load_assignment if example else course_assignment)(slug)
    request = Request(path, assignment, profile, unsafe, explained=output.explained, running=running)
    results = DurableResults(output.json_file)
    try:
        _refuse(request, output)
        with results, working(f"{slug}: starting the sandbox on the {profile} data") as status:
            report = grade(request, results, ignore if takes_the_screen(output.formats) else _telling(status))
    except UnwritableResults as error:
        raise UnusableInput(str(error)) from None
    at_home = _keys_for_home(request) if output.explained else ()
    if not takes_the_screen(output.formats):
        console = Console(highlight=False, width=min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns))
        console.print(output.shown(report, at_home), markup=False)
    if output.html_file:
        from autograder.rendering.student_page import to_student_page  # its templates would slow every grading's start

        write_whole(output.html_file, to_student_page(report, at_home=at_home).encode("utf-8", "replace"))
    write_formats(report, output.formats)
    if results.unwritten:
        raise results.unwritten
    if results.stopped:
        raise Stopped
    return _status_of(report)


def _keys_for_home(request: Request) -> Collection[str]:
    """Return the tests that students have at home."""
    from autograder.handout.selection import keys_for_home  # a bundle holds no handouts

    return keys_for_home(request.assignment, request.planned)


def _status_of(report: Report) -> ExitStatus:
    if report.faults:
        return ExitStatus.NOT_FINAL
    return ExitStatus.UNUSABLE if report.is_no_submission else ExitStatus.DONE


def _refuse(request: Request, output: Output) -> None:
    """Refuse options now that would otherwise fail once everything is graded.

    Raises:
        UnusableInput: the assignment has no such profile or no test of that number, or two files are one.
        UnwritableResults: the page cannot be written there.
    """
    profile_of(request.assignment, request.profile)
    check_formats(output.formats)
    for option, number in (("--test", output.test), ("--explain", output.explain)):
        if number and not any(is_meant(test.number, number) for test in request.planned):
            near = did_you_mean(number, [test.number for test in request.planned])
            raise UnusableInput(f"{option} {number}: {request.assignment.slug} has no test of that number.{near}")
    if output.html_file:
        if output.json_file and output.html_file.resolve() == output.json_file.resolve():
            raise UnusableInput(f"{output.html_file}: --json and --html need a file each")
        check_writable(output.html_file)


def _telling(status: Status | None) -> Callable[[Outcome], None]:
    """Return a function that shows each outcome as soon as it is known."""

    def show(outcome: Outcome) -> None:
        line = f"{outcome.number} {outcome.verdict.value}: {outcome.title}"
        if status:
            text = Text(line)
            text.truncate(errors().width - BESIDE_SPINNER, overflow="ellipsis")
            status.update(text)
        else:
            errors().print(line, markup=False, soft_wrap=True)

    return show
