"""The command line: the commands and their options."""

import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from autograder import project
from autograder.commands import console, secret
from autograder.commands.assignments import assignment_of, assignment_of_class, assignments_with, only_assignment
from autograder.commands.completion import SHELLS, completion_for
from autograder.commands.course import HELP, choose_course, course_option, list_and_show
from autograder.commands.exit_status import ExitStatus, report_failure
from autograder.commands.formats import FORMATS
from autograder.commands.grade import Output, grade_and_show
from autograder.gradescope import container
from autograder.grading.durable_results import answer_sigterm
from autograder.rendering.text import counted

DEMONSTRATION = "cifar8_finetune"
PROGRAM = "run_autograder"  # as people call it

assignment_option = click.option(
    "--assignment",
    metavar="NAME",
    help="The assignment; needed if the path does not name it.",
    shell_complete=lambda context, option, begun: [slug for slug in project.slugs() if slug.startswith(begun)],
)
profile_option = click.option(
    "--profile", metavar="NAME", default="embedded", show_default=True,
    help=f"Data to grade on, a profile of assignment.toml; real data lie in the folder {project.DATA_VARIABLE}.",
)  # fmt: skip
json_option = click.option(
    "--json", "json_file", type=click.Path(path_type=Path), metavar="FILE",
    help="Write the results to this file; `grade` writes Gradescope's results.json.",
)  # fmt: skip
as_option = click.option(
    "--as", "formats", type=(click.Choice(sorted(FORMATS)), click.Path(path_type=Path)), multiple=True,
    metavar="FORMAT FILE",
    help=f"Write the report without hidden tests, for a platform or a student: {', '.join(sorted(FORMATS))}; "
    "- prints it instead of the report.",
)  # fmt: skip
class_argument = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
grader_option = click.option(
    "--grader", default="", metavar="NAME", help="Your name, as other graders see it; that of the user by default."
)
repeat_option = click.option(
    "--repeat", type=click.IntRange(min=3), metavar="N",
    help="Audit the thresholds instead: grade the reference with N seeds.",
)  # fmt: skip
mutants_option = click.option(
    "--mutants", is_flag=True, help="Derive mistakes from the reference instead, and list those that no test catches."
)
rewrites_option = click.option(
    "--rewrites", is_flag=True, help="Rewrite the reference in ways that keep its behaviour: each must keep all points."
)
changes_at_once_option = click.option(
    "--workers", type=click.IntRange(min=1), default=2, show_default=True, metavar="N",
    help="With --mutants or --rewrites: how many are graded at the same time.",
)  # fmt: skip
unsafe_option = click.option("--unsafe", is_flag=True, help="Grade even if this machine cannot protect the grader.")


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
        if container.is_container():
            sys.exit(ExitStatus.DONE if container.grade_upload() else ExitStatus.HARNESS_FAILED)
        choose_course()
        slug = DEMONSTRATION if DEMONSTRATION in project.slugs() else project.slugs()[0]
        console.note("Not in Gradescope's container: grading the reference solution, as a demonstration.")
        sys.exit(grade_and_show(project.reference(slug), slug, "embedded", example=True))


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
    "--html",
    "html_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the report as a page for the staff, with hidden tests.",
)
@click.option("--verbose", "-v", is_flag=True, help="Show hints, tracebacks and remarks of all tests.")
@click.option("--test", default="", metavar="NUMBER", help="Show this test only, such as 1.2, in full.")
@click.option(
    "--explain", default="", metavar="NUMBER",
    help="Show the staff the grounds of this test's verdict: questions, answers, and the line that judged.",
)  # fmt: skip
@unsafe_option
def grade(path: Path, assignment: str | None, profile: str, unsafe: bool, **shown: Any) -> None:
    """Grade one submission. PATH is a .py file, a notebook, a folder, a .zip or a .tar."""
    sys.exit(grade_and_show(path, assignment or assignment_of(path), profile, Output(**shown), unsafe))


@cli.command("class")
@course_option
@click.argument("export", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="DIR",
    help="Folder for all results; run the same command again to go on where it stopped.",
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


@cli.command()
@course_option
@class_argument
def rejudge(folder: Path) -> None:
    """Judge a graded class again.

    It takes today's suites and the stored observations, and lists changed scores and why.
    """
    from autograder.commands.classes import rejudge_and_show

    if not rejudge_and_show(folder):
        sys.exit(ExitStatus.HARNESS_FAILED)


@cli.command()
@course_option
@class_argument
@grader_option
@click.option(
    "--port", type=click.IntRange(0, 65535), metavar="N", help="Port on 127.0.0.1; the first free one from 8899."
)
@click.option("--part", default="1/1", metavar="K/N", help="Deal the class out to N graders; you are number K.")
@click.option("--no-browser", is_flag=True, help="Print the link, and open no browser.")
def desk(folder: Path, grader: str, port: int | None, part: str, no_browser: bool) -> None:
    """Open a page to grade a class by hand.

    People look, give points, override and publish there. It is served on this machine alone.
    """
    from autograder.commands.decisions import graded_folder, grader_name
    from autograder.desk.dealing import part_of
    from autograder.desk.serve import serve_desk

    serve_desk(graded_folder(folder), grader_name(grader), part_of(part), port, not no_browser, click.echo)


@cli.group()
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


@cli.command()
@course_option
@assignment_option
@click.option(
    "--only",
    metavar="WORD",
    default="",
    help="Only known mistakes, attacks or operators whose name contains this word.",
)
@click.option("--reuse", is_flag=True, help="Observe again only those known mistakes for which something has changed.")
@profile_option
@repeat_option
@mutants_option
@rewrites_option
@changes_at_once_option
@click.option("--attacks", "attacks_only", is_flag=True, help="Run only the corpus of attacks.")
@click.option(
    "--environment",
    default="",
    metavar="NAME",
    help="With --attacks: the name by which exceptions of attacks know this machine.",
)
@click.option(
    "--html", "html_file", type=click.Path(path_type=Path), metavar="FILE", help="Write the findings as a page, too."
)
@click.option(
    "--junit",
    "junit_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the findings as JUnit XML, too.",
)
@json_option
def verify(assignment: str | None, profile: str, **options: Any) -> None:
    """Prove the suites and the sandbox.

    The reference earns full marks, the template none, each known mistake loses its tests, and every attack of the
    corpus, run in a checkout of the harness, fails. --repeat, --mutants and --rewrites prove other things instead.
    """
    from autograder.commands.mutants import WantedChanges, change_and_show
    from autograder.commands.verify import Wanted, verify_and_show
    from autograder.verify.attacks import corpus_is_here

    slugs = assignments_with(profile, assignment)
    mutants, rewrites, workers = (options.pop(name) for name in ("mutants", "rewrites", "workers"))
    if mutants or rewrites:
        changes = WantedChanges(slugs, profile, options["only"], workers, mutants, rewrites)
        sys.exit(ExitStatus.DONE if change_and_show(changes, options) else ExitStatus.FAULTS_FOUND)
    if not verify_and_show(Wanted(slugs, profile, with_attacks=not assignment and corpus_is_here(), **options)):
        sys.exit(ExitStatus.FAULTS_FOUND)


@cli.command()
@course_option
@assignment_option
@profile_option
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("autograder.zip"),
    show_default=True,
    metavar="FILE",
)
def bundle(assignment: str | None, profile: str, output: Path) -> None:
    """Make the zip that Gradescope takes."""
    from autograder.gradescope.bundle import write_bundle

    slug = assignment or only_assignment()
    secret.warn_of_example()
    with console.working(f"observing the reference solution of {slug}"):
        size_mib = write_bundle(slug, profile, output)
    console.note(f"{output}: {size_mib:.1f} MiB. Upload it under Configure Autograder.")


@cli.command()
@course_option
@assignment_option
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=Path("handout.zip"), show_default=True, metavar="FILE",
)  # fmt: skip
@click.option("--notebook", is_flag=True, help="Give the template as a notebook.")
def handout(assignment: str | None, output: Path, notebook: bool) -> None:
    """Make the zip for students. It holds the template, the data, and the visible tests to run at home."""
    from autograder.handout.write import write_handout

    slug = assignment or only_assignment()
    secret.warn_of_example()
    with console.working(f"trying the visible tests of {slug} on its reference solution"):
        written = write_handout(slug, output, as_notebook=notebook)
    tests = f"students can run {counted(written.tests, 'test')} at home, the grader alone runs {written.elsewhere}"
    console.note(f"{output}: {written.size_mib:.1f} MiB; {tests}.")


@cli.command()
@click.argument("name")
@click.option("--like", metavar="ASSIGNMENT", default="", help="Copy this assignment instead of the small example.")
@click.option(
    "--course",
    "root",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help=f"{HELP} If there is no course in DIR, it is made.",
)
def new(name: str, like: str, root: Path | None) -> None:
    """Make a new, working assignment. It passes `verify`, and DECIDE: marks the decisions left to its author."""
    from autograder.scaffold.course import make_course
    from autograder.scaffold.make import make_assignment

    if not root:
        choose_course()
    course = project.Course.outside(root) if root else project.course()
    is_new = not course.exists
    for folder in reversed(make_assignment(name, like, course)):
        console.note(f"made {folder.relative_to(course.root)}/")
    for file in make_course(course.root) if is_new else []:
        console.note(f"made {file.relative_to(course.root)}")
    where = f" --course {shlex.quote(str(root))}" if root else ""
    console.note(f"Next: run_autograder verify --assignment {name}{where}; then look for DECIDE: in the new files.")


@cli.command("import")
@course_option
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--name", default="", metavar="NAME", help="The assignment's name; the folder's unless given.")
@click.option(
    "--reference", type=click.Path(path_type=Path), metavar="PATH",
    help="The model solution, a file or a folder; DIR/solution unless given.",
)  # fmt: skip
@click.option(
    "--template", type=click.Path(path_type=Path), metavar="PATH",
    help="Starting point for students; DIR/template, or else the solution without its bodies.",
)  # fmt: skip
@click.option(
    "--inside", is_flag=True, help="Run the tests beside the submission, even if they could be split from it."
)
def import_(folder: Path, **options: Any) -> None:
    """Make an assignment of an existing suite.

    DIR holds tests for unittest with gradescope-utils, pytest or otter, and a model solution.
    """
    from autograder.commands.import_suite import import_and_show

    import_and_show(folder, **options)


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


def main(command: Callable[..., object] = cli) -> None:
    """Run the command line, and exit with the status that docs/assistants.md names."""
    try:
        command(standalone_mode=False, prog_name=PROGRAM)
    except Exception as error:
        sys.exit(report_failure(error))
