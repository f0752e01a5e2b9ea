"""The policy for every child, and the measures around it: closed folders, ended processes, refusals."""

import contextlib
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from autograder.model.failures import HarnessFailure
from autograder.wire.layers import Feature

VENV = ".venv"  # the one folder of the project that the sandbox reads


class UnsafeMachine(HarnessFailure):
    """This machine cannot protect the grader from a submission."""


@dataclass(frozen=True)
class Protection:
    """The policy that every child of the sandbox is put under.

    Attributes:
        uid: the sandbox's own user; None where the harness does not run as root.
        sockets: whether it may have sockets, which the workers of a DataLoader need.
        workers: whether DataLoaders have workers at all; needs sockets.
        without: features of the kernel that are left unused, for measurements and tests.
    """

    uid: int | None
    sockets: bool = True
    workers: bool = True
    without: tuple[Feature, ...] = ()

    def give(self, folder: Path) -> None:
        """Make the sandbox's user the owner of a folder and of all in it."""
        if self.uid is None:
            return
        for path in (folder, *folder.rglob("*")):
            os.chown(path, self.uid, self.uid, follow_symlinks=False)


def close_project(project: Path) -> None:
    """As root, close the folders of a project or course to every other user, all but those of the interpreter.

    Raises:
        UnsafeMachine: a folder cannot be closed; names it.
    """
    if os.geteuid() != 0:
        return
    for folder in project.iterdir():
        interpreter = folder.name == VENV or Path(sys.prefix).is_relative_to(folder)
        if interpreter or folder.is_symlink() or not folder.is_dir():
            continue
        mode = stat.S_IMODE(folder.stat().st_mode)
        try:
            if mode & 0o077:
                folder.chmod(mode & 0o700)
        except OSError as error:
            problem = f"{folder} cannot be closed to other users: {error.strerror}"
            raise UnsafeMachine(f"{problem}: run chmod go= on it") from None


def end_left_behind(uid: int | None) -> None:
    """End processes that still run as the sandbox's user: orphans of a supervisor, or of a grader, that was killed."""
    if uid is None:
        return
    subprocess.run(
        [sys.executable, "-I", "-S", "-c", "import os; os.kill(-1, 9)"],  # all at once, so nothing outruns it
        user=uid, group=uid, extra_groups=[], cwd="/", env={},
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
    )  # fmt: skip


def remove_left_behind(uid: int | None) -> None:
    """Remove files that the sandbox's user left in shared memory, the one place outside its folders."""
    if uid is None:
        return
    for entry in os.scandir("/dev/shm"):
        with contextlib.suppress(OSError):
            if entry.stat(follow_symlinks=False).st_uid != uid:
                continue
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path)
            else:
                Path(entry.path).unlink()


def refusal(possible: Iterable[str]) -> str:
    """Return the sentence for a person where attacks are possible."""
    return (
        "this machine cannot protect the grader from a submission, which could "
        + "; ".join(possible)
        + ". Run as root, or on Linux 5.13 or newer with Landlock and libseccomp; "
        "`--unsafe` grades all the same, and the result says so."
    )
