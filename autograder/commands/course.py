"""The course at the terminal: the option that names its folder, and the list of its assignments."""

import os
import shlex
import shutil
from pathlib import Path

import click

from autograder import project
from autograder.commands.console import note

HELP = (
    f"Folder of a course in its own repository; else the one that {project.COURSE_VARIABLE} names, the working "
    "directory if it is one, or the built-in course."
)


def choose_course(root: Path | None = None, *, silently: bool = False) -> None:
    """Grade the course of this folder, or the one that the environment or the working directory means.

    Args:
        root: the folder, if the command names it.
        silently: whether to say nothing of a course that only the working directory means, and to install nothing.

    Raises:
        UnusableInput: the named folder is not a course.
    """
    if root:
        project.use_course(root)
    elif named := os.environ.get(project.COURSE_VARIABLE):
        project.use_course(Path(named))
    elif project.Course.outside(Path.cwd()).exists:
        project.use_course(Path.cwd())
        if not silently:
            note(f"The course is {Path.cwd()}.")
    else:
        return  # setup.sh has installed the packages of the built-in course
    if not silently:
        from autograder.commands.packages import install_for_course

        install_for_course()


def named_again() -> str:
    """Return the option that names the same course to the next command, after a space; empty if none was given."""
    context = click.get_current_context(silent=True)
    root = context.meta.get(__name__) if context else None
    return f" --course {shlex.quote(str(root))}" if root else ""


def _choose(context: click.Context, _parameter: click.Parameter, root: Path | None) -> None:
    context.meta[__name__] = root
    choose_course(root, silently=context.resilient_parsing)  # a shell that completes a word parses in this way


course_option = click.option(
    "--course", type=click.Path(path_type=Path), metavar="DIR", expose_value=False, is_eager=True, callback=_choose,
    help=HELP,
)  # fmt: skip


def list_and_show() -> None:
    """Print the assignments of the course."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from autograder.manifest import load_assignment
    from autograder.rendering.text import points

    table = Table(show_edge=False, box=None, padding=(0, 2, 0, 0))
    for heading in ("assignment", "points", "profiles", "title"):
        table.add_column(heading, justify="right" if heading == "points" else "left", overflow="fold")
    for slug in project.slugs():
        one = load_assignment(slug)
        table.add_row(slug, points(one.points), ", ".join(one.profiles), Text(one.title))
    Console(highlight=False, width=shutil.get_terminal_size((100, 24)).columns).print(table)
