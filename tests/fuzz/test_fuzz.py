"""Every boundary that hostile input crosses holds for a few cases, the same ones every time."""

from pathlib import Path

import pytest
from hypothesis import given

from tests.fuzz.all import TARGETS
from tests.fuzz.target import Target


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_hostile_input_is_taken_or_refused_and_nothing_else(target: Target, tmp_path: Path) -> None:
    """The check of each target says what must hold; a longer run is `bench/fuzz.py`."""

    @given(target.cases)
    def holds(case: object) -> None:
        target.check(case, tmp_path)

    holds()
