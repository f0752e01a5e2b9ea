"""Calls `get_dataloaders` so that paths with backslashes cost one test and not all. For probes."""

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder.probes.errors import error_text, is_empty_part

LARGER = (64, 128, 224)  # pixels


def call_get_dataloaders(function: Callable[..., Any], folder: str, *arguments: Any, **named: Any) -> tuple[Any, str]:
    """Return what `get_dataloaders` returns, and why the folders were not found at first, if so.

    Code that joins paths with backslashes finds its folders at the second attempt, by links with these very names. Code
    that refuses a small `size` gets larger ones, since another test judges sizes.

    Args:
        function: the student's.
        folder: handed on as `data_dir`; holds `train` and `val`.
        *arguments: handed on.
        **named: handed on.
    """
    try:
        return function(folder, *arguments, **named), ""
    except Exception as error:  # often FileNotFoundError, or an empty list of files
        first = error
    _link(folder)
    try:
        return function(folder, *arguments, **named), error_text(first)
    except Exception:
        if is_empty_part(first):  # larger images do not fill it in; other errors may come from the small ones
            raise first from None
    for size in LARGER if "size" in named else ():
        with contextlib.suppress(Exception):
            return function(folder, *arguments, **{**named, "size": size}), ""
    raise first  # of all errors it tells most


def _link(folder: str) -> None:
    for part in ("train", "val"):
        for name in (f"{folder}\\{part}", f"{folder}\\{part}\\"):
            if not Path(name).exists():
                Path(name).symlink_to(Path(folder, part).resolve())
