"""The command line: what it does without a command, its shortest commands, and how it ends."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from autograder import project
from autograder.commands import console, secret
from autograder.commands.assignments import assignment_of
from autograder.commands.author_commands import bundle, handout, import_, lock, new
from autograder.commands.class_commands import class_, decisions, desk, graders, rejudge
from autograder.commands.completion import SHELLS, completion_for
from autograder.commands.course import choose_course, course_option, list_and_show
from autograder.commands.exit_status import ExitStatus, report_failure
from autograder.commands.options import as_option, assignment_option, json_option, profile_option, unsafe_option
from autograder.commands.plain_terminal import show_anywhere
from autograder.commands.verify_command import verify
from autograder.system.stopping import answer_sigterm

DEMONSTRATION = "cifar8_finetune"
PROGRAM = "run_autograder"  # as people call it


@click.group(
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name=None, version=__import__("autograder").__version__)
@click.pass_context
def cli(context: click.Context) -> None:
    """Grade deep-learning coursework: observe it in a sandbox, judge it outside.

    Without a command: grade the upload in Gradescope's container; elsewhere, grade the reference
    solution on the embedded data as a demonstration.
    """
    if context.invoked_subcommand not in (None, "grade"):  # those two write a result before they answer it
        answer_sigterm()
    if context.invoked_subcommand is None:
        # Imported here, as by all commands: a help text needs nothing of it.
        from autograder.evidence.early_start import started_early
        from autograder.gradescope.settings import bundled_slug, is_container

        if is_container():
            with started_early(bundled_slug()) as running:  # it imports torch while we import the rest
                from autograder.gradescope.container import grade_upload

                sys.exit(ExitStatus.DONE if grade_upload(running) else ExitStatus.HARNESS_FAILED)
        choose_course()
        slug = DEMONSTRATION if DEMONSTRATION in project.slugs() else project.slugs()[0]
        console.note("Not in Gradescope's container: grading the reference solution, as a demonstration.")
        with started_early(slug) as running:
            from autograder.commands.grade import grade_and_show

            sys.exit(grade_and_show(project.reference(slug), slug, "embedded", example=True, running=running))


@cli.command("list")
@course_option
def list_() -> None:
    """List the assignments of the course."""
    list_and_show()


@cli.command()
@course_option
@click.argument("path", type=click.Path(path_type=Path))
@assignment_option
@profile_option
@json_option
@as_option
@click.option(
    "--html", "html_file", type=click.Path(path_type=Path), metavar="FILE",
    help="Write the report as a page for the staff, with hidden tests.",
)  # fmt: skip
@click.option("--verbose", "-v", is_flag=True, help="Show hints, tracebacks and remarks of all tests.")
@click.option("--test", default="", metavar="NUMBER", help="Show this test only, such as 1.2, in full.")
@click.option(
    "--explain", default="", metavar="NUMBER",
    help="Show the staff the grounds of this test's verdict: questions, answers, and the line that judged.",
)  # fmt: skip
@unsafe_option
def grade(path: Path, assignment: str | None, profile: str, unsafe: bool, **shown: Any) -> None:
    """Grade one submission. PATH is a .py file, a notebook, a folder, a .zip or a .tar."""
    slug = assignment or assignment_of(path)
    from autograder.evidence.early_start import started_early

    with started_early(slug) as running:  # it imports torch while we import the rest
        from autograder.commands.grade import Output, grade_and_show

        sys.exit(grade_and_show(path, slug, profile, Output(**shown), unsafe, running=running))


@cli.command()
@course_option
@click.option(
    "--draw-secret", is_flag=True, help=f"Only draw the course's secret, into {project.COURSE}, which git ignores."
)
def doctor(draw_secret: bool) -> None:
    """Attack the sandbox and show what holds.

    It says which protections this machine enforces, and how to add the others.
    """
    from autograder.commands.doctor import diagnose_and_show

    if draw_secret:
        secret.draw_and_show()
    else:
        secret.warn_of_example()
        diagnose_and_show()


@cli.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print a shell's completion script.

    It completes commands, options and assignments; docs/assistants.md says where the text goes.
    """
    click.echo(completion_for(shell, cli, PROGRAM))


for _command in (class_, rejudge, desk, graders, decisions, verify, bundle, handout, new, import_, lock):
    cli.add_command(_command)


def main(command: Callable[..., object] = cli) -> None:
    """Run the command line, and exit with the status that docs/assistants.md names."""
    show_anywhere()
    try:
        command(standalone_mode=False, prog_name=PROGRAM)
    except Exception as error:
        sys.exit(report_failure(error))
