"""Marks tests whose source reveals the solution."""

from collections.abc import Callable
from typing import Any, TypeVar

NOT_AT_HOME = "__not_at_home__"
Method = TypeVar("Method", bound=Callable[..., Any])


def not_at_home(method: Method) -> Method:
    """Keep a visible test out of the handout: students see its outcome, but its source contains the answers."""
    setattr(method, NOT_AT_HOME, True)
    return method
