"""Locks an assignment's own Python packages, installs missing ones, and shows both at the terminal.

`setup.sh` runs this module for the assignments that lie beside it.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from autograder import project
from autograder.commands.console import note, warn, working
from autograder.commands.exit_status import report_failure
from autograder.evidence.packages import (
    PYTORCH,
    harness_packages,
    install,
    is_pytorch,
    layer_of,
    lock_command,
    lock_file,
    locked,
    name_of,
)
from autograder.manifest import load_assignment
from autograder.model.assignment import Assignment
from autograder.model.failures import UnusableInput

FORM = ("--quiet", "--universal", "--python-version", "3.11", "--generate-hashes", "--no-annotate")
CONSTRAINTS = project.PROJECT / "requirements" / "run.txt"


def lock_and_show(slug: str) -> None:
    """Lock the packages of an assignment for every supported Python and system, with hashes.

    Raises:
        UnusableInput: the manifest names none, or one of PyTorch's; uv is missing, or cannot lock them.
    """
    assignment = load_assignment(slug)
    names = [name_of(one) for one in assignment.python.packages]
    if not names:
        raise UnusableInput(f'{slug}/assignment.toml names no packages: add [python] and packages = ["…"]')
    refused = next(filter(is_pytorch, names), None)
    if refused:
        raise UnusableInput(f"{slug}/assignment.toml: python.packages: {refused} belongs to the harness: leave it out")
    with working(f"locking the packages of {slug}"), TemporaryDirectory() as folder:
        text = _resolved(assignment, Path(folder))
    lock_file(assignment).write_text(text, encoding="utf-8")
    pins = locked(assignment)
    note(f"{lock_file(assignment)}: {', '.join(f'{name} {version}' for name, version in pins.items())}")
    install_missing([slug])


def _resolved(assignment: Assignment, folder: Path) -> str:
    """Return the lock that uv makes, without the harness's packages.

    Raises:
        UnusableInput: uv is missing, or cannot make a lock; repeats uv's words.
    """
    uv = shutil.which("uv") or shutil.which("uv", path=Path(sys.executable).parent)
    if uv is None:
        raise UnusableInput("locking needs uv, which is not installed: pip install uv")
    wanted, left_out = folder / "packages.in", folder / "left_out.txt"
    wanted.write_text("\n".join(assignment.python.packages) + "\n", encoding="utf-8")
    left_out.write_text("\n".join(PYTORCH) + "\n", encoding="utf-8")
    there = [word for name in sorted(harness_packages()) for word in ("--no-emit-package", name)]
    said_by = ("--custom-compile-command", lock_command(assignment))
    limits = ("--excludes", str(left_out), "--constraints", str(CONSTRAINTS), *there)
    done = subprocess.run(
        [uv, "pip", "compile", *FORM, *said_by, *limits, str(wanted)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise UnusableInput(f"uv cannot lock the packages of {assignment.slug}: {done.stderr.strip()}")
    return done.stdout


def install_missing(slugs: list[str]) -> None:
    """Install the packages of these assignments that are not there yet, and say so.

    Raises:
        UnusableInput: pip fails, or a lock is wrong.
    """
    for assignment in map(load_assignment, slugs):
        layer = layer_of(assignment)
        if layer and not layer.is_dir():
            note(f"Installing the Python packages of {assignment.slug} (once): {', '.join(assignment.python.packages)}")
            install(assignment)


def install_for_course() -> None:
    """Install missing packages for a course outside the harness; a failure leaves other assignments gradable."""
    for slug in project.slugs():
        try:
            layer_of(load_assignment(slug))
        except UnusableInput:  # a grading of that assignment will say so
            continue
        try:
            install_missing([slug])
        except UnusableInput as error:
            warn(str(error))


def states() -> dict[str, str]:
    """Return for each assignment with packages their versions, and whether they are installed."""
    found = {}
    for assignment in map(load_assignment, project.slugs()):
        try:
            layer = layer_of(assignment)
        except UnusableInput as error:
            found[assignment.slug] = f"NOT USABLE: {error}"
            continue
        if layer:
            pins = locked(assignment)
            named = (name_of(one) for one in assignment.python.packages)
            listed = ", ".join(f"{name} {pins[name]}" for name in named if name in pins)
            missing = "" if layer.is_dir() else "NOT INSTALLED: run ./setup.sh where there is internet: "
            found[assignment.slug] = f"{missing}{listed}"
    return found


if __name__ == "__main__":
    try:
        install_missing(project.slugs())
    except Exception as failure:
        sys.exit(report_failure(failure))
