"""The folders that submissions run in: shared read-only data, and a fresh workspace for each probe."""

import contextlib
import fcntl
import hashlib
import itertools
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.model.failures import HarnessFailure
from autograder.sandbox.job import ROOT
from autograder.sandbox.protection import Protection

CHUNK_BYTES = MIB = 1 << 20
PREFIX, GIVEN = "autograder-stage-", "given"
YOUNG_S = 60.0  # a folder of this age may belong to a grader that is about to lock it


class NoRoom(HarnessFailure):
    """The folder for temporary files is too full; says how much is needed."""


@dataclass(frozen=True)
class Workspace:
    """The folders of one probe.

    Attributes:
        folder: working directory: the submission's files, and links to support files and data.
        scratch: home and temporary folder.
        given: the support files and data, readable for the probe.
    """

    folder: Path
    scratch: Path
    given: Path


class Stage:
    """A folder outside the project, with everything that a submission may see."""

    def __init__(self, protection: Protection, given: Mapping[str, Path]) -> None:
        """Copy support files and data.

        Args:
            protection: whose user the workspaces belong to.
            given: name in the working directory to file or folder.

        Raises:
            NoRoom: the disk is too full for the copies.
        """
        self._protection = protection
        remove_abandoned()
        self._root = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._lock = _locked(self._root)
        self.given = self._root / GIVEN
        self._names = sorted(given)
        self._numbers = itertools.count()
        try:
            _refuse_too_little_room(self._root, given.values())
            self._lay_out(given)
        except BaseException:  # a full disk, say
            self.close()
            raise

    def _lay_out(self, given: Mapping[str, Path]) -> None:
        self._root.chmod(0o711)
        self.given.mkdir(mode=0o755)
        self.outside = self._root / "outside"  # no submission needs it, so none must come to it
        self.outside.touch(mode=0o644)
        for name, source in given.items():
            _copy_readable(source, self.given / name)

    @contextlib.contextmanager
    def workspace(self, files: Mapping[str, bytes], planted: Mapping[str, bytes] | None = None) -> Iterator[Workspace]:
        """Yield a fresh workspace with these files; it is removed afterwards with all that is in it.

        Args:
            files: of the submission.
            planted: content for given files that this probe finds changed; it cannot reach the originals.

        Raises:
            ValueError: there is no given file of such a name.
        """
        number = next(self._numbers)
        top, changed = self._root / f"probe-{number}", self._root / f"{GIVEN}-{number}"
        place = Workspace(top / "workspace", top / "scratch", changed if planted else self.given)
        for folder in (top, top / ROOT, place.folder, place.scratch):
            folder.mkdir(mode=0o711 if folder is top else 0o700)
        try:
            for name, content in files.items():
                if PurePosixPath(name).parts[0] in self._names:
                    continue  # it would stand in the way of the data, or be written into them
                path = place.folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            for name in self._names:
                (place.folder / name).symlink_to(place.given / name)
            self._protection.give(place.folder)
            self._protection.give(place.scratch)
            if planted:
                self._plant(planted, changed)
            yield place
        finally:
            _remove(top)
            if planted:
                self.given.chmod(0o755)
                _remove(changed)

    def _plant(self, planted: Mapping[str, bytes], target: Path) -> None:
        """Lay out the given files once more, some with another content, and close the folder of the originals."""
        shutil.copytree(self.given, target, copy_function=os.link)
        for name, content in planted.items():
            path = target / name
            if not path.is_file():
                raise ValueError(f"{name} is no given file, so nothing can be planted in its place")
            path.unlink()  # the original is another name of the same file
            path.write_bytes(content)
            shutil.copystat(self.given / name, path)
        self.given.chmod(0o700)

    def close(self) -> None:
        """Remove everything."""
        _remove(self._root)
        os.close(self._lock)


def remove_abandoned() -> None:
    """Remove the folders of graders that were killed; a grader that lives holds a lock on its folder."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            found = folder.lstat()
            if found.st_uid != os.geteuid() or time.time() - found.st_mtime < YOUNG_S or not (folder / GIVEN).is_dir():
                continue
            lock = _locked(folder)
            _remove(folder)
            os.close(lock)


def _locked(folder: Path) -> int:
    """Return a descriptor that holds a lock on the folder, until it is closed or its process dies.

    Raises:
        BlockingIOError: somebody else holds it.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _refuse_too_little_room(folder: Path, given: Iterable[Path]) -> None:
    files = (path for top in given for path in (top.rglob("*") if top.is_dir() else [top]) if path.is_file())
    needed, free = sum(path.stat().st_size for path in files), shutil.disk_usage(folder).free
    if needed > free:
        raise NoRoom(
            f"{folder.parent} has {free >> 20} MiB of room, and the data of this assignment need {needed + MIB >> 20}: "
            "make room there, or let TMPDIR name another folder"
        )


def _copy_readable(source: Path, target: Path) -> None:
    """Copy a file or folder so that every user can read it and only we can write it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, copy_function=shutil.copyfile, ignore=shutil.ignore_patterns("__pycache__"))
        for path in (target, *target.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o444)
    else:
        shutil.copyfile(source, target)
        target.chmod(0o444)


def _remove(folder: Path) -> None:
    """Remove a folder even where a submission took its rights away, or nested it deeper than Python recurses."""
    with contextlib.suppress(OSError, RecursionError):
        shutil.rmtree(folder)
        return
    for command in (["chmod", "-R", "u+rwX"], ["rm", "-rf"]):  # neither follows links
        subprocess.run([*command, "--", folder], check=False, stderr=subprocess.DEVNULL)


def digest_of(paths: Mapping[str, Path]) -> str:
    """Return the SHA-256 over the names and contents of files and folders, as hexadecimal digits."""
    total = hashlib.sha256()
    for name, top in sorted(paths.items()):
        files = sorted(path for path in top.rglob("*") if path.is_file()) if top.is_dir() else [top]
        for path in files:
            total.update(f"{name}/{path.relative_to(top).as_posix()}:{path.stat().st_size}:".encode())
            with path.open("rb") as file:
                while chunk := file.read(CHUNK_BYTES):
                    total.update(chunk)
    return total.hexdigest()
