"""Replaces gradescope-utils' decorators, with the same names and effects."""

from collections.abc import Callable
from functools import wraps
from typing import Any

Method = Callable[..., Any]


def _setting(**attributes: Any) -> Callable[[Method], Method]:
    def decorate(method: Method) -> Method:
        vars(method).update(attributes)
        return method

    return decorate


def weight(value: float) -> Callable[[Method], Method]:
    """State the points of a test."""
    return _setting(__weight__=value)


def number(value: str) -> Callable[[Method], Method]:
    """State a test's number."""
    return _setting(__number__=str(value))


def visibility(value: str) -> Callable[[Method], Method]:
    """State when a test is shown."""
    return _setting(__visibility__=value)


def hide_errors(value: str = "Test failed") -> Callable[[Method], Method]:
    """State the text that replaces a failure's details."""
    return _setting(__hide_errors__=value)


def tags(*values: str) -> Callable[[Method], Method]:
    """State a test's tags."""
    return _setting(__tags__=values)


def partial_credit(value: float) -> Callable[[Method], Method]:
    """Let a test set its own score."""

    def decorate(method: Method) -> Method:
        def set_score(score: float) -> None:
            vars(wrapper)["__score__"] = score

        @wraps(method)
        def wrapper(*positional: Any, **named: Any) -> Any:
            return method(*positional, **{**named, "set_score": set_score})

        vars(wrapper)["__weight__"] = value
        return wrapper

    return decorate


def leaderboard(column: str, sort_order: str = "desc") -> Callable[[Method], Method]:
    """Let a test fill a column of the leaderboard."""

    def decorate(method: Method) -> Method:
        def set_leaderboard_value(value: float) -> None:
            vars(wrapper)["__leaderboard_value__"] = value

        @wraps(method)
        def wrapper(*positional: Any, **named: Any) -> Any:
            return method(*positional, **{**named, "set_leaderboard_value": set_leaderboard_value})

        vars(wrapper).update(__leaderboard_column__=column, __leaderboard_sort_order__=sort_order)
        return wrapper

    return decorate
