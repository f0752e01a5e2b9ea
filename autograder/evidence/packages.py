"""An assignment's own Python packages: the file that locks them, and the folder that they are installed in.

The manifest names packages (`[python] packages`). `packages.txt` beside it locks them and their dependencies: versions
and hashes, in pip's form. They are installed into a folder of the interpreter, named by the lock's digest, and only the
sandbox of such an assignment looks for modules there. A lock never holds PyTorch or a package that the harness pins:
every assignment has them.
"""

import fcntl
import hashlib
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from autograder import project
from autograder.model.assignment import Assignment
from autograder.model.failures import UnusableInput

LOCK = "packages.txt"
LAYERS = Path(sys.prefix) / "layers"  # the sandbox reads the interpreter's folder
PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^]]*\])?==([^\s;\\]+)", re.MULTILINE)
NAME = re.compile(r"[A-Za-z0-9._-]+")
PYTORCH = ("torch", "torchvision", "torchaudio", "triton")
CUDA = ("nvidia-", "cuda-")  # beginnings of names
PIP = (
    "-m",
    "pip",
    "-qq",
    "--disable-pip-version-check",
    "install",
    "--no-deps",
    "--no-build-isolation",
    "--require-hashes",
)


def locked(assignment: Assignment) -> dict[str, str]:
    """Return the version of each package that an assignment has beyond the harness's; empty if it names none.

    If versions differ by Python or system, the text names all of them.

    Raises:
        UnusableInput: the lock is missing, lacks a package that the manifest names, or holds one of the harness's.
    """
    if not assignment.python.packages:
        return {}
    path = lock_file(assignment)
    pins = _pins(path.read_text(encoding="utf-8")) if path.is_file() else {}
    known = pins.keys() | harness_packages()
    for requirement in assignment.python.packages:
        name = name_of(requirement)
        if is_pytorch(name):
            raise UnusableInput(
                f"{assignment.slug}/assignment.toml: python.packages: {name} belongs to the harness: leave it out"
            )
        if name not in known:
            raise UnusableInput(f"{_place(path)} does not lock {name}: run `{lock_command(assignment)}`")
    foreign = next((name for name in pins if is_pytorch(name) or name in harness_packages()), None)
    if foreign:
        raise UnusableInput(
            f"{_place(path)} locks {foreign}, which belongs to the harness: run `{lock_command(assignment)}`"
        )
    return pins


def lock_file(assignment: Assignment) -> Path:
    """Return the path of the file that locks an assignment's packages."""
    return project.definition(assignment.slug) / LOCK


def lock_command(assignment: Assignment) -> str:
    """Return the command that locks an assignment's packages."""
    return f"run_autograder lock --assignment {assignment.slug}"


def layer_of(assignment: Assignment) -> Path | None:
    """Return the folder for an assignment's packages, whether it exists or not; None if there are no packages.

    Raises:
        UnusableInput: the lock is wrong.
    """
    if not locked(assignment):
        return None
    content = lock_file(assignment).read_bytes()
    return LAYERS / hashlib.sha256(content).hexdigest()[:16]


def installed_layer(assignment: Assignment) -> Path | None:
    """Return the folder in which an assignment's packages are installed; None if there are none.

    Raises:
        UnusableInput: the lock is wrong, or the packages are not installed; says what to do.
    """
    layer = layer_of(assignment)
    if layer and not layer.is_dir():
        names = ", ".join(assignment.python.packages)
        raise UnusableInput(
            f"the Python packages of {assignment.slug} are not installed here ({names}): run ./setup.sh again, or for "
            "your own course any command with its --course; both need the internet"
        )
    return layer


def install(assignment: Assignment) -> None:
    """Install an assignment's packages, unless they are there.

    Raises:
        UnusableInput: the lock is wrong, or pip fails; repeats its last words.
    """
    layer = layer_of(assignment)
    if layer is None or layer.is_dir():
        return
    try:
        with _locked_layers():
            if not layer.is_dir():  # and another process has not installed them in the meantime
                _install(lock_file(assignment), layer)
    except OSError as error:
        raise UnusableInput(
            f"the Python packages of {assignment.slug} cannot be installed into {LAYERS}: {error.strerror}: "
            "let the folder's owner run the command once"
        ) from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.strip().splitlines()[-3:] or ["it said nothing"]
        raise UnusableInput(
            f"the Python packages of {assignment.slug} cannot be installed: {'; '.join(said)}: "
            f"allow access to the package registry, or, if the lock is out of date, run `{lock_command(assignment)}`"
        ) from None


def _install(lock: Path, layer: Path) -> None:
    with tempfile.TemporaryDirectory(dir=LAYERS, prefix=".making-") as name:
        made = Path(name) / "layer"
        command = [sys.executable, *PIP, "--target", str(made), "-r", str(lock)]
        # The sandbox's user reads the files.
        subprocess.run(command, check=True, capture_output=True, text=True, umask=0o022)
        made.rename(layer)


@contextmanager
def _locked_layers() -> Iterator[None]:
    """Let one process at a time install; the others wait."""
    LAYERS.mkdir(exist_ok=True)
    LAYERS.chmod(0o755)
    with (LAYERS / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def name_of(requirement: str) -> str:
    """Return the name of the package that a requirement asks for, as registries write it."""
    found = NAME.match(requirement)
    return _normal(found[0] if found else requirement)


def is_pytorch(name: str) -> bool:
    """Return whether a package is PyTorch's, or comes with a CUDA build of it."""
    return name in PYTORCH or name.startswith(CUDA)


@cache
def harness_packages() -> frozenset[str]:
    """Return the names of all packages that the harness pins."""
    return frozenset(_pins((project.PROJECT / "requirements" / "run.txt").read_text(encoding="utf-8")))


def _pins(text: str) -> dict[str, str]:
    pins: dict[str, list[str]] = {}
    for name, version in PIN.findall(text):
        pins.setdefault(_normal(name), []).append(version)
    return {name: " or ".join(sorted(set(versions))) for name, versions in sorted(pins.items())}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _place(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"
