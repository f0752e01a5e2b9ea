"""Notes whether a file is opened, by whatever library: a hint in a student's favour, and no evidence of anything."""

import os
import sys
from typing import Any

_seen: dict[str, bool] = {}  # name of each watched file to whether it was opened


def watch_for(name: str) -> None:
    """From now on note when this process opens a file of this name, in whatever folder.

    Python cannot remove the hook again: it belongs into a probe, whose process ends with it.
    """
    if not _seen:
        sys.addaudithook(_note)
    _seen.setdefault(name, False)


def was_opened(name: str) -> bool:
    """Return whether a file of this name was opened since `watch_for`."""
    return _seen.get(name, False)


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "open":
        return
    path = arguments[0]
    if isinstance(path, (str, bytes, os.PathLike)):
        name = os.path.basename(os.fsdecode(path))  # noqa: PTH119 - such a path may have no form that pathlib takes
        if name in _seen:
            _seen[name] = True
