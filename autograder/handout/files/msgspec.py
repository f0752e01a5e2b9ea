"""Stands in for msgspec, with which the grader reads manifests and declares the results of probes."""

import inspect
from typing import Any

StructMeta = type


class Struct:
    """A class whose attributes have their defaults, or the values that it is made with."""

    def __init_subclass__(cls, **options: Any) -> None:
        """Take msgspec's arguments."""

    def __init__(self, *values: Any, **named: Any) -> None:
        """Set attributes in the order in which the classes state them, and by name."""
        stated = [name for kind in reversed(type(self).__mro__) for name in inspect.get_annotations(kind)]
        for name, value in {**dict(zip(stated, values, strict=False)), **named}.items():
            setattr(self, name, value)


class Meta:
    """Bounds; those of declarations are checked by `autograder.wire.rules`."""

    def __init__(self, **bounds: Any) -> None:
        """Keep msgspec's arguments."""
        vars(self).update(bounds)
