"""Stands in for the package of this name: at home nothing is stopped by the clock."""

from collections.abc import Callable
from typing import Any

Method = Callable[..., Any]


class TimeoutError(AssertionError):
    """Is never raised here."""


def timeout(*positional: Any, **named: Any) -> Callable[[Method], Method]:
    """Leave a test as it is."""
    return lambda method: method
