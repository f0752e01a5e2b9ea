"""Gives each planned test its own copy of its decorators' state.

gradescope-utils' `partial_credit` and `leaderboard` keep what a test sets as attributes of the function
that the decorator made. Subclasses that inherit the test, and gradings in other threads, share it.
"""

from collections.abc import Callable, Iterator
from types import CellType, FunctionType
from typing import Any

STATE = ("__score__", "__leaderboard_value__")


def wrapped_chain(method: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Yield a function and those that decorators have wrapped in it, outermost first."""
    while method is not None:
        yield method
        method = getattr(method, "__wrapped__", None)  # type: ignore[assignment]


def forget(method: Callable[..., Any]) -> None:
    """Drop what an earlier run of the method has set."""
    for layer in wrapped_chain(method):
        for name in STATE:
            layer.__dict__.pop(name, None)


def with_own_state(function: Any) -> Any:
    """Return a copy of a decorated function; its wrappers and their setters refer to the copy.

    A function that wraps none, and a wrapper that is no plain function, is returned as it is.
    """
    inner = getattr(function, "__wrapped__", None)
    if inner is None or not isinstance(function, FunctionType):
        return function
    own_inner, own = with_own_state(inner), CellType()

    def replaced(cell: CellType) -> CellType:
        content = _content(cell)
        if content is function:
            return own
        if content is inner:
            return CellType(own_inner)
        if isinstance(content, FunctionType) and any(_content(c) is function for c in content.__closure__ or ()):
            return CellType(_copy(content, [replaced(c) for c in content.__closure__ or ()]))  # such as set_score
        return cell

    copy = _copy(function, [replaced(cell) for cell in function.__closure__ or ()])
    copy.__dict__["__wrapped__"] = own_inner
    own.cell_contents = copy
    return copy


def _copy(function: FunctionType, closure: list[CellType]) -> FunctionType:
    made = FunctionType(
        function.__code__, function.__globals__, function.__name__, function.__defaults__, tuple(closure)
    )
    made.__kwdefaults__ = function.__kwdefaults__
    made.__doc__, made.__qualname__ = function.__doc__, function.__qualname__
    made.__dict__.update(function.__dict__)
    return made


def _content(cell: CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # it is empty
        return None
