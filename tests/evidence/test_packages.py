"""An assignment's own packages are locked, named in its observations, and installed once."""

import hashlib
import zipfile
from pathlib import Path

import msgspec
import pytest

from autograder.commands.packages import install_for_course, states
from autograder.evidence import packages
from autograder.evidence.environment import environment
from autograder.evidence.packages import install, installed_layer, locked
from autograder.manifest import load_assignment, parse_manifest
from autograder.model.assignment import Assignment
from autograder.model.failures import UnusableInput
from autograder.project import COURSE_VARIABLE

MANIFEST = (
    'title = "A small one"\npoints = 1\nsecret = "x"\n[profiles.embedded]\ngiven = []\n[python]\npackages = [{}]\n'
)
HASH = "--hash=sha256:" + "0" * 64


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course with the assignment `small`; returns the folder of its definition."""
    folder = tmp_path / "course/assignments/small"
    folder.mkdir(parents=True)
    monkeypatch.setenv(COURSE_VARIABLE, str(tmp_path / "course"))
    monkeypatch.setattr(packages, "LAYERS", tmp_path / "layers")
    return folder


def assignment(course: Path, named: str = '"tiny"', lock: str | None = f"tiny==1.0 {HASH}\n") -> Assignment:
    """Write the manifest and the lock, and return the assignment."""
    (course / "assignment.toml").write_text(MANIFEST.format(named))
    if lock is not None:
        (course / "packages.txt").write_text(lock)
    return load_assignment("small")


def lock_of_wheel(folder: Path, content: str = "VALUE = 5\n", sha256: str = "") -> str:
    """Write a wheel, and return a lock that takes it from this folder, without any registry."""
    wheel = folder / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr("tiny.py", content)
        file.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        file.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr("tiny-1.0.dist-info/RECORD", "")
    sha256 = sha256 or hashlib.sha256(wheel.read_bytes()).hexdigest()
    return f"--no-index\n--find-links {folder}\ntiny==1.0 --hash=sha256:{sha256}\n"


def test_versions_are_part_of_what_observations_depend_on(course: Path) -> None:
    """All locked packages are named, with every version if they differ by Python."""
    lock = (
        f"Big.One==2.1 ; python_version < '3.12' \\\n    {HASH}\nbig-one==2.2 ; python_version >= '3.12'\ntiny==1.0\n"
    )
    one = assignment(course, lock=lock)

    assert locked(one) == {"big-one": "2.1 or 2.2", "tiny": "1.0"}
    assert locked(one).items() <= environment(one).items()
    assert locked(assignment(course, named="")) == {}


@pytest.mark.parametrize(
    ("named", "lock", "said"),
    [
        ('"tiny"', None, "small/packages.txt does not lock tiny: run `run_autograder lock --assignment small`"),
        ('"tiny", "big>=2"', f"tiny==1.0 {HASH}", "does not lock big"),
        ('"torch"', "", "torch belongs to the harness: leave it out"),
        ('"nvidia-cudnn-cu12"', "", "belongs to the harness"),
        ('"tiny"', f"tiny==1.0 {HASH}\ntorch==2.0 {HASH}", "locks torch, which belongs to the harness"),
        ('"tiny"', f"tiny==1.0 {HASH}\nNumPy==1.0 {HASH}", "locks numpy, which belongs to the harness"),
    ],
)
def test_unusable_lock_is_refused_with_what_to_do(course: Path, named: str, lock: str | None, said: str) -> None:
    """The author reads it before anything is installed or graded."""
    with pytest.raises(UnusableInput, match=said.replace("`", ".")):
        locked(assignment(course, named, lock))


@pytest.mark.parametrize("named", ['"-r /etc/passwd"', '"tiny @ https://host/x.whl"', '"tiny; import os"', '"--pre"'])
def test_manifest_names_packages_and_nothing_else(named: str) -> None:
    """It becomes part of a command's input."""
    with pytest.raises(msgspec.ValidationError, match=r"python\.packages"):
        parse_manifest(MANIFEST.format(named), "small")


def test_packages_of_the_harness_need_no_lock(course: Path) -> None:
    """Every assignment has them."""
    one = assignment(course, '"pandas"', lock=None)

    assert (locked(one), installed_layer(one)) == ({}, None)


def test_packages_are_installed_once_and_their_absence_is_told(course: Path) -> None:
    """For a course elsewhere at the first command; a grading on a machine without them says what to do."""
    one = assignment(course, lock=lock_of_wheel(course))
    with pytest.raises(UnusableInput, match=r"packages of small are not installed here \(tiny\): run ./setup.sh again"):
        installed_layer(one)
    before = states()
    install_for_course()
    layer = installed_layer(one)
    assert layer
    made = layer.stat().st_mtime_ns
    install(one)

    assert (layer / "tiny.py").read_text() == "VALUE = 5\n"
    assert (layer / "tiny.py").stat().st_mode & 0o004, "the sandbox's user reads it"
    assert layer.stat().st_mtime_ns == made
    assert before["small"].startswith("NOT INSTALLED")
    assert states()["small"] == "tiny 1.0"


def test_package_with_another_hash_is_not_installed(course: Path) -> None:
    """A registry that was tampered with cannot bring code in; nothing is left behind."""
    one = assignment(course, lock=lock_of_wheel(course, sha256="1" * 64))
    with pytest.raises(UnusableInput, match="cannot be installed"):
        install(one)

    assert [path.name for path in packages.LAYERS.iterdir()] == [".lock"]
