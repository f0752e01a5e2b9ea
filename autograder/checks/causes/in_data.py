"""Causes of a low accuracy in the images and labels that a network was trained on; each is None if not observed."""

from autograder.checks.cause import Cause, see_test
from autograder.checks.pixel_scale import wrong_scale
from autograder.checks.training_seen import Training

FEW = 0.75  # of the given images; students may keep a fifth for validation
FEW_DIFFERENT = 0.5
USUAL_SPREAD = (0.6, 1.6)  # times the reference solution's; the constants of other data sets give about as much
UNLIKE_MEAN, UNLIKE_STD = 0.5, (0.6, 1.7)  # of the spread in training; augmentation stays within
FAR_OFF = (0.03, 10.0)  # times the right spread: outside, no learning rate helps
MISLABELLED = 0.9  # of the labels: fewer are right
SCRAMBLED = 0.1  # of the images trained on: fewer look like those in the files


def far_off_pixels(training: Training) -> Cause | None:
    """The scale of the pixels is so wrong that no learning rate helps."""
    return _wrong_pixels(training, far_off=True)


def near_pixels(training: Training) -> Cause | None:
    """The scale of the pixels is wrong, and training gets by."""
    return _wrong_pixels(training, far_off=False)


def _wrong_pixels(training: Training, *, far_off: bool) -> Cause | None:
    seen, right = training.trained_pixels or training.pixels, training.right_pixels
    wrong = wrong_scale(seen, right) if seen and right and _scales_alike(training) else None
    if not seen or not right or not wrong or far_off == _is_within(FAR_OFF, seen[1], right[1]):
        return None
    first = f"First fix what test {training.see.scale} found, if anything. " if training.see.scale else ""
    return Cause("scale", f"your {wrong.what}", f"{first}{wrong.hint}")


def unlike_modes(training: Training) -> Cause | None:
    """Training and test scale images differently."""
    if training.pixels is None or training.trained_pixels is None or _scales_alike(training):
        return None
    (mean, std), (there_mean, there_std) = training.pixels, training.trained_pixels
    return Cause(
        "unlike scales",
        f"the network was trained on pixels with mean {there_mean:.2f} and standard deviation {there_std:.2f}, and "
        f"your preprocessing for the test gives {mean:.2f} and {std:.2f}",
        "Scale test images as you scale training images, and check which transform run_model uses."
        + see_test(training.see.modes),
    )


def wrong_labels(training: Training) -> Cause | None:
    """Images have the labels of others."""
    labelled = training.sample.labelled
    if labelled is None or labelled >= MISLABELLED:
        return None
    return Cause(
        "labels",
        f"only {labelled:.0%} of the images trained on had the label that the files give them",
        f"Keep images and labels in the same order, and do not change the labels.{see_test(training.see.labels)}",
    )


def scrambled(training: Training) -> Cause | None:
    """Images do not look like those in the files."""
    found = training.sample.found
    if found is None or found >= SCRAMBLED:
        return None
    return Cause(
        "unlike the files",
        f"only {found:.0%} of the images trained on look like an image of the files: rows, columns or colours are "
        "swapped, or augmentation changes the images beyond recognition",
        f"Show a batch with matplotlib before you train.{see_test(training.see.images)}",
    )


def unusual_spread(training: Training) -> Cause | None:
    """The constants of Normalize are unusual."""
    if training.pixels is None or training.right_pixels is None:
        return None
    (mean, std), (right_mean, right_std) = training.pixels, training.right_pixels
    if _is_within(USUAL_SPREAD, std, right_std):
        return None
    return Cause(
        "scale",
        f"your pixels have mean {mean:.2f} and standard deviation {std:.2f} after preprocessing; "
        f"{right_mean:.2f} and {right_std:.2f} are usual",
        "Compare the constants of your Normalize with those in the hand-out, digit by digit.",
    )


def few_images(training: Training) -> Cause | None:
    """Training saw only part of the files."""
    different = training.sample.different
    seen = min(training.images, different or training.images)
    few_different = 0 < different < FEW_DIFFERENT * training.given
    if not 0 < seen < FEW * training.given or (training.images >= FEW * training.given and not few_different):
        return None
    told = f", about {different:,} different ones" if 0 < different < FEW_DIFFERENT * training.images else ""
    return Cause(
        "few images",
        f"the network was trained on {training.images:,} images{told}; {training.files} hold {training.given:,}",
        f"Train on all files, and use every batch of the loader.{see_test(training.see.files)}",
    )


def _scales_alike(training: Training) -> bool:
    """Return whether images have one scale in training and in test, as far as that is known."""
    if training.pixels is None or training.trained_pixels is None or not training.steps:
        return True
    (mean, std), (there_mean, there_std) = training.pixels, training.trained_pixels
    return abs(mean - there_mean) <= UNLIKE_MEAN * there_std and _is_within(UNLIKE_STD, std, there_std)


def _is_within(bounds: tuple[float, float], std: float, other: float) -> bool:
    """Return whether the ratio of two standard deviations lies within the bounds."""
    return bounds[0] <= std / max(other, 1e-9) <= bounds[1]
