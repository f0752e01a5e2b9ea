"""Writes files atomically, `results.json` above all."""

import errno
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from autograder.model.failures import HarnessFailure


class UnwritableResults(HarnessFailure, OSError):
    """The file cannot be written; the text says which and why. Its present content stays."""


def write_results(path: Path, results: dict[str, Any]) -> None:
    """Replace a file's content atomically: no reader ever sees half of it.

    Raises:
        UnwritableResults: the disk is full, the folder read-only, or the like.
    """
    content = json.dumps(results, ensure_ascii=False, allow_nan=False).encode()
    write_whole(path, msgspec.json.format(content, indent=2) + b"\n")  # ten times as fast as json's own indent


def write_whole(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Replace a file's content atomically.

    After a power failure the file may still be empty or cut, so whoever reads it again must check it.

    Raises:
        UnwritableResults: the disk is full, the folder read-only, or the like.
    """
    try:
        _replace(path, content, mode)
    except OSError as error:
        raise UnwritableResults(f"{path} cannot be written: {error.strerror}") from None


def check_writable(path: Path) -> None:
    """Check that the file can be written, before the work whose result it will hold.

    Raises:
        UnwritableResults: it is a folder, or no file can be made beside it.
    """
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent):
            pass
    except FileExistsError:  # mkdir found a file in its way
        raise UnwritableResults(f"{path} cannot be written: {path.parent} is not a folder") from None
    except OSError as error:
        raise UnwritableResults(f"{path} cannot be written: {error.strerror}") from None


def _replace(path: Path, content: bytes, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".results-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            os.fchmod(file.fileno(), mode)
        Path(name).replace(path)
    except BaseException:  # a full disk, or a signal: keep the present file, and leave nothing beside it
        Path(name).unlink(missing_ok=True)
        raise
