"""Keeps warnings that arise in our own code out of a submission that turns all warnings into errors."""

import warnings
from collections.abc import Callable
from functools import wraps
from typing import Any

CHANGING = ("filterwarnings", "simplefilter")


def install(modules: str) -> None:
    """From now on no change of the filters lets warnings in these modules become errors.

    Args:
        modules: a regular expression for the beginning of their names.
    """
    plain = warnings.filterwarnings

    def adapted(change: Callable[..., None]) -> Callable[..., None]:
        @wraps(change)
        def changed(*positional: Any, **named: Any) -> None:
            change(*positional, **named)
            plain("ignore", module=modules)  # the filter that is put in last comes first

        return changed

    for name in CHANGING:
        setattr(warnings, name, adapted(getattr(warnings, name)))
