"""Gradescope's container, imitated in a temporary folder with Gradescope's layout.

Where the machine permits it, the folder appears at `/autograder` in a mount namespace (`at_its_path`). The packages
are not installed again: `.venv/bin/python` is a script that starts this project's interpreter. It is not a link to
the whole environment, because `setup.sh` may clear an environment that it considers outdated.
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema

SCHEMA = json.loads(Path(__file__).with_name("results.schema.json").read_text())
AUTOGRADER = Path("/autograder")  # where Gradescope has it
MOUNTED = 'mount --bind "$0" /autograder && cd /autograder && exec "$@"'
OF_ONE_GRADING = ("submission", "results", "tmp")


@contextlib.contextmanager
def open_folder() -> Iterator[Path]:
    """Yield a temporary folder that every user may traverse, as the sandbox's user must."""
    folder = Path(tempfile.mkdtemp(prefix="container-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def unpack(archive: Path, target: Path) -> None:
    """Unpack with modes, as `unzip` does."""
    with zipfile.ZipFile(archive) as opened:
        for member in opened.infolist():
            path = Path(opened.extract(member, target))
            path.chmod(stat.S_IMODE(member.external_attr >> 16))


def build_image(archive: Path, root: Path) -> None:
    """Lay out the bundle as an image holds it: `source/`, and a copy of `run_autograder` beside it."""
    unpack(archive, root / "source")
    shutil.copy(root / "source" / "run_autograder", root / "run_autograder")
    scripts = root / "source" / ".venv" / "bin"
    scripts.mkdir(parents=True)
    (scripts / "python").write_text(f'#!/bin/sh\nexec "{sys.prefix}/bin/python" "$@"\n')
    (scripts / "python").chmod(0o755)
    (scripts.parent / "layers").symlink_to(Path(sys.prefix) / "layers")  # packages of single assignments
    versions = re.findall(r"^(?:TORCH|TORCHVISION)=(\S+)$", (root / "source/setup.sh").read_text(), re.MULTILINE)
    made_from = f"{' '.join(versions)}\n".encode() + (root / "source/requirements/run.txt").read_bytes()
    (root / "source/.venv/stamp-run").write_text(hashlib.sha256(made_from).hexdigest() + "\n")


@contextlib.contextmanager
def fresh_container(root: Path) -> Iterator[Path]:
    """Yield a container of the image, with empty folders for the upload, the results and temporary files."""
    for name in OF_ONE_GRADING:
        (root / name).mkdir()
    try:
        yield root
    finally:
        for name in OF_ONE_GRADING:
            shutil.rmtree(root / name, ignore_errors=True)
        (root / "submission_metadata.json").unlink(missing_ok=True)


@dataclass(frozen=True)
class Place:
    """The place where an image appears to the programs that run in it.

    Attributes:
        path: the folder that holds `source/`.
        prefix: a command that runs another one there; empty if the image appears at its real path.
    """

    path: Path
    prefix: tuple[str, ...] = ()


@contextlib.contextmanager
def at_its_path(root: Path) -> Iterator[Place]:
    """Yield the image at `/autograder`, or at its real path if no mount namespace is available."""
    place = Place(AUTOGRADER, ("unshare", "--mount", "sh", "-c", MOUNTED, str(root)))
    made = False
    with contextlib.suppress(OSError):
        AUTOGRADER.mkdir()
        made = True
    try:
        trial = subprocess.run([*place.prefix, "test", "-d", "source"], capture_output=True, check=False)
        yield place if trial.returncode == 0 else Place(root)
    finally:
        if made:
            AUTOGRADER.rmdir()


def set_up(place: Place) -> None:
    """Run `setup.sh` as Gradescope does when it builds the image; the packages are there already."""
    subprocess.run([*place.prefix, str(place.path / "source" / "setup.sh")], check=True)


def start(root: Path, place: Place | None = None, enter: Callable[[], None] | None = None) -> subprocess.Popen[str]:
    """Start the grading as Gradescope does.

    Args:
        root: the image.
        place: where it appears; by default at its real path.
        enter: called in the new process before anything else, to limit it.
    """
    place = place or Place(root)
    home = str(place.path / "tmp")
    with (root / "results" / "stdout").open("w") as output:
        return subprocess.Popen(
            [*place.prefix, str(place.path / "run_autograder")],
            cwd=root,
            env={"PATH": os.environ["PATH"], "HOME": home, "TMPDIR": home},
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=enter,
        )


def results_of(root: Path) -> dict[str, Any]:
    """Return `results.json`, which must be valid."""
    return valid_results(root / "results" / "results.json")


def valid_results(path: Path) -> dict[str, Any]:
    """Return the content of a results file, which must be valid."""
    results: dict[str, Any] = json.loads(path.read_text())
    jsonschema.validate(results, SCHEMA)
    return results
