"""What the suites of `cifar8_finetune` name, worked out from values alone."""

from typing import Any

import numpy as np
import pytest

from autograder.assignments.cifar8_finetune.scaling import wrong_scale
from autograder.assignments.cifar8_finetune.test_dataset import HINTS, diagnosis
from autograder.assignments.cifar8_finetune.test_loader import first_difference
from autograder.assignments.cifar8_finetune.test_training import first_difference as step_difference
from autograder.suites.layout import WRONG_LAYOUTS

PIXELS = np.random.default_rng(0).integers(0, 256, (3, 32, 32)).astype(np.float64)
MEAN, STD = 0.48, 0.25


def statistics(pixels: Any) -> tuple[float, float]:
    """Return mean and standard deviation."""
    return float(np.mean(pixels)), float(np.std(pixels))


RIGHT = statistics((PIXELS / 255 - MEAN) / STD)


@pytest.mark.parametrize(
    ("pixels", "words"),
    [
        ((PIXELS - MEAN) / STD, "normalised without being divided by 255"),
        (PIXELS, "pixels stay in 0 to 255"),
        ((PIXELS / 255 / 255 - MEAN) / STD, "scaled twice"),
        (PIXELS / 255 / 255, "scaled twice"),
        (PIXELS / 255, "are not normalised"),
    ],
)
def test_wrong_range_is_named(pixels: Any, words: str) -> None:
    """Each with what to do about it."""
    wrong = wrong_scale(statistics(pixels), RIGHT)

    assert wrong is not None
    assert words in wrong.what
    assert wrong.hint


@pytest.mark.parametrize(("mean", "std"), [(0.48, 0.25), (0.5, 0.5), (0.47, 0.21), (0.0, 1.1 * STD)])
def test_usual_constants_are_not_complained_of(mean: float, std: float) -> None:
    """Other data sets' means and standard deviations serve as well."""
    assert wrong_scale(statistics((PIXELS / 255 - mean) / std), RIGHT) is None


def test_constant_pictures_are_named_without_a_division_by_zero() -> None:
    """A network sees nothing in them."""
    assert wrong_scale((0.0, 0.0), RIGHT) is not None
    assert wrong_scale(RIGHT, (0.0, 0.0)) is not None


@pytest.mark.parametrize("what", WRONG_LAYOUTS)
def test_wrong_layout_is_named(what: str) -> None:
    """At any scale, planes first or last."""
    wrong = WRONG_LAYOUTS[what](PIXELS)
    true = {"array": PIXELS.astype(np.float32)}

    for picture in (wrong, wrong.transpose(1, 2, 0) / 255 - 1):
        assert diagnosis({"array": picture, "kind": "ndarray"}, true) == (what, HINTS[what])


def test_flat_row_is_named() -> None:
    """Whoever forgets the reshape reads that."""
    what, hint = diagnosis({"array": PIXELS.ravel(), "kind": "ndarray"}, {"array": PIXELS})

    assert what == "a ndarray of shape (3072,): the row of the file is still flat"
    assert "Reshape" in hint


def test_first_number_that_differs_is_named_with_the_tolerance() -> None:
    """NaN differs from everything, and another shape is told elsewhere."""
    assert step_difference(np.ones(3), np.ones(3) + 1e-8) == ""
    assert step_difference(np.array([1.0, 0.9]), np.array([1.0, 0.8])) == (
        "; number 1 of the parameter is 0.9 instead of 0.8 (tolerance 1e-06)"
    )
    assert "is nan instead of 1" in step_difference(np.array([np.nan]), np.ones(1))
    assert step_difference(np.ones(2), np.ones(3)) == ""


def test_first_batch_that_differs_is_named() -> None:
    """With what would be right."""
    assert first_difference([[16], [16, 1]], [[16], [7]]) == "(16, 1) in batch 2 of 2, where (7,) is right"
    assert first_difference([[16]], [[16], [7]]) == ""
