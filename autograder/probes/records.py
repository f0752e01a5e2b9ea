"""Reads records: values with named parts, which students return where a hand-out speaks of a dict or a tuple."""

import dataclasses
from collections.abc import Mapping
from typing import Any

CONTAINERS = (Mapping, list, tuple, set, frozenset)
NO_RECORDS = {"torch", "torchvision", "numpy", "pandas"}  # attributes of their objects are no parts


def as_dict(value: Any) -> Any:
    """Return the parts of a named tuple, an instance of a data class, or another object with attributes, by name.

    Any other value is returned as it is: numbers, containers, functions, and objects of torch, NumPy and pandas.
    """
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return dict(zip(value._fields, value, strict=False))
    if dataclasses.is_dataclass(value) and not isinstance(value, (type, *CONTAINERS)):
        return {one.name: getattr(value, one.name) for one in dataclasses.fields(value) if hasattr(value, one.name)}
    owners = {kind.__module__.partition(".")[0] for kind in type(value).__mro__}
    if owners & NO_RECORDS or isinstance(value, CONTAINERS) or callable(value) or not hasattr(value, "__dict__"):
        return value
    return dict(vars(value))
