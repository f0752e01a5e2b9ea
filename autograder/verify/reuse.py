"""Takes observations of known mistakes from an earlier run where nothing that makes them has changed.

An observation is found under the name that says all that makes it (`evidence/naming.py`), in a folder named by the
rest that could change it: our sandbox, the packages, and this machine. Each run judges it anew.
"""

import hashlib
import os
import platform
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from autograder import project
from autograder.evidence.naming import harness_digest
from autograder.evidence.session import Session
from autograder.evidence.store import Record, frame_of, key_of, record_in
from autograder.model.failures import UnusableInput
from autograder.system.files import write_whole
from autograder.verify.cases import Case

FOLDER = "verified"  # in the user's cache
MOST_BYTES = 1 << 30
DIGEST_BYTES = hashlib.sha256().digest_size


@dataclass(frozen=True)
class Reuse:
    """How earlier observations serve the grading of a known mistake.

    Attributes:
        folder: where they are kept.
        case: the mistake and its expected losses. A grading of earlier observations with other losses does not
            count: all is observed again.
        take: whether to take observations; else they are only kept for the next run.
    """

    folder: Path
    case: Case
    take: bool = True


def folder_for_reuse() -> Path:
    """Return this user's folder of observations; it is made if it is not there.

    Raises:
        UnusableInput: it cannot be made, or others could have written to it.
    """
    folder = project.user_cache() / FOLDER
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.lstat()
    except OSError as error:
        raise UnusableInput(
            f"{folder} cannot be made: {error.strerror}: set {project.CACHE_VARIABLE} to a folder that can be written"
        ) from None
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & 0o077:
        raise UnusableInput(f"{folder} is open to others: make it a folder of your own with mode 700, or remove it")
    return folder


def store_for(session: Session, folder: Path) -> "CheckedStore":
    """Return the part of the folder that holds observations by this code on this machine.

    Its name adds to those of observations: the layers that confine a child here, who grades, the kernel, and the exact
    Python and torch.
    """
    name = key_of(
        harness=harness_digest(session.code),
        layers=dict(session.protections),
        root=os.geteuid() == 0,
        kernel=platform.release(),
        python=platform.python_version(),
        torch=[metadata.version(name) for name in ("torch", "torchvision")],
    )
    return CheckedStore(folder / name)


class CheckedStore:
    """A folder of records. One that is damaged, cut or renamed is as good as none."""

    def __init__(self, folder: Path) -> None:
        """Make a store in a folder, which need not be there."""
        self._folder = folder

    def get(self, key: str) -> Record | None:
        """Return the record of that key; None if there is none or its file is damaged."""
        path = self._folder / key
        with suppress(OSError):
            content = path.read_bytes()
            digest, frame = content[:DIGEST_BYTES], content[DIGEST_BYTES:]
            if digest == _digest(key, frame):
                os.utime(path)  # it was of use, so it is not among the first to be removed
                return record_in(frame)
        return None

    def put(self, key: str, record: Record) -> None:
        """Keep a record; raises OSError where that fails."""
        frame = frame_of(record)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(self._folder / key, _digest(key, frame) + frame, mode=0o600)


class KeptObservations:
    """The store of one grading, which counts.

    Attributes:
        taken: observations of an earlier run.
        made: observations of this run.
    """

    def __init__(self, store: CheckedStore, *, take: bool) -> None:
        """Make a store.

        Args:
            store: where records are kept.
            take: whether to take any; else they are only kept.
        """
        self.taken = self.made = 0
        self._store = store
        self._take = take

    def get(self, key: str) -> Record | None:
        """Return the record of that key, if there is one and it may be taken."""
        record = self._store.get(key) if self._take else None
        self.taken += record is not None
        return record

    def put(self, key: str, record: Record) -> None:
        """Keep a record; raises OSError where that fails."""
        self.made += 1
        self._store.put(key, record)


def tidy(folder: Path, most_bytes: int = MOST_BYTES) -> None:
    """Remove the least recently used files, until the rest is small enough.

    Args:
        folder: from `folder_for_reuse`.
        most_bytes: how much may stay.
    """
    files = sorted(_files_in(folder), reverse=True)
    left = most_bytes
    for _, size, path in files:
        left -= size
        if left < 0:
            path.unlink(missing_ok=True)
    for place in folder.iterdir():
        with suppress(OSError):  # it is not empty, or another run has removed it
            place.rmdir()


def _files_in(folder: Path) -> Iterator[tuple[int, int, Path]]:
    """Yield for each file when it was of use last, its size, and its path."""
    for path in folder.glob("*/*"):
        with suppress(OSError):  # another run has removed it
            status = path.lstat()
            yield status.st_mtime_ns, status.st_size, path


def _digest(key: str, frame: bytes) -> bytes:
    return hashlib.sha256(key.encode() + frame).digest()
