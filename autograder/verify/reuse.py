"""Spares observations of known mistakes: of the reference if no changed statement runs, of an earlier run else.

A mistake is asked the reference's questions. An observation is found under the name that says all that makes it
(`evidence/naming.py`), in a folder named by the rest that could change it: our sandbox, the packages, and this
machine. Each run judges it anew.
"""

import fcntl
import hashlib
import os
import platform
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import msgspec

from autograder import project
from autograder.evidence.naming import harness_digest
from autograder.evidence.observer import reference_of
from autograder.evidence.running import Question
from autograder.evidence.session import Session
from autograder.evidence.store import Record, frame_of, key_of, record_in
from autograder.intake.reference import take_reference
from autograder.model.failures import UnusableInput
from autograder.model.submission import Submission
from autograder.mutation.difference import changed_statements
from autograder.suites.load import PlannedTest
from autograder.system.files import write_whole
from autograder.verify.cases import Case
from autograder.verify.reach import Known, learn

FOLDER = "verified"  # in the user's cache
MOST_BYTES = 1 << 30
DIGEST_BYTES = hashlib.sha256().digest_size

_known: dict[str, Known] = {}  # to this process


@dataclass(frozen=True)
class Reuse:
    """How other observations serve the grading of a known mistake.

    Attributes:
        folder: where they are kept.
        case: the mistake and its expected losses. A grading of such observations with other losses does not
            count: all is observed again.
    """

    folder: Path
    case: Case


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

    def known(self, session: Session, planned: Sequence[PlannedTest]) -> Known:
        """Return the facts about the reference; the first process that asks learns them, others wait for it.

        Raises:
            UnusableSuite: it loses points.
        """
        observer = reference_of(session)
        name = key_of(reference=observer.digest, probes=[observer.key_of(Question(one)) for one in session.probes])
        if name not in _known:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with (self._folder / f"{name}.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                _known[name] = self._read_known(name) or self._learnt(name, session, planned)
        return _known[name]

    def _learnt(self, name: str, session: Session, planned: Sequence[PlannedTest]) -> Known:
        known = learn(session, planned)
        content = msgspec.msgpack.encode(known)
        write_whole(self._folder / name, _digest(name, content) + content, mode=0o600)
        return known

    def _read_known(self, name: str) -> Known | None:
        with suppress(OSError, msgspec.DecodeError):
            content = (self._folder / name).read_bytes()
            if content[:DIGEST_BYTES] == _digest(name, content[DIGEST_BYTES:]):
                return msgspec.msgpack.decode(content[DIGEST_BYTES:], type=Known)
        return None


class SparedObservations:
    """The store of one grading, which counts.

    Attributes:
        taken: observations of an earlier run.
        made: observations of this run.
    """

    def __init__(self, store: CheckedStore, known: Known, submission: Submission, lines: frozenset[int] | None) -> None:
        """Make a store.

        Args:
            store: where records are kept.
            known: facts about the reference.
            submission: the mistake.
            lines: the first lines of the reference's statements that it may change; None if it changes another file.
        """
        self.taken = self.made = 0
        self._store, self._known = store, known
        self._digest, self._lines = submission.digest, lines

    def get(self, key: str) -> Record | None:
        """Return the reference's record if no changed statement runs for it; else that of an earlier run, if any."""
        if self._lines is not None and not self._known.is_reached(key, self._lines):
            return self._known.record(key)
        record = self._store.get(self._name(key))
        self.taken += record is not None
        return record

    def put(self, key: str, record: Record) -> None:
        """Keep a record; raises OSError where that fails."""
        self.made += 1
        self._store.put(self._name(key), record)

    def _name(self, key: str) -> str:
        """Return the name of a mistake's answer: the question is one to the reference."""
        return key_of(submission=self._digest, question=key)


def spared_for(
    session: Session, planned: Sequence[PlannedTest], reuse: Reuse, submission: Submission
) -> tuple[SparedObservations, str]:
    """Return the store for a mistake, and the digest that its questions are drawn for.

    Raises:
        UnusableSuite: the reference loses points.
    """
    store = store_for(session, reuse.folder)
    known = store.known(session, planned)
    return SparedObservations(store, known, submission, _changed_lines(session, submission)), known.digest


def _changed_lines(session: Session, submission: Submission) -> frozenset[int] | None:
    """Return the first lines of the reference's statements that a mistake may change; None for another file's."""
    entry = session.assignment.upload.required[0]
    before, after = dict(take_reference(session.assignment, session.profile_name).files), dict(submission.files)
    text, changed = before.pop(entry).decode(), after.pop(entry, b"")
    if before != after:
        return None
    return changed_statements(text, changed.decode("utf-8", "replace"))


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
