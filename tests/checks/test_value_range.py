"""A wrong scale of pixels is named by comparison with the pixels."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from autograder.checks.value_range import USUAL, wrong_range

LEVELS = np.random.default_rng(4).uniform(0, 1, (40, 3))
MEAN, STD = (np.array(one) for one in USUAL["ImageNet's"])
CIFAR = [np.array(one) for one in USUAL["CIFAR-10's"]]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((LEVELS - MEAN) / STD, ""),
        (LEVELS, "stay in [0, 1]"),
        (LEVELS * 255, "stay in 0 to 255"),
        (LEVELS / 255, "scaled twice"),
        ((LEVELS / 255 - MEAN) / STD, "scaled twice"),
        ((LEVELS * 255 - MEAN) / STD, "without being divided by 255"),
        (((LEVELS - MEAN) / STD - MEAN) / STD, "normalised twice"),
        ((LEVELS[:, ::-1] - MEAN) / STD, "red and blue are swapped"),
        ((LEVELS - MEAN[::-1]) / STD[::-1], "in the order blue, green, red"),
        ((LEVELS - 0.5) / 0.5, "another mean and standard deviation, 0.5 and 0.5"),
        ((LEVELS - CIFAR[0]) / CIFAR[1], "another mean and standard deviation, CIFAR-10's"),
        (LEVELS - MEAN, "nothing is divided"),
        ((1 - LEVELS - MEAN) / STD, "dark and bright are swapped"),
    ],
)
def test_wrong_range_is_named(values: Any, words: str) -> None:
    """Each usual mistake is named despite the deviations that JPEG and interpolation cause."""
    noise = np.random.default_rng(5).normal(0, 0.004, values.shape) * np.ptp(values)
    found = wrong_range(values + noise, LEVELS, MEAN, STD)

    assert words in found
    assert bool(words) == bool(found)


@pytest.mark.parametrize(
    ("values", "words"),
    [(LEVELS, ""), (255 * LEVELS, "0 to 255"), (LEVELS / 255, "scaled twice"), (1 - LEVELS, "dark and bright")],
)
def test_range_without_normalisation_is_named(values: Any, words: str) -> None:
    """Where [0, 1] is right, it is not a mistake; one channel is enough."""
    found = wrong_range(values[:, :1], LEVELS[:, :1], [0.0], [1.0])

    assert words in found
    assert bool(words) == bool(found)


@given(arrays.arrays("float64", arrays.array_shapes(max_dims=3, max_side=40), elements=st.floats()))
def test_any_values_are_judged_without_an_error(values: Any) -> None:
    """Values may have any shape, with NaN and infinity in them."""
    with np.errstate(all="ignore"):
        assert isinstance(wrong_range(values, LEVELS, MEAN, STD), str)


def test_constant_values_are_not_named() -> None:
    """They fit no mistake, since they carry no information."""
    assert wrong_range(np.full((40, 3), 0.4), LEVELS, MEAN, STD) == ""
