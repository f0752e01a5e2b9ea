"""Stands in for `ipywidgets`: widgets keep the value that they are made with, and functions stay what they are."""

from collections.abc import Callable
from typing import Any

from autograder.worker.experiment_trackers import Nothing

DECORATORS = ("interact", "interact_manual")


class Widget(Nothing):
    """A widget that nobody moves.

    Attributes:
        value: as given, or the first option; `Nothing` if neither is.
    """

    def __init__(self, *positional: Any, **named: Any) -> None:
        first = positional[0] if positional else Nothing()
        options = named.get("options")
        if options and "value" not in named:
            first = next(iter(options.values() if isinstance(options, dict) else options))
        self.__dict__["value"] = named.get("value", first)

    def __setattr__(self, name: str, value: Any) -> None:
        """Keep what a program sets, to read it back."""
        self.__dict__[name] = value

    def capture(self, *positional: Any, **named: Any) -> Callable[[Any], Any]:
        """Return a decorator that leaves a function as it is."""
        return _as_it_is


def interact(*positional: Any, **named: Any) -> Any:
    """Return the function that is to be called by widgets, or a decorator that leaves it as it is."""
    return positional[0] if positional and callable(positional[0]) else _as_it_is


def of_name(name: str) -> Any:
    """Return what `ipywidgets` has under a name."""
    if name in DECORATORS:
        return interact
    return Widget if name[:1].isupper() else Nothing()


def _as_it_is(function: Any) -> Any:
    return function
