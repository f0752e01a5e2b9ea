"""Withholds free texts of a probe that has received hidden inputs."""

import builtins
import contextlib
from collections.abc import Iterator
from contextvars import ContextVar

WITHHELD = "[withheld]"  # replaces a text that could reveal hidden inputs
EXCEPTIONS = frozenset(
    name for name, one in vars(builtins).items() if isinstance(one, type) and issubclass(one, BaseException)
)
_withholding: ContextVar[bool] = ContextVar("withholding", default=False)


@contextlib.contextmanager
def withholding_texts() -> Iterator[None]:
    """Have each rule of a free text put `WITHHELD` in its place, in this block."""
    token = _withholding.set(True)
    try:
        yield
    finally:
        _withholding.reset(token)


def without_words(text: str) -> str:
    """Return the part of a text that cannot reveal hidden inputs: the exception at its beginning."""
    kind = text.partition(":")[0]
    return f"{kind} ({WITHHELD})" if kind in EXCEPTIONS else WITHHELD if text else ""


def is_withholding() -> bool:
    """Return whether free texts are withheld here."""
    return _withholding.get()
