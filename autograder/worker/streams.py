"""Opens the standard streams anew: the zygote's still describe the files from before the fork.

A stream that takes a pipe for a file that it can seek in fails when a program reconfigures it.
"""

import io
import os
import sys

_former: list[object] = []  # kept, because a stream that is collected closes its descriptor


def reopen() -> None:
    """Replace the three standard streams by new ones on the same descriptors."""
    _former.extend((sys.stdin, sys.stdout, sys.stderr, sys.__stdin__, sys.__stdout__, sys.__stderr__))
    sys.stdin = sys.__stdin__ = _opened(0, "r", "strict")  # type: ignore[misc]
    sys.stdout = sys.__stdout__ = _opened(1, "w", "backslashreplace")  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = _opened(2, "w", "backslashreplace")  # type: ignore[misc]
    sys.stderr.reconfigure(line_buffering=True)


def _opened(descriptor: int, mode: str, errors: str) -> io.TextIOWrapper:
    stream = os.fdopen(descriptor, mode, encoding="utf-8", errors=errors, closefd=False)
    assert isinstance(stream, io.TextIOWrapper)
    return stream
