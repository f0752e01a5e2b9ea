"""`graders add`, `graders list` and `graders remove`: who may log in at a shared desk."""

from pathlib import Path
from shlex import quote

import click

from autograder.commands.console import called, note
from autograder.commands.decisions import graded_folder
from autograder.desk.dealing import part_of
from autograder.desk.graders import Graders, new_password


def add_and_show(root: Path, name: str, part: str, ask: bool) -> None:
    """Add a grader, or give one another password, and print a password that was drawn.

    Raises:
        UnusableInput: the name, the part or the password cannot be used.
    """
    graders = Graders(graded_folder(root).root)
    password = click.prompt("Password", hide_input=True, confirmation_prompt=True) if ask else new_password()
    is_new = graders.add(name, password, str(part_of(part)))
    note(
        f"{' '.join(name.split())} {'is a grader now' if is_new else 'has a new password; former sessions have ended'}."
    )
    if not ask:
        click.echo(password)
        note("Pass the password on by a safe way: it is shown only here.")


def list_and_show(root: Path) -> None:
    """Print a line for each grader."""
    known = Graders(graded_folder(root).root).all()
    for grader in sorted(known.values(), key=lambda one: one.name.casefold()):
        click.echo(f"{grader.name}\t{grader.part}")
    if not known:
        note(f"There is no grader yet: add one with `{called()} graders add {quote(str(root))} NAME`.")


def remove_and_show(root: Path, name: str) -> None:
    """Remove a grader.

    Raises:
        UnusableInput: there is none of that name.
    """
    Graders(graded_folder(root).root).remove(name)
    note(f"{name} can no longer log in. Decisions stay.")
