"""The part of copydetect that we use, imported without matplotlib.

copydetect draws a page of its own with matplotlib, which takes most of the time of its import. Nothing here draws.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

DRAWING = "matplotlib"


@contextmanager
def _without_drawing() -> Iterator[None]:
    """Let empty modules stand for matplotlib, unless it is imported already."""
    empty = {} if DRAWING in sys.modules else {name: ModuleType(name) for name in (DRAWING, f"{DRAWING}.pyplot")}
    for name, module in empty.items():
        sys.modules[name] = module
        setattr(empty[DRAWING], name.rpartition(".")[2], module)  # a package has its modules as attributes
    try:
        yield
    finally:
        for name in empty:
            del sys.modules[name]


with _without_drawing():
    from copydetect import CodeFingerprint, compare_files
    from copydetect.utils import filter_code, find_fingerprint_overlap, get_copied_slices, get_token_coverage

__all__ = [
    "CodeFingerprint",
    "compare_files",
    "filter_code",
    "find_fingerprint_overlap",
    "get_copied_slices",
    "get_token_coverage",
]
