"""Chooses by the word of `--only`, which must be part of a name."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from autograder.model.failures import UnusableInput
from autograder.model.suggestion import did_you_mean

Named = TypeVar("Named")


def chosen_by(only: str, ones: Sequence[Named], name_of: Callable[[Named], str], noun: str) -> list[Named]:
    """Return the items whose name contains a word; all of them if the word is empty.

    Raises:
        UnusableInput: no name contains it; the message suggests the nearest.
    """
    chosen = [one for one in ones if only in name_of(one)]
    if not chosen:
        names = [name_of(one) for one in ones]
        suggestion = did_you_mean(only, [*names, *(name.rpartition("/")[2] for name in names)])
        raise UnusableInput(f"--only {only}: no {noun} has this word in its name.{suggestion}")
    return chosen
