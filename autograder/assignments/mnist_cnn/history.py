"""Finds the columns of a training history in the forms in which people return it: functions of values."""

from collections.abc import Callable
from typing import Any

Column = list[float]
FEWEST_ROWS = 2


def columns(history: Any) -> dict[str, Column]:
    """Return the columns of numbers by name; those without a name are called by their place, such as "#1".

    Args:
        history: a list of dicts, a dict of lists, lists side by side, a list of rows, or one of these in a tuple.
    """
    if isinstance(history, dict):
        named = {str(name): _numbers(value) for name, value in history.items()}
        plain = {name: column for name, column in named.items() if column}
        return plain or next((found for value in history.values() if (found := columns(value))), {})
    if not isinstance(history, list) or not history:
        return {}
    rows = [row for row in history if isinstance(row, dict)]
    if len(rows) == len(history):
        names = dict.fromkeys(name for row in rows for name in row)
        return {name: column for name in names if (column := _numbers([row[name] for row in rows if name in row]))}
    inner = [one for one in history if isinstance(one, (list, dict))]
    nested = next((found for one in inner if not _numbers(one) and (found := columns(one))), None)
    if nested:  # (history, best accuracy) and the like
        return nested
    lists = [column for one in history if (column := _numbers(one))]
    if len(lists) < len(history) and not lists:
        return {}
    if len({len(one) for one in lists}) == 1:  # rows, or columns side by side: what they hold will tell
        lists += [list(column) for column in zip(*lists, strict=True)]
    return {f"#{place}": column for place, column in enumerate(lists, start=1) if len(column) >= FEWEST_ROWS}


def find(table: dict[str, Column], words: tuple[tuple[str, ...], ...], fits: Callable[[Column], bool]) -> Column | None:
    """Return a column by what its name contains or, where columns have no names, by what it holds.

    Args:
        table: from `columns`.
        words: alternatives, each a group of words that must all be in the name.
        fits: whether a column without a name is the one.
    """
    for group in words:
        for name, column in table.items():
            if all(word in name.lower() for word in group):
                return column
    return next((column for name, column in table.items() if name.startswith("#") and fits(column)), None)


def _numbers(value: Any) -> Column:
    """Return a list of numbers, each perhaps in a list of its own; empty if it is none."""
    if not isinstance(value, list) or not value:
        return []
    flat = [one[0] if isinstance(one, list) and len(one) == 1 else one for one in value]
    if all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in flat):
        return [float(one) for one in flat]
    return []
