"""Catches what a test prints, thread by thread, so that gradings side by side do not mix."""

import contextlib
import sys
import threading
from collections.abc import Iterator
from typing import Any

MAX_PRINTED = 4000


class Printed:
    """The beginning of what was printed, and how much it was."""

    def __init__(self) -> None:
        self._kept = ""
        self._total = 0

    def write(self, text: str) -> int:
        """Take text as a stream does; what is beyond the limit is counted and dropped."""
        self._total += len(text)
        self._kept += text[: MAX_PRINTED - len(self._kept)]
        return len(text)

    @property
    def text(self) -> str:
        """What was printed, with a note where it was cut."""
        left_out = self._total - len(self._kept)
        return self._kept.strip() + (f"\n… {left_out:,} characters left out …" if left_out else "")


class _Splitter:
    """Stands in for standard output: each thread writes to its own place if it has one."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.places: dict[int, Printed] = {}

    def write(self, text: str) -> int:
        written: int = self.places.get(threading.get_ident(), self.stream).write(text)
        return written

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


_lock = threading.Lock()


@contextlib.contextmanager
def printed_by_this_thread() -> Iterator[Printed]:
    """Yield what the current thread prints until the end of the block; other threads print as before."""
    printed, thread = Printed(), threading.get_ident()
    with _lock:
        splitter = sys.stdout if isinstance(sys.stdout, _Splitter) else _Splitter(sys.stdout)
        sys.stdout = splitter
        before = splitter.places.get(thread)
        splitter.places[thread] = printed
    try:
        yield printed
    finally:
        with _lock:
            del splitter.places[thread]
            if before is not None:
                splitter.places[thread] = before
            if not splitter.places and sys.stdout is splitter:
                sys.stdout = splitter.stream
