"""An observation that explains a low accuracy."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cause:
    """An observation that explains a low accuracy.

    Attributes:
        name: of the cause, in two or three words; for tables.
        seen: in words.
        hint: how to fix it.
    """

    name: str
    seen: str
    hint: str


def see_test(number: str) -> str:
    """Return a sentence that refers to another test; empty if there is none."""
    return f" See test {number}." if number else ""
