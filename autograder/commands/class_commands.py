"""The commands for a class: grade it, judge it again, and decide by hand."""

import sys
from pathlib import Path
from typing import Any

import click

from autograder.commands import secret
from autograder.commands.assignments import assignment_of_class
from autograder.commands.course import course_option
from autograder.commands.exit_status import ExitStatus
from autograder.commands.options import assignment_option, class_argument, grader_option, profile_option, unsafe_option
from autograder.model.failures import UnusableInput


@click.command("class")
@course_option
@click.argument("export", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="DIR",
    help="Folder for all results; run the same command again to continue where it stopped.",
)  # fmt: skip
@assignment_option
@profile_option
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="Uploads graded at the same time on this machine; one for each core by default.",
)
@click.option("--scheduler", default="", metavar="ADDRESS", help="Grade on the Dask cluster of this scheduler.")
@unsafe_option
def class_(
    export: Path, out: Path, assignment: str | None, profile: str, workers: int | None, scheduler: str, unsafe: bool
) -> None:
    """Grade a class. EXPORT is a folder of submissions, or an export of Gradescope, Canvas or Moodle."""
    from autograder.commands.classes import grade_class_and_show, means_of

    secret.warn_of_example()
    means = means_of(workers, scheduler, unsafe)
    sys.exit(grade_class_and_show(export, out, assignment or assignment_of_class(export, out), profile, means))


@click.command()
@course_option
@class_argument
@click.option("--preview", is_flag=True, help="List the changed scores; the former judging stays in force.")
@click.option(
    "--accept", "accepted", default="", metavar="LIST", help="Put in force what --preview has listed under this name."
)
@click.option(
    "--student", default="", metavar="KEY",
    help="Run all probes of one upload again, and list what would change; KEY as in gradebook.csv.",
)  # fmt: skip
def rejudge(folder: Path, preview: bool, accepted: str, student: str) -> None:
    """Judge a graded class again.

    It takes today's suites and the stored observations, and lists changed scores and why.
    """
    from autograder.commands.classes import Again, rejudge_and_show

    if not rejudge_and_show(folder, Again(preview, accepted, student)):
        sys.exit(ExitStatus.HARNESS_FAILED)


@click.command()
@course_option
@class_argument
@grader_option
@click.option(
    "--port", type=click.IntRange(0, 65535), metavar="N", help="Port on 127.0.0.1; the first free one from 8899."
)
@click.option("--part", default="1/1", metavar="K/N", help="Share the class among N graders; you are number K.")
@click.option("--no-browser", is_flag=True, help="Print the link, and open no browser.")
@click.option(
    "--address", default="127.0.0.1", show_default=True, metavar="IP",
    help="Where to listen; in a container 0.0.0.0, with the port published only on 127.0.0.1.",
)  # fmt: skip
@click.option(
    "--share", default="", metavar="URL",
    help="Let the graders of `graders add` log in at this address, which a proxy with TLS serves.",
)  # fmt: skip
def desk(folder: Path, grader: str, part: str, no_browser: bool, **listen: Any) -> None:
    """Open a page to grade a class by hand.

    People look, give points, override and publish there. Only this machine can open it, unless you share it.
    """
    from autograder.commands.decisions import grader_name
    from autograder.desk.access import Visitor
    from autograder.desk.dealing import WHOLE, part_of
    from autograder.desk.serve import Listen, desk_folder, serve_desk

    visitor = Visitor(grader_name(grader), part_of(part))
    if listen["share"] and (grader or visitor.part != WHOLE):
        raise UnusableInput("--share: each grader has a name and a part of their own: leave out --grader and --part")
    serve_desk(desk_folder(folder), visitor, Listen(**listen), not no_browser, click.echo)


@click.group()
def graders() -> None:
    """Manage who may log in at a shared desk."""


@graders.command("add")
@course_option
@class_argument
@click.argument("name")
@click.option("--part", default="1/1", metavar="K/N", help="The grader's part of the class, if N graders share it.")
@click.option("--ask", is_flag=True, help="Ask for a password instead of drawing one.")
def add_grader(folder: Path, name: str, part: str, ask: bool) -> None:
    """Add a grader, or give one a new password, and print it."""
    from autograder.commands.graders import add_and_show

    add_and_show(folder, name, part, ask)


@graders.command("list")
@course_option
@class_argument
def list_graders(folder: Path) -> None:
    """List the graders and their parts."""
    from autograder.commands.graders import list_and_show

    list_and_show(folder)


@graders.command("remove")
@course_option
@class_argument
@click.argument("name")
def remove_grader(folder: Path, name: str) -> None:
    """Remove a grader; their sessions end, and their decisions stay."""
    from autograder.commands.graders import remove_and_show

    remove_and_show(folder, name)


@click.group()
def decisions() -> None:
    """Export or import people's decisions."""


@decisions.command("export")
@course_option
@class_argument
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=Path("-"), metavar="FILE", help="Instead of printing it."
)
def export_table(folder: Path, output: Path) -> None:
    """Write all decisions of a class as CSV."""
    from autograder.commands.decisions import export_decisions

    export_decisions(folder, output)


@decisions.command("import")
@course_option
@class_argument
@click.argument("file", type=click.Path(path_type=Path))
@grader_option
def import_table(folder: Path, file: Path, grader: str) -> None:
    """Add the decisions of a CSV file; a row with student, item and points is enough."""
    from autograder.commands.decisions import grader_name, import_decisions

    import_decisions(folder, file, grader_name(grader))
