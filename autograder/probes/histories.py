"""Reads the training history that a student's loop returned, in the forms in which people return it.

`autograder.checks.histories` finds the curves of a rubric in the result.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from autograder.probes.records import as_dict

MOST_NUMBERS = 2000  # of one curve, and entries of one list
MOST_LEVELS = 4
SIDE_BY_SIDE = 3  # lists of numbers that are a history by themselves; fewer may accompany one, such as the best epoch
NAME_CHARACTERS = 100

Curve = list[float]


class _Curves(NamedTuple):
    """The curves of numbers in a value: by name, and those without names in their order."""

    named: dict[str, Curve]
    unnamed: list[Curve]

    def __bool__(self) -> bool:
        return bool(self.named or self.unnamed)


NOTHING = _Curves({}, [])


def read_history(returned: Any) -> dict[str, Any]:
    """Return the curves in a history: `named`, lists of floats by name, and `unnamed`, a list of such lists.

    It reads a dict of lists, a dict for each epoch, lists side by side, a list of rows, and a table of pandas, also in
    a tuple or a dict with other things, such as the network or the best accuracy. Data classes, named tuples and other
    objects with attributes serve as dicts. `unnamed` is empty if there are names.

    Args:
        returned: the value that the loop returned, of any type.
    """
    return _read(returned, 0)._asdict()


def numbers(values: Any) -> Curve:
    """Return values as floats, each perhaps in a list or tensor of one; empty if one of them is not a number."""
    if not isinstance(values, Iterable) or isinstance(values, (str, bytes, Mapping)):
        return []
    try:
        return [_number(one) for one in islice(values, MOST_NUMBERS)]
    except (TypeError, ValueError, RuntimeError, OverflowError):
        return []


def _number(value: Any) -> float:
    if isinstance(value, (list, tuple)) and len(value) == 1:  # such as a scheduler's get_last_lr()
        value = value[0]
    if isinstance(value, bool):
        raise TypeError("a flag is not a number")
    return float(value)


def _read(value: Any, level: int) -> _Curves:
    value = as_dict(_without_array(value))
    if level <= MOST_LEVELS and isinstance(value, Mapping):
        return _of_mapping(value, level)
    if level <= MOST_LEVELS and isinstance(value, (list, tuple)):
        return _of_list(value[:MOST_NUMBERS], level)
    return NOTHING


def _without_array(value: Any) -> Any:
    """Return a table of pandas as a dict of lists, and a matrix as a list of rows."""
    if getattr(value, "ndim", 0) < 2:
        return value
    return value.to_dict("list") if hasattr(value, "to_dict") else value.tolist()


def _of_mapping(mapping: Mapping[Any, Any], level: int) -> _Curves:
    named = _named(islice(mapping.items(), MOST_NUMBERS))
    return _Curves(named, []) if named else _best(_read(value, level + 1) for value in mapping.values())


def _of_list(values: Sequence[Any], level: int) -> _Curves:
    values = [as_dict(one) for one in values]
    if values and all(isinstance(one, Mapping) for one in values):
        return _Curves(_named(_columns(values)), [])
    curves = [numbers(one) for one in values]
    inner = _best(_read(one, level + 1) for one, curve in zip(values, curves, strict=True) if not curve)
    lists = list(filter(None, curves))
    is_beside = bool(inner.unnamed) and len(lists) < SIDE_BY_SIDE
    return inner if inner.named or is_beside else _Curves({}, lists)


def _best(parts: Iterable[_Curves]) -> _Curves:
    """Return the first part with names, or else the first with any curves."""
    return min(filter(None, parts), key=lambda part: not part.named, default=NOTHING)


def _columns(epochs: Sequence[Mapping[Any, Any]]) -> Iterator[tuple[Any, list[Any]]]:
    """Yield each name in the dicts of the epochs, with its values in those that have it."""
    for name in dict.fromkeys(name for epoch in epochs for name in epoch):
        yield name, [epoch[name] for epoch in epochs if name in epoch]


def _named(pairs: Iterable[tuple[Any, Any]]) -> dict[str, Curve]:
    return {str(name)[:NAME_CHARACTERS]: curve for name, values in pairs if (curve := numbers(values))}
