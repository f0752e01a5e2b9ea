"""`setup.sh` says what went wrong and what to do; Python and pip are imitated."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.project import PROJECT

REAL = Path("/usr/bin/python3")
FAKE_PYTHON = f"""#!/bin/sh
[ "$1" = -m ] || exec {REAL} "$@"
mkdir -p "$4/bin"
cp "$FAKE_PIP" "$4/bin/pip"
ln -sf {REAL} "$4/bin/python"
"""
GOOD_PIP = '#!/bin/sh\necho "$@" >>"$PIP_LOG"\nmkdir -p "$(dirname "$0")/../made"\n'
FULL_PIP = '#!/bin/sh\necho "ERROR: [Errno 28] No space left on device" >&2\nexit 1\n'
OFFLINE_PIP = '#!/bin/sh\necho "ERROR: No matching distribution found for $*" >&2\n[ "${3#--require}" != "$3" ]\n'

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or not REAL.exists() or sys.platform != "linux", reason="it is about root and Debian's Python"
)


class Clone:
    """A folder with `setup.sh`, and an imitated Python."""

    def __init__(self, folder: Path, pip: str) -> None:
        self.folder = folder / "clone"
        shutil.copytree(PROJECT / "requirements", self.folder / "requirements")
        shutil.copy(PROJECT / "setup.sh", self.folder)
        self.log = folder / "pip.log"
        programs = {"python": FAKE_PYTHON, "pip": pip}
        for name, text in programs.items():
            (folder / name).write_text(text)
            (folder / name).chmod(0o755)
        tools = {"AUTOGRADER_PYTHON": folder / "python", "FAKE_PIP": folder / "pip", "PIP_LOG": self.log}
        self._environment = {**os.environ, **{name: str(path) for name, path in tools.items()}}

    def set_up(self, umask: str = "022") -> subprocess.CompletedProcess[str]:
        """Run it."""
        command = ["sh", "-c", f"umask {umask}; exec ./setup.sh"]
        return subprocess.run(
            command, cwd=self.folder, env=self._environment, capture_output=True, text=True, check=False
        )

    def remove(self) -> None:
        """Remove the environment, which may lie outside the folder."""
        shutil.rmtree((self.folder / ".venv").resolve(), ignore_errors=True)


def test_strict_umask_leaves_an_environment_that_the_sandbox_can_read(tmp_path: Path) -> None:
    """Root's files are often closed to all others."""
    clone = Clone(tmp_path, GOOD_PIP)
    done = clone.set_up(umask="077")
    made = (clone.folder / ".venv/made").resolve()
    mode = stat.S_IMODE(made.stat().st_mode)
    clone.remove()

    assert done.returncode == 0, done.stderr
    assert mode == 0o755
    assert "-r" in clone.log.read_text()


def test_environment_in_a_closed_folder_makes_way_for_a_link(tmp_path: Path) -> None:
    """Where an ordinary user had made it before root came."""
    clone = Clone(tmp_path, GOOD_PIP)
    (clone.folder / ".venv/bin").mkdir(parents=True)
    clone.folder.chmod(0o700)
    done = clone.set_up()
    link = clone.folder / ".venv"
    is_link, has_python = link.is_symlink(), (link / "bin/python").exists()
    clone.remove()

    assert done.returncode == 0, done.stderr
    assert (is_link, has_python) == (True, True)
    assert "makes way" in done.stderr


@pytest.mark.parametrize(
    ("pip", "said", "unsaid"),
    [
        pytest.param(FULL_PIP, ("no space is left",), ("CPU build",), id="full disk, and no package is blamed"),
        pytest.param(OFFLINE_PIP, ("No matching distribution found", "run ./setup.sh again"), (), id="missing package"),
    ],
)
def test_failure_of_pip_is_told_by_its_cause(
    tmp_path: Path, pip: str, said: tuple[str, ...], unsaid: tuple[str, ...]
) -> None:
    """Setup stops, says what failed, and says what to do."""
    clone = Clone(tmp_path, pip)
    done = clone.set_up()
    clone.remove()

    assert done.returncode == 3
    assert all(words in done.stderr for words in said), done.stderr
    assert not any(words in done.stderr for words in unsaid), done.stderr


def test_folders_are_closed_to_submissions(tmp_path: Path) -> None:
    """The grader cannot do it in a container whose files are read-only."""
    clone = Clone(tmp_path, GOOD_PIP)
    clone.set_up()
    mode = stat.S_IMODE((clone.folder / "requirements").stat().st_mode)
    clone.remove()

    assert mode == 0o700


PACKAGES = """
import hashlib
from pathlib import Path
here = Path(__file__).parents[2]
with (here.parent / "pip.log").open("a") as log:
    log.write("packages of assignments\\n")
for lock in here.glob("autograder/assignments/*/packages.txt"):
    (here / ".venv/layers" / hashlib.sha256(lock.read_bytes()).hexdigest()[:16]).mkdir(parents=True, exist_ok=True)
"""


def test_packages_of_single_assignments_are_installed_once(tmp_path: Path) -> None:
    """After all others, and again when a lock has changed."""
    clone = Clone(tmp_path, GOOD_PIP)
    for name, text in {"commands/packages.py": PACKAGES, "assignments/one/packages.txt": "tiny==1.0\n"}.items():
        path = clone.folder / "autograder" / name
        path.parent.mkdir(parents=True)
        path.write_text(text)
    statuses, counts = [], []
    for change in ("", "", "other==2.0\n"):
        with (clone.folder / "autograder/assignments/one/packages.txt").open("a") as lock:
            lock.write(change)
        statuses.append(clone.set_up().returncode)
        counts.append(clone.log.read_text().count("packages of assignments"))
    clone.remove()

    assert statuses == [0, 0, 0]
    assert counts == [1, 1, 2]
