"""Calls `get_dataloaders` so that paths with backslashes cost one test and not all. For probes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder.probes.errors import error_text


def call_get_dataloaders(function: Callable[..., Any], folder: str, *arguments: Any, **named: Any) -> tuple[Any, str]:
    """Return what `get_dataloaders` returns, and why the folders were not found at first, if so.

    Code that joins paths with backslashes finds its folders at the second attempt, by links with these very names.

    Args:
        function: the student's.
        folder: handed on as `data_dir`; holds `train` and `val`.
        *arguments: handed on.
        **named: handed on.
    """
    try:
        return function(folder, *arguments, **named), ""
    except Exception as error:  # often FileNotFoundError, or an empty list of files
        _link(folder)
        return function(folder, *arguments, **named), error_text(error)


def _link(folder: str) -> None:
    for part in ("train", "val"):
        for name in (f"{folder}\\{part}", f"{folder}\\{part}\\"):
            if not Path(name).exists():
                Path(name).symlink_to(Path(folder, part).resolve())
