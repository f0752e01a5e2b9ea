"""Names the fault in the scale of images by their mean and standard deviation."""

from typing import Any

import numpy as np
import pytest

from autograder.checks.pixel_scale import wrong_scale

MEAN, STD = 0.47, 0.25
PIXELS = np.random.default_rng(6).integers(0, 256, (3, 32, 32)).astype(np.float32)


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
    """Each fault comes with a remedy."""
    wrong = wrong_scale(statistics(pixels), RIGHT)

    assert wrong is not None
    assert words in wrong.what
    assert wrong.hint


@pytest.mark.parametrize(("mean", "std"), [(0.48, 0.25), (0.5, 0.5), (0.47, 0.21), (0.0, 1.1 * STD)])
def test_usual_constants_are_not_complained_of(mean: float, std: float) -> None:
    """Other data sets' means and standard deviations serve as well."""
    assert wrong_scale(statistics((PIXELS / 255 - mean) / std), RIGHT) is None


def test_constant_images_are_named_without_a_division_by_zero() -> None:
    """A network sees nothing in them."""
    assert wrong_scale((0.0, 0.0), RIGHT) is not None
    assert wrong_scale(RIGHT, (0.0, 0.0)) is not None
