"""Writes `results.json` so that there is always a whole one."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any


class UnwritableResults(OSError):
    """The file cannot be written; the text says which and why. What stands there stays."""


def write_results(path: Path, results: dict[str, Any]) -> None:
    """Replace the file at once by one with this content; a reader never sees half of it.

    Raises:
        UnwritableResults: the disk is full, the folder read-only, or the like.
    """
    content = json.dumps(results, indent=2, ensure_ascii=False, allow_nan=False).encode() + b"\n"
    try:
        _replace(path, content)
    except OSError as error:
        raise UnwritableResults(f"{path} cannot be written: {error.strerror}") from None


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".results-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            os.fchmod(file.fileno(), 0o644)
        Path(name).replace(path)
    except BaseException:  # a full disk, or a signal: what stands there stays, and nothing beside it
        Path(name).unlink(missing_ok=True)
        raise
