"""Attributes that gradescope-utils' decorators leave on a test's functions.

`partial_credit` and `leaderboard` store the values that a test sets as attributes of the function that
the decorator made. Subclasses that inherit the test share them, so they are deleted before each run.
"""

from collections.abc import Callable, Iterator
from typing import Any

STATE = ("__score__", "__leaderboard_value__")


def wrapped_chain(method: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Yield a function and the functions that decorators wrapped in it, outermost first."""
    while method is not None:
        yield method
        method = getattr(method, "__wrapped__", None)  # type: ignore[assignment]


def forget(method: Callable[..., Any]) -> None:
    """Delete the values that an earlier run of the method set."""
    for layer in wrapped_chain(method):
        for name in STATE:
            layer.__dict__.pop(name, None)
