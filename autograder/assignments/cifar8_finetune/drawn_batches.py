"""Writes the files for a probe's question. Runs in the sandbox, beside the student's code."""

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
    count = len(given[b"data"])
    columns = {key for key, value in given.items() if not isinstance(value, bytes) and len(value) == count}
    taken = {key: [given[key][row % count] for row in rows] for key in columns}  # data, and names of files
    Path(name).write_bytes(pickle.dumps({**given, **taken, b"labels": labels}))
    return name
