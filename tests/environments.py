"""Four kinds of machine that a grading may run on, imitated on this one.

    root                      as this machine is
    user with namespaces      an ordinary user who may make user namespaces
    user without namespaces   one whose system calls for namespaces fail; no control group is writable
    Docker                    root with Docker's default capabilities, system-call filter, mounts and /dev/shm

Root can imitate all of them. An ordinary user is one already, and can give up namespaces; `Environment.reason` says
why the others are not available here.

    for environment in environments():
        if not environment.reason:
            environment.run([environment.python, "-m", "autograder", "grade", "…"])
"""

import functools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
LAUNCHER = Path(__file__).with_name("launcher.py")
ENVIRONMENT = Path(sys.prefix).resolve()
USER = 64_180  # neither a sandbox's user nor, on any common distribution, a person
NAMES = ("root", "user with namespaces", "user without namespaces", "Docker")
NEEDS_ROOT = "only root can imitate this"


@dataclass(frozen=True)
class Environment:
    """A kind of machine.

    Attributes:
        name: one of `NAMES`.
        user: who is the ordinary user, where root imitates one.
        python: an interpreter with the project's packages that can be read there.
    """

    name: str
    user: int = USER
    python: str = str(ENVIRONMENT / "bin/python")

    def __str__(self) -> str:
        """Return its name for pytest."""
        return self.name

    @property
    def project(self) -> Path:
        """The folder to run in: the project, or a copy that belongs to the ordinary user."""
        return _home(self.user) / "project" if self._other_user else PROJECT

    @property
    def uid(self) -> int:
        """The user that commands run as."""
        return self.user if self._other_user else os.geteuid()

    @cached_property
    def reason(self) -> str:
        """Why it is not available here; empty if it is."""
        if os.geteuid() != 0 and not self._is_users:
            return NEEDS_ROOT
        trial = ["unshare", "--user", "true"] if self.name == "user with namespaces" else ["true"]
        done = self.run(trial)
        return "" if done.returncode == 0 else (done.stderr.strip().splitlines() or ["it ends at once"])[-1]

    def command(self, argv: Sequence[str]) -> list[str]:
        """Return the command line that runs `argv` there; the working directory is the caller's."""
        return [*self._launcher, "env", "-u", "XDG_CACHE_HOME", *self._variables, *argv]

    def run(self, argv: Sequence[str], **options: Any) -> subprocess.CompletedProcess[str]:
        """Run `argv` there, in the project, and return its exit status and its output."""
        return subprocess.run(
            self.command(argv), cwd=self.project, capture_output=True, text=True, check=False, **options
        )

    def start(self, argv: Sequence[str]) -> subprocess.Popen[str]:
        """Start `argv` there, in the project; what it prints, on either stream, comes through one pipe."""
        return subprocess.Popen(
            self.command(argv), cwd=self.project, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    @property
    def _is_users(self) -> bool:
        return self.name.startswith("user")

    @property
    def _other_user(self) -> bool:
        return self._is_users and os.geteuid() == 0

    @property
    def _launcher(self) -> list[str]:
        uid = str(self.user) if self._other_user else "-"
        start = [sys.executable, "-I", str(LAUNCHER)]
        return {
            "root": [],
            "user with namespaces": [*start, "user", uid] if self._other_user else [],
            "user without namespaces": [*start, "bare-user", uid],
            "Docker": [*start, "docker"],
        }[self.name]

    @property
    def _variables(self) -> list[str]:
        home = [f"HOME={_home(self.user)}"] if self._other_user else []
        return [*home, f"PYTHONPATH={self.project}", "PYTHONDONTWRITEBYTECODE=1"]


def environments(user: int = USER) -> list[Environment]:
    """Return all kinds of machine; nothing is tried or copied until it is used."""
    return [Environment(name, user) for name in NAMES]


@functools.cache
def _home(user: int) -> Path:
    """Return the ordinary user's home with a copy of the project, made once; removed when Python ends."""
    folder = tempfile.TemporaryDirectory(prefix="ordinary-user-")
    _kept.append(folder)
    home = Path(folder.name)
    copy = home / "project"
    # All but the environment, caches and history, whose names begin with a dot.
    shutil.copytree(PROJECT, copy, ignore=shutil.ignore_patterns(".*", "__pycache__"), symlinks=True)
    (copy / ".venv").symlink_to(ENVIRONMENT)
    for path in (home, *home.rglob("*")):
        os.chown(path, user, user, follow_symlinks=False)
    return home


_kept: list[tempfile.TemporaryDirectory[str]] = []
