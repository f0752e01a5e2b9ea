"""Finds out which assignments a command is about."""

from pathlib import Path

from autograder import project
from autograder.commands.console import note
from autograder.model.failures import UnusableInput


def assignment_of(path: Path) -> str:
    """Return the assignment that a folder of the path is named after, or the only one there is.

    Raises:
        UnusableInput: there is nothing at the path, or it could be any of several.
    """
    if not path.exists():
        raise UnusableInput(f"{path}: there is no such file or folder")
    named = [part for part in path.resolve().parts if part in project.slugs()]
    return named[-1] if named else only_assignment()


def assignment_of_class(export: Path, out: Path) -> str:
    """Return the assignment of an earlier run in the same folder, or the one that the export's path names.

    Raises:
        UnusableInput: there is nothing at the path, or it could be any of several.
    """
    from autograder.classroom.folder import ClassFolder

    former = ClassFolder(out).index
    return former.assignment if former else assignment_of(export)


def only_assignment() -> str:
    """Return the name of the only assignment.

    Raises:
        UnusableInput: there are several; names them.
    """
    slugs = project.slugs()
    if len(slugs) != 1:
        raise UnusableInput(f"which assignment is meant? Add --assignment with one of {', '.join(slugs)}")
    return slugs[0]


def assignments_with(profile: str, slug: str | None = None) -> list[str]:
    """Return the assignments that have this profile, and say which have none.

    Args:
        profile: name of the profile.
        slug: the one assignment to look at; all of them unless given.

    Raises:
        UnusableInput: none of them has it; lists the names that they have.
    """
    from autograder.manifest import load_assignment, profile_of

    if slug:
        profile_of(load_assignment(slug), profile)
        return [slug]
    names = {slug: load_assignment(slug).profiles.keys() for slug in project.slugs()}
    lacking = [slug for slug, known in names.items() if profile not in known]
    if len(lacking) == len(names):
        known = sorted(set().union(*names.values()))
        raise UnusableInput(f"no assignment has a profile {profile!r}: use one of {', '.join(known)}")
    if lacking:
        note(f"Left out, for lack of a profile {profile!r}: {', '.join(lacking)}.")
    return [slug for slug in names if slug not in lacking]
