"""Training on held-out images is detected, and nothing else is taken for it."""

import numpy as np
import pytest

from autograder.checks.contamination import contaminated_share

random = np.random.default_rng(11)


def thumbnails(count: int) -> np.ndarray:
    """Return (count, 3, 8, 8) float32 thumbnails of unrelated images."""
    made = random.normal(size=(count, 3, 8, 8)).astype(np.float32)
    return made


SUSPECT, ALLOWED = thumbnails(30), thumbnails(50)


def test_training_on_allowed_images_gives_no_share() -> None:
    """An honest submission is never accused."""
    assert contaminated_share(ALLOWED, SUSPECT, ALLOWED) == 0.0
    assert contaminated_share(thumbnails(40), SUSPECT, ALLOWED) == 0.0


def test_share_is_the_fraction_of_suspect_images() -> None:
    """One suspect image in four gives a quarter."""
    trained_on = np.concatenate([SUSPECT[:10], ALLOWED[:30]])

    assert contaminated_share(trained_on, SUSPECT, ALLOWED) == pytest.approx(0.25)


@pytest.mark.parametrize(
    "augmented",
    [
        lambda images: images[:, :, :, ::-1],
        lambda images: 0.5 * images,
        lambda images: images + random.normal(scale=0.1, size=images.shape),
    ],
    ids=["mirrored", "darker", "noisy"],
)
def test_mild_augmentation_hides_nothing(augmented) -> None:
    """The usual augmentation of training images leaves them recognisable."""
    assert contaminated_share(augmented(SUSPECT), SUSPECT, ALLOWED) == 1.0


def test_image_in_both_sets_counts_for_the_student() -> None:
    """A duplicate across the files is not evidence."""
    allowed = np.concatenate([ALLOWED, SUSPECT[:5]])

    assert contaminated_share(SUSPECT[:5], SUSPECT, allowed) == 0.0


@pytest.mark.filterwarnings("error")
def test_images_of_one_colour_and_no_images_are_no_evidence() -> None:
    """Zeros, NaN and missing images cause neither a division by zero nor an accusation."""
    assert contaminated_share(np.zeros((3, 3, 8, 8), np.float32), SUSPECT, ALLOWED) == 0.0
    assert contaminated_share(np.full((3, 3, 8, 8), np.nan, np.float32), SUSPECT, ALLOWED) == 0.0
    assert contaminated_share(thumbnails(0), SUSPECT, ALLOWED) == 0.0


@pytest.mark.filterwarnings("error")
def test_nothing_suspect_or_nothing_allowed_is_no_error() -> None:
    """An assignment may hold back no image, or allow none."""
    assert contaminated_share(SUSPECT, thumbnails(0), ALLOWED) == 0.0
    assert contaminated_share(SUSPECT, SUSPECT, thumbnails(0)) == 1.0
