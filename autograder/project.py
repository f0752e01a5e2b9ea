"""Where things lie: the course with the four places of its assignments, their data, and the cache."""

import os
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from autograder.model.failures import UnusableInput
from autograder.system.imports import OURS, Source, source_at, source_below

PROJECT = Path(__file__).resolve().parents[1]
ASSIGNMENTS = f"{OURS}.assignments"  # the package whose modules lie in the course
COURSE_VARIABLE = "AUTOGRADER_COURSE"
DATA_VARIABLE = "AUTOGRADER_DATA"
CACHE_VARIABLE = "AUTOGRADER_CACHE"
COURSE = "course.toml"  # not in git
MISTAKES = "mistakes.diff"  # in the folder of a definition


@dataclass(frozen=True)
class Course:
    """A folder with assignments, in four places that each hold one folder for each assignment.

    Attributes:
        root: the folder.
        definitions: the first place: manifests, probes and suites.
    """

    root: Path
    definitions: Path

    @classmethod
    def built_in(cls, root: Path) -> "Course":
        """Return the course of a project, a bundle, or a copy of one: its definitions are modules of the package."""
        return cls(root, root / OURS / "assignments")

    @classmethod
    def outside(cls, root: Path) -> "Course":
        """Return a course in a separate folder."""
        return cls(root, root / "assignments")

    @property
    def exists(self) -> bool:
        """Whether there is an assignment in it."""
        return bool(self.slugs())

    def slugs(self) -> list[str]:
        """Return the names of its assignments."""
        return sorted(path.parent.name for path in self.definitions.glob("*/assignment.toml"))

    def definition(self, slug: str) -> Path:
        """Return the folder with the manifest, the probes and the suites."""
        return self.definitions / slug

    def reference(self, slug: str) -> Path:
        """Return the folder of the reference solution, which is never part of a bundle."""
        return self.root / "reference_solution" / slug

    def template(self, slug: str) -> Path:
        """Return the folder of the student's template."""
        return self.root / "student_template" / slug

    def data(self, slug: str, profile: str = "embedded") -> Path:
        """Return the folder of embedded data; in a bundle, of any profile's data."""
        return self.root / ("fixtures" if profile == "embedded" else f"{profile}_data") / slug

    def places(self, slug: str) -> list[Path]:
        """Return the four folders of an assignment; the one that makes it an assignment comes last."""
        return [self.data(slug), self.template(slug), self.reference(slug), self.definition(slug)]


def course() -> Course:
    """Return the course that this process grades: the one that `AUTOGRADER_COURSE` names, or else the built-in one."""
    named = os.environ.get(COURSE_VARIABLE)
    return Course.outside(Path(named).resolve()) if named else Course.built_in(PROJECT)


def use_course(root: Path) -> None:
    """From now on grade the course in a folder, here and in all processes that this one starts.

    Raises:
        UnusableInput: there is no assignment in it.
    """
    if not Course.outside(root).exists:
        raise UnusableInput(
            f"{root} is not a course: it has no assignments/NAME/assignment.toml: name another folder, or make a "
            f"course there with `run_autograder new NAME --course {quote(str(root))}`"
        )
    os.environ[COURSE_VARIABLE] = str(root.resolve())


def slugs() -> list[str]:
    """Return the names of all assignments of the course."""
    return course().slugs()


def definition(slug: str) -> Path:
    """Return the folder with the manifest, the probes and the suites."""
    return course().definition(slug)


def is_mistakes_file(name: str) -> bool:
    """Return whether a file of a definition holds known mistakes, and with them pieces of the reference.

    Copies that an editor or `git` leaves count as well, such as `mistakes.diff.orig`.
    """
    return name.startswith(Path(MISTAKES).stem)


def reference(slug: str) -> Path:
    """Return the folder of the reference solution, which is never part of a bundle."""
    return course().reference(slug)


def template(slug: str) -> Path:
    """Return the folder of the student's template."""
    return course().template(slug)


def course_file() -> Path:
    """Return the path of the file with the course's secret, which need not exist."""
    return course().root / COURSE


def source(name: str) -> Source | None:
    """Return the source of a module of ours, or of a package; None if there is none.

    Modules of assignments lie in the course. Their paths are the same as in the built-in course, wherever they
    lie: an assignment that moves from one course to another keeps its observations.
    """
    if not name.startswith(f"{ASSIGNMENTS}."):
        return source_below(PROJECT, name)
    slug, _, rest = name.removeprefix(f"{ASSIGNMENTS}.").partition(".")
    return source_at(definition(slug), rest, name)


def data(slug: str, profile: str) -> Path:
    """Return the folder of a profile's data.

    Raises:
        UnusableInput: the data do not lie in the course, and `AUTOGRADER_DATA` does not lead to them.
    """
    bundled = course().data(slug, profile)
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
