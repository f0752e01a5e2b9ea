"""Keeps observations in files named by what they depend on."""

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autograder.nouns.observation import Observation, StudentError
from autograder.nouns.verdict import Verdict
from autograder.wire import TamperedFrame, decode, encode


@dataclass(frozen=True)
class Record:
    """An observation and the speed of the machine that it was made on.

    Attributes:
        observation: what was seen.
        calibration_cpu_s: CPU seconds of the calibration probe there; 0 where nobody asked for them.
    """

    observation: Observation
    calibration_cpu_s: float = 0.0


def key_of(**parts: Any) -> str:
    """Return the SHA-256 over all that an observation depends on, given as plain JSON values."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


class ObservationStore:
    """A folder of records; further folders are only read, such as those that a bundle ships."""

    def __init__(self, folder: Path, *read_only: Path) -> None:
        self._folder = folder
        self._places = (*read_only, folder)

    def get(self, key: str) -> Record | None:
        """Return the record of that key; None if there is none or its file is damaged."""
        for place in self._places:
            with contextlib.suppress(OSError, TamperedFrame, KeyError, TypeError, ValueError):
                return _record(decode((place / key).read_bytes()))
        return None

    def put(self, key: str, record: Record) -> None:
        """Write a record, so that a reader sees all of it or nothing."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        content = encode({**asdict(record.observation), "calibration_cpu_s": record.calibration_cpu_s})
        descriptor, name = tempfile.mkstemp(dir=self._folder)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(name).replace(self._folder / key)


def _record(content: Mapping[str, Any]) -> Record:
    fields = dict(content)
    calibration_cpu_s = fields.pop("calibration_cpu_s")
    fields["verdict"] = Verdict(fields["verdict"])
    fields["error"] = StudentError(**fields["error"]) if fields["error"] else None
    return Record(Observation(**fields), calibration_cpu_s)
