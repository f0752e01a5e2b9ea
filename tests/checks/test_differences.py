"""The first difference is named, with the right value, the seen value, and the tolerance."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from autograder.checks.differences import first_difference, first_other, first_tensor_that_differs

NETWORK = [("conv1.weight", [4, 3, 5, 5]), ("conv1.bias", [4]), ("fc.weight", [10, 16]), ("fc.bias", [10])]


def test_first_number_that_differs_is_named() -> None:
    """The text gives its place along each axis."""
    right = np.zeros((2, 3))
    seen = right.copy()
    seen[1, 2] = 0.25

    assert first_difference(seen, right, 1e-3, ("filter", "row")) == (
        "filter 1, row 2 is 0.25 instead of 0 (tolerance 0.001)"
    )
    assert first_difference(seen, right, 0.25, ("filter", "row")) == ""


def test_places_may_be_counted_from_one() -> None:
    """Epochs count from one."""
    assert first_difference([1.0, 2.0], [1.0, 3.0], 0.1, ("epoch",), first=1) == (
        "epoch 2 is 2 instead of 3 (tolerance 0.1)"
    )


def test_nan_differs_from_everything() -> None:
    """No comparison with NaN is true."""
    assert "number 0 is nan instead of 1" in first_difference([np.nan], [1.0], 10.0)


def test_another_shape_is_a_difference() -> None:
    """No single number differs then."""
    assert first_difference([1.0], [1.0, 2.0], 0.1) == "shape 1 instead of 2"


def test_first_tensor_that_differs_is_named() -> None:
    """The text gives its path, and the right one."""
    other = [*NETWORK[:2], ("head.weight", [12, 16]), ("head.bias", [12])]

    assert first_tensor_that_differs(NETWORK, NETWORK) == ""
    assert first_tensor_that_differs(other, NETWORK) == (
        "the first that differs is head.weight of 12 × 16, where fc.weight of 10 × 16 is right"
    )
    assert first_tensor_that_differs(NETWORK[:3], NETWORK) == "the first missing one is fc.bias of 10"
    assert first_tensor_that_differs(NETWORK, NETWORK[:3]) == "the first superfluous one is fc.bias of 10"


def test_other_names_are_no_difference() -> None:
    """Students choose the names."""
    assert first_tensor_that_differs([(f"my.{path}", shape) for path, shape in NETWORK], NETWORK) == ""


@given(st.lists(st.floats(-1, 1), min_size=1), st.floats(0, 0.5))
def test_equal_numbers_never_differ(numbers: list[float], tolerance: float) -> None:
    """No tolerance changes that."""
    assert first_difference(numbers, numbers, tolerance) == ""


def test_first_entry_that_differs_is_named() -> None:
    """Missing entries at the end are not its concern."""
    assert first_other([4, 4, 3], [4, 4, 4], "batch") == "batch 3: 3 instead of 4"
    assert first_other(["relu"], ["relu", "relu"], "block") == ""


def test_tolerance_may_grow_with_the_number() -> None:
    """Learning rates and losses are rounded to digits; the text gives the tolerance of that place."""
    assert first_difference([101.0, 2.0], [100.0, 1.0], 0.1, relative=0.01) == (
        "number 1 is 2 instead of 1 (tolerance 0.11)"
    )
