"""The parts of a fuzzing target."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import strategies as st


@dataclass(frozen=True)
class Target:
    """One boundary that hostile input crosses.

    Attributes:
        name: what is fed with what.
        cases: draws the input.
        check: takes a case and an empty-ish folder of its own; raises whatever must not be raised.
        weight: share of the cases in a long run; slow targets have less.
    """

    name: str
    cases: st.SearchStrategy[Any]
    check: Callable[[Any, Path], None]
    weight: float = 1.0
