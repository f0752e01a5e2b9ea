"""A wrong layout is named, at any scale and whatever a submission returned."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from autograder.checks.layout import MIRRORED, SWAPPED, WRONG_LAYOUTS, as_planes, shows, wrong_layout, wrong_shape

TRUE = np.random.default_rng(3).integers(0, 256, (3, 24, 24)).astype(np.float32)
any_array = arrays.arrays(
    st.sampled_from(["float32", "uint8", "bool"]),
    arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=24).filter(lambda shape: np.prod(shape) < 4000),
)


@pytest.mark.parametrize("what", WRONG_LAYOUTS)
@pytest.mark.parametrize("scale", [1.0, 1 / 255])
def test_each_layout_is_named(what: str, scale: float) -> None:
    """Colours may come first or last, in any units."""
    wrong = WRONG_LAYOUTS[what](TRUE) * scale - 0.5

    assert wrong_layout(wrong, TRUE) == what
    assert wrong_layout(wrong.transpose(1, 2, 0), TRUE) == what


def test_layout_of_an_image_that_is_not_square_is_named() -> None:
    """A swap changes the shape, and is recognised nevertheless."""
    true = TRUE[:, :20]

    assert wrong_layout(true[:, :, ::-1], true) == MIRRORED
    assert wrong_layout(true.transpose(0, 2, 1), true) == SWAPPED
    assert wrong_shape(true.transpose(0, 2, 1), true.shape) == "it has another size"


def test_layout_of_an_image_of_one_channel_is_named() -> None:
    """It has no colours to swap."""
    grey = TRUE[:1]

    assert wrong_layout(grey.transpose(0, 2, 1), grey) == SWAPPED
    assert wrong_layout(grey, grey) == ""


def test_layout_of_a_thinned_out_image_is_named() -> None:
    """The same thinning is applied to the true image."""

    def sampled(planes: Any) -> Any:
        return planes[:, 1::3, 1::3]

    for what, wrong in WRONG_LAYOUTS.items():
        assert wrong_layout(sampled(wrong(TRUE)), TRUE, sampled=sampled) == what


def test_another_image_is_not_named() -> None:
    """A guess would mislead students."""
    assert wrong_layout(TRUE[:, ::-1, ::-1][[1, 2, 0]], TRUE) == ""


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (TRUE, ""),
        (TRUE.transpose(1, 2, 0), "the colours come last instead of first"),
        (TRUE.ravel(), "flattened"),
        (TRUE[0], "no axis for the colours"),
        (TRUE[:1], "channels: 1 instead of 3"),
        (TRUE[None], "one axis too many"),
        (TRUE[:, :5], "another size"),
    ],
)
def test_wrong_shape_is_named(array: Any, words: str) -> None:
    """The shape alone decides."""
    assert words in wrong_shape(array, TRUE.shape)
    assert bool(words) == bool(wrong_shape(array, TRUE.shape))


@given(any_array)
def test_any_array_is_judged_without_an_error(array: Any) -> None:
    """Arrays of any shape, with NaN, infinity or nothing in them, do not show the image."""
    with np.errstate(all="ignore"):
        assert not shows(array, TRUE)
        assert isinstance(wrong_layout(array, TRUE), str)
        assert isinstance(wrong_shape(array, TRUE.shape), str)
        assert len(as_planes(array, TRUE.shape)) <= 1
