"""Writes `results.json` so that there is always a whole one."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any


def write_results(path: Path, results: dict[str, Any]) -> None:
    """Replace the file at once by one with this content; a reader never sees half of it."""
    content = json.dumps(results, indent=2, ensure_ascii=False, allow_nan=False).encode() + b"\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".results-")
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        os.fchmod(file.fileno(), 0o644)
    Path(name).replace(path)
