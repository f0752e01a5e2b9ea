"""A student's preprocessing is understood as numbers, or not at all."""

from collections.abc import Callable

import numpy as np
import pytest

from autograder.checks.layout import SWAPPED
from autograder.checks.preprocessing import IN_PLACE, understood

Change = Callable[[np.ndarray], np.ndarray]


def some_images(count: int = 6, channels: int = 3) -> np.ndarray:
    """Return (count, channels, 8, 8) uint8 images without any symmetry."""
    return np.random.default_rng(3).integers(0, 256, (count, channels, 8, 8), np.uint8)


def normalised(images: np.ndarray) -> np.ndarray:
    """Return what `Normalize` makes of images in [0, 1]."""
    mean, std = (np.array(one)[:, None, None] for one in ((0.49, 0.48, 0.45), (0.25, 0.24, 0.26)))
    return np.asarray((images / 255 - mean) / std)


CHANGES: dict[str, Change] = {
    "bytes": lambda images: images,
    "normalised": normalised,
    "inverted": lambda images: 1 - images / 255,
    "blue first": lambda images: normalised(images)[:, ::-1],
    "grey": lambda images: np.repeat(images.mean(axis=1, keepdims=True), 3, axis=1),
    "one grey channel": lambda images: images.mean(axis=1, keepdims=True) / 255,
    "swapped": lambda images: normalised(images).transpose(0, 1, 3, 2),
    "upside down": lambda images: images[:, :, ::-1] / 255,
    "mirrored": lambda images: images[..., ::-1] / 255,
}
UNKNOWN: dict[str, Change] = {
    "shuffled": lambda images: images[:, :, np.random.default_rng(1).permutation(8)],
    "squared": lambda images: (images / 255.0) ** 2,
    "of the image before": lambda images: np.roll(images, 1, axis=0),
    "smaller": lambda images: images[..., ::2, ::2],
    "not finite": lambda images: np.full(images.shape, np.nan),
    "nothing": lambda images: np.zeros((0, 3, 8, 8)),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_usual_preprocessing_is_done_to_other_images_alike(change: Change) -> None:
    """Preprocessing worked out on some images treats others as the student's code would."""
    known, others = understood(some_images(), change(some_images())), some_images()[::-1][:3]
    assert known
    mixed = np.einsum("dc,nchw->ndhw", known.mix, known.arranged(others)) + known.shift[:, None, None]

    assert np.allclose(mixed, change(others), atol=1e-5)


@pytest.mark.parametrize("change", UNKNOWN.values(), ids=UNKNOWN)
def test_other_preprocessing_is_not_understood(change: Change) -> None:
    """It has to be done by the student's own code."""
    images = some_images()

    assert understood(images[: len(change(images))], change(images)) is None


@pytest.mark.parametrize(
    "images", [np.full((6, 3, 8, 8), np.nan), np.full((6, 3, 8, 8), np.inf), np.zeros((6, 0, 8, 8))]
)
def test_claims_about_images_are_no_fault(images: np.ndarray) -> None:
    """The images before a network's own changes are claims, too."""
    assert understood(images, normalised(some_images())) is None
    assert understood(images, images) is None


def test_random_mirroring_counts_as_none() -> None:
    """A slip that costs its own points elsewhere does not hide how pixels are scaled."""
    images = some_images()
    turned = np.where((np.arange(6) % 2 == 0)[:, None, None, None], images, images[..., ::-1])
    known = understood(images, turned)

    assert known and (known.layout, known.mirrored) == (IN_PLACE, False)


def test_layout_has_a_name() -> None:
    """Readers of a debugger see what was found."""
    known = understood(some_images(), some_images().transpose(0, 1, 3, 2))

    assert known and known.layout == SWAPPED


@pytest.mark.parametrize("factor", [1 / 128, 2 / 255, 1.0, -1 / 255])
def test_last_bits_do_not_matter(factor: float) -> None:
    """They differ by processor and threads, and an observation's name must not."""
    images = np.random.default_rng(3).integers(0, 256, (4, 3, 8, 8)).astype(np.uint8)
    seen = images * factor - 0.5
    once, again = (understood(images, seen * (1 + noise)) for noise in (0.0, 1e-15))

    assert once and again
    assert once.mix.tobytes() == again.mix.tobytes()
    assert once.shift.tobytes() == again.shift.tobytes()
