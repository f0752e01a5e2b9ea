"""Makes Gradescope's upload: the harness, one assignment, its data, and the reference's observations."""

import json
import shutil
import tempfile
from pathlib import Path

from autograder import project
from autograder.course import course_assignment
from autograder.evidence.environment import environment
from autograder.evidence.shipped import ship
from autograder.evidence.store import ObservationStore
from autograder.gradescope.settings import SETTINGS
from autograder.grading.reference import observe_reference
from autograder.manifest import profile_of, with_secret
from autograder.model.assignment import Assignment
from autograder.project import PROJECT
from autograder.system.zips import write_zip

MIB = 1 << 20
TOP_LEVEL = ("setup.sh", "run_autograder", "requirements/run.txt", "requirements/build.txt")
# Packages that no container needs; the command line imports them only for the commands that do.
NOT_FOR_A_CONTAINER = {
    "classroom", "desk", "decisions", "exports", "gradebook", "class_page", "similarity", "handout", "local_runner",
    "scaffold", "imported", "mutation",
}  # fmt: skip
EXECUTABLES = ("setup.sh", "run_autograder")


def write_bundle(slug: str, profile: str, output: Path) -> float:
    """Write the zip and return its size, MiB.

    The bundle carries observations of the reference solution, never its source. Its manifest carries the secret that
    the course has for this assignment, since a container has no `course.toml`.

    Raises:
        UnusableInput: there is no such assignment or profile, its data are missing, or the course's secret is wrong.
        UnusableSuite: the reference loses points, so nothing can be compared with it.
    """
    assignment = course_assignment(slug)
    profile_of(assignment, profile)
    with tempfile.TemporaryDirectory() as name:
        stage = Path(name)
        _copy_harness(stage)
        own = project.Course.built_in(stage)
        _copy_definition(own, assignment)
        _copy_data(own, assignment, profile)
        _observe_reference(stage, assignment, profile)
        (stage / SETTINGS).write_text(json.dumps({"assignment": slug, "profile": profile}))
        output.parent.mkdir(parents=True, exist_ok=True)
        write_zip(output, stage, stage, EXECUTABLES)
    return output.stat().st_size / MIB


def _copy_harness(stage: Path) -> None:
    for name in TOP_LEVEL:
        (stage / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / name, stage / name)
    package = PROJECT / "autograder"

    def unwanted(folder: str, names: list[str]) -> set[str]:
        if Path(folder) == package / "assignments":
            return {name for name in names if name != "__init__.py"}
        left_out = NOT_FOR_A_CONTAINER if Path(folder) == package else ()
        return {name for name in names if name in left_out or name == "__pycache__"}

    shutil.copytree(package, stage / "autograder", ignore=unwanted)


def _copy_definition(own: project.Course, assignment: Assignment) -> None:
    """Copy the definition without known mistakes; its manifest states the secret that the reference is asked with."""

    def unwanted(_folder: str, names: list[str]) -> set[str]:
        return {name for name in names if name == "__pycache__" or project.is_mistakes_file(name)}

    target = own.definition(assignment.slug)
    shutil.copytree(project.definition(assignment.slug), target, ignore=unwanted)
    manifest = target / "assignment.toml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(with_secret(text, assignment.slug, assignment.secret), encoding="utf-8")


def _copy_data(own: project.Course, assignment: Assignment, profile: str) -> None:
    """Copy support files and data to the places where `project` looks for them in a bundle."""
    source, target = project.data(assignment.slug, profile), own.data(assignment.slug, profile)
    for name in (*assignment.profiles[profile].given, *assignment.profiles[profile].hidden):
        _copy(source / name, target / name)
    for name in assignment.support:
        _copy(project.template(assignment.slug) / name, own.template(assignment.slug) / name)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copyfile(source, target)


def _observe_reference(stage: Path, assignment: Assignment, profile: str) -> None:
    folder = stage / project.shipped_observations(assignment.slug).relative_to(PROJECT)
    digest = observe_reference(assignment, profile, ObservationStore(folder))
    ship(folder, digest, environment(assignment))
