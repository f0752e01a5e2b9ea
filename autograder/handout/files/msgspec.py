"""Stands in for msgspec, by which the grader reads its manifests: here there are none to be read."""

from typing import Any


class Struct:
    """A class whose attributes have their defaults."""

    def __init_subclass__(cls, **options: Any) -> None:
        """Take what msgspec takes."""


def Meta(**bounds: Any) -> Any:
    """Return bounds, which nobody checks."""
    return bounds
