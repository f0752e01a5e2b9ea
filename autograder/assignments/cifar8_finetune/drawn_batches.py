"""Writes the files that a probe is asked about. Runs in the sandbox, beside the student's code."""

import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def written(files: Sequence[str | dict[str, Any]]) -> list[str]:
    """Write files as they were drawn; return their names. One that is a name already is a given file.

    Args:
        files: names, or mappings: `name`, the given file `source`, the numbers of its `rows`, and their `labels`.
    """
    return [file if isinstance(file, str) else _write(**file) for file in files]


def _write(name: str, source: str, rows: list[int], labels: list[int]) -> str:
    given = pickle.loads(Path(source).read_bytes(), encoding="bytes")
    taken = [given[b"data"][row % len(given[b"data"])] for row in rows]
    Path(name).write_bytes(pickle.dumps({**given, b"data": taken, b"labels": labels}))
    return name
