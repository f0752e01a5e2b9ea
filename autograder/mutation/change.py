"""A change of a program's text that an operator makes, and the operator."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from autograder.mutation.program import Edit, Program


@dataclass(frozen=True)
class Operator:
    """A kind of change.

    Attributes:
        name: identifier, in words joined by underscores.
        about: its effect, in a few words.
        sites: returns for each place in a program where it applies the edits that belong together.
    """

    name: str
    about: str
    sites: Callable[[Program], Iterable[tuple[Edit, ...]]]


@dataclass(frozen=True)
class Change:
    """An operator's edit at one place.

    Attributes:
        operator: its name.
        line: the first line that it changes, from 1.
        code: that line as it was, without its indentation.
        new: the text in its place.
        lines: the first lines of all statements that it changes.
        text: the program after it.
    """

    operator: str
    line: int
    code: str
    new: str
    lines: frozenset[int]
    text: str
