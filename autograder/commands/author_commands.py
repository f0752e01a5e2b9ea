"""The commands for authors: make an assignment, and hand it out."""

import shlex
from pathlib import Path
from typing import Any

import click

from autograder import project
from autograder.commands import console, secret
from autograder.commands.assignments import only_assignment
from autograder.commands.course import HELP, choose_course, course_option
from autograder.commands.options import assignment_option, profile_option


@click.command()
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
    console.note(f"Next: {console.called()} verify --assignment {name}{where}; then look for DECIDE: in the new files.")


@click.command()
@course_option
@assignment_option
def lock(assignment: str | None) -> None:
    """Lock the Python packages of an assignment.

    It writes versions and hashes of the packages that the manifest names into packages.txt, and installs them.
    """
    from autograder.commands.packages import lock_and_show

    lock_and_show(assignment or only_assignment())


@click.command("import")
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
    """Turn an existing suite into an assignment.

    DIR holds tests for unittest with gradescope-utils, pytest or otter, and a model solution.
    """
    from autograder.commands.import_suite import import_and_show

    import_and_show(folder, **options)


@click.command()
@course_option
@assignment_option
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=Path("handout.zip"), show_default=True, metavar="FILE",
)  # fmt: skip
@click.option("--notebook", is_flag=True, help="Give the template as a notebook.")
def handout(assignment: str | None, output: Path, notebook: bool) -> None:
    """Make the zip for students. It holds the template, the data, and the visible tests to run at home."""
    from autograder.handout.write import write_handout
    from autograder.rendering.text import counted

    slug = assignment or only_assignment()
    secret.warn_of_example()
    with console.working(f"trying the visible tests of {slug} on its reference solution"):
        written = write_handout(slug, output, as_notebook=notebook)
    tests = f"students can run {counted(written.tests, 'test')} at home, the grader alone runs {written.elsewhere}"
    console.note(f"{output}: {written.size_mib:.1f} MiB; {tests}.")


@click.command()
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
