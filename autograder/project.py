"""Paths: the four places of an assignment, its data, and the cache."""

import os
from pathlib import Path

from autograder.model.failures import UnusableInput

PROJECT = Path(__file__).resolve().parents[1]
DATA_VARIABLE = "AUTOGRADER_DATA"
CACHE_VARIABLE = "AUTOGRADER_CACHE"
COURSE = "course.toml"  # not in git
MISTAKES = "mistakes.diff"  # in the folder of a definition


def slugs() -> list[str]:
    """Return the names of all assignments."""
    return sorted(path.parent.name for path in (PROJECT / "autograder/assignments").glob("*/assignment.toml"))


def definition(slug: str) -> Path:
    """Return the folder with the manifest, the probes and the suites."""
    return PROJECT / "autograder" / "assignments" / slug


def is_mistakes_file(name: str) -> bool:
    """Return whether a file of a definition holds known mistakes, and with them pieces of the reference.

    Copies that an editor or `git` leaves count as well, such as `mistakes.diff.orig`.
    """
    return name.startswith(Path(MISTAKES).stem)


def reference(slug: str) -> Path:
    """Return the folder of the reference solution, which is never part of a bundle."""
    return PROJECT / "reference_solution" / slug


def template(slug: str) -> Path:
    """Return the folder of the student's template."""
    return PROJECT / "student_template" / slug


def course_file() -> Path:
    """Return the path of the file with the course's secret, which need not exist."""
    return PROJECT / COURSE


def data(slug: str, profile: str) -> Path:
    """Return the folder of a profile's data.

    Raises:
        UnusableInput: the data do not lie in the project, and `AUTOGRADER_DATA` does not lead to them.
    """
    bundled = bundled_data(PROJECT, slug, profile)
    if profile == "embedded" or bundled.is_dir():
        return bundled
    root = os.environ.get(DATA_VARIABLE, "")
    if not root:
        raise UnusableInput(
            f"the profile {profile!r} needs the real data: set {DATA_VARIABLE} to the folder that holds {slug}/"
        )
    folder = Path(root).resolve() / slug
    if not folder.is_dir():
        raise UnusableInput(f"{DATA_VARIABLE}={root}: there is no folder {folder}")
    return folder


def bundled_data(root: Path, slug: str, profile: str) -> Path:
    """Return the folder of data in the project (embedded data only) or in a bundle (any profile's data)."""
    return root / ("fixtures" if profile == "embedded" else f"{profile}_data") / slug


def shipped_observations(slug: str) -> Path:
    """Return the folder in which a bundle carries the reference's observations."""
    return PROJECT / "reference_observations" / slug


def cache() -> Path:
    """Return a folder for data that can be made again: in the project if that is writable."""
    return PROJECT / ".cache" if os.access(PROJECT, os.W_OK) else user_cache()


def user_cache() -> Path:
    """Return this user's folder for data that can be made again, the same for each copy of the project."""
    named = os.environ.get(CACHE_VARIABLE)
    if named:
        return Path(named).resolve()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "autograder"
