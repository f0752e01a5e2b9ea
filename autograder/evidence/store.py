"""Keeps observations, in files or in memory, under names made of all that they depend on."""

import contextlib
import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from autograder.model.observation import Observation, StudentError
from autograder.model.verdict import Verdict
from autograder.system.files import write_whole
from autograder.wire.declaration import Misfit, Observed, fit
from autograder.wire.frames import TamperedFrame, decode, encode


@dataclass(frozen=True)
class Record:
    """An observation and the speed of the machine that it was made on.

    Attributes:
        observation: the stored one.
        calibration_cpu_s: CPU seconds of the calibration probe there; 0 where nobody asked for them.
        budget_s: CPU seconds that the probe was allowed by a budget; 0 where it had none.
    """

    observation: Observation
    calibration_cpu_s: float = 0.0
    budget_s: float = 0.0

    def fitted(self, declared: type[Observed] | None) -> "Record | None":
        """Return this with the struct that the probe declares for a value; None if the value is something else."""
        seen = self.observation
        if declared is None or (seen.value is None and seen.verdict is not Verdict.RETURNED):
            return self
        try:
            return replace(self, observation=replace(seen, value=fit(seen.value, declared)))
        except Misfit:
            return None


def key_of(**parts: Any) -> str:
    """Return the SHA-256 over all that an observation depends on, given as plain JSON values."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


class Store(Protocol):
    """Where records are kept."""

    def get(self, key: str) -> Record | None:
        """Return the record of that key, None if there is none."""

    def put(self, key: str, record: Record) -> None:
        """Keep a record; raises OSError where that fails."""


class MemoryStore:
    """Records as the frames that files would hold, on their way from one machine to another.

    Attributes:
        frames: key to frame, all that there are.
        added: key to frame, of the ones put later.
    """

    def __init__(self, frames: Mapping[str, bytes]) -> None:
        self.frames = dict(frames)
        self.added: dict[str, bytes] = {}

    def get(self, key: str) -> Record | None:
        """Return the record of that key; None if there is none or it is damaged."""
        return record_in(self.frames[key]) if key in self.frames else None

    def put(self, key: str, record: Record) -> None:
        """Keep a record."""
        self.frames[key] = self.added[key] = frame_of(record)


class ObservationStore:
    """A folder of records; further folders are only read, such as a bundle's."""

    def __init__(self, folder: Path, *read_only: Path) -> None:
        self._folder = folder
        self._places = (*read_only, folder)

    def get(self, key: str) -> Record | None:
        """Return the record of that key; None if there is none or its file is damaged."""
        for place in self._places:
            with contextlib.suppress(OSError):
                if record := record_in((place / key).read_bytes()):
                    return record
        return None

    def put(self, key: str, record: Record) -> None:
        """Write a record, so that a reader sees all of it or nothing."""
        self.put_frames({key: frame_of(record)})

    def frames(self) -> dict[str, bytes]:
        """Return all records of the folder as frames."""
        files = self._folder.iterdir() if self._folder.is_dir() else ()
        return {path.name: path.read_bytes() for path in files if not path.name.startswith(".")}

    def put_frames(self, frames: Mapping[str, bytes]) -> None:
        """Write records that another store has encoded."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for key, frame in frames.items():
            write_whole(self._folder / key, frame, mode=0o600)


class CopyingStore:
    """Takes missing records from another store and keeps them, so that a folder holds all that it depends on."""

    def __init__(self, own: ObservationStore, source: ObservationStore) -> None:
        self._own = own
        self._source = source

    def get(self, key: str) -> Record | None:
        """Return the record of that key, from wherever there is one."""
        if own := self._own.get(key):
            return own
        found = self._source.get(key)
        if found:
            self._own.put(key, found)
        return found

    def put(self, key: str, record: Record) -> None:
        """Keep a record in both; raises OSError where that fails."""
        self._own.put(key, record)
        with contextlib.suppress(OSError):  # a cache that takes nothing
            self._source.put(key, record)


class Shelf:
    """One observer's view of a store; if the store fails, that costs time and no result.

    Attributes:
        unstored: why a record could not be kept; None while all could.
    """

    def __init__(self, store: Store | None, verdicts: Collection[Verdict]) -> None:
        """Make a shelf.

        Args:
            store: where records are kept; without one nothing is.
            verdicts: the ones worth keeping.
        """
        self.unstored: OSError | None = None
        self._store = store
        self._verdicts = verdicts
        self._afresh = False

    def look_afresh(self) -> None:
        """From now on take nothing, but go on keeping."""
        self._afresh = True

    def get(self, key: str) -> Record | None:
        """Return the record of that key, if there is one and it may be taken."""
        return self._store.get(key) if self._store and not self._afresh else None

    def put(self, key: str, record: Record) -> None:
        """Keep a record if it is worth it."""
        if self._store is None or record.observation.verdict not in self._verdicts:
            return
        try:
            self._store.put(key, record)
        except OSError as error:  # a read-only folder, a full disk: it has to be made again next time
            self.unstored = error


def frame_of(record: Record) -> bytes:
    """Return a record as the bytes that are kept."""
    numbers = {"calibration_cpu_s": record.calibration_cpu_s, "budget_s": record.budget_s}
    fields = asdict(replace(record.observation, value=None))  # which would make a copy of all arrays
    return encode({**fields, "value": record.observation.value, **numbers})


def record_in(frame: bytes) -> Record | None:
    """Return a frame's record; None if it is damaged."""
    try:
        fields = dict(decode(frame))
        numbers = {name: fields.pop(name, 0.0) for name in ("calibration_cpu_s", "budget_s")}
        fields["verdict"] = Verdict(fields["verdict"])
        fields["error"] = StudentError(**fields["error"]) if fields["error"] else None
        return Record(Observation(**fields), **numbers)
    except (TamperedFrame, KeyError, TypeError, ValueError):
        return None
