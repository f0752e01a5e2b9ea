"""Explains a low accuracy by observations of the training."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from autograder.assignments.cifar8_finetune.scaling import Statistics, wrong_scale
from autograder.assignments.cifar8_finetune.training_seen import UNKNOWN, Rate, peak, still_falls

FEW = 0.75  # of the given images; a fifth may well be kept aside to validate on
STANDSTILL = 0.9  # of the first losses: where the last ones are above, training has not got going
USUAL_SPREAD = (0.6, 1.6)  # times the reference solution's; other data sets' constants lie about there
GUESSING = 0.25  # twice the accuracy of guessing among eight classes
UNLIKE_MEAN, UNLIKE_STD = 0.25, (0.75, 1.33)  # of the spread in training, as in test 2.3b
FEW_DIFFERENT = 0.5
FAR_OFF = (0.03, 10.0)  # times the right spread: outside, no learning rate helps
REGULAR_END = 0.1  # fraction of the losses to average at each end


@dataclass(frozen=True)
class Training:
    """Observations of a training run that ended with a low accuracy.

    Attributes:
        accuracy: fraction of the held-out images that were recognised.
        pixels: mean and standard deviation of preprocessed images; None if there are none.
        right_pixels: the same of the reference solution's.
        own_backbone: whether not one parameter of the backbone is the checkpoint's.
        images: how many were trained on, each as often as it was; 0 if that is not known.
        given: how many images the training files hold.
        losses: of batches, in the order of training; empty if they are not known.
        different: how many of the images were different ones; 0 if that is not known.
        rate: the optimizer as it was used.
        trained_pixels: mean and standard deviation of the images trained on; None if they are not known.
    """

    accuracy: float
    pixels: Statistics | None
    right_pixels: Statistics
    own_backbone: bool
    images: int
    given: int
    losses: npt.NDArray[np.floating]
    different: int = 0
    rate: Rate = UNKNOWN
    trained_pixels: Statistics | None = None


@dataclass(frozen=True)
class Cause:
    """An observation that explains a low accuracy, and a hint on how to fix it."""

    seen: str
    hint: str


NO_CAUSE = Cause(
    "the training shows nothing that explains it",
    "Mend first what tests 1 to 5 found. If they found nothing, watch the loss: train on until it has levelled off, "
    "and try another learning rate.",
)


def likely_cause(training: Training) -> Cause:
    """Return the first cause that the observations support.

    Causes that stop any network from learning come first, then the course of the loss, then slow training.
    """
    return (
        _wrong_pixels(training, far_off=True)
        or _no_checkpoint(training)
        or _unlike_modes(training)
        or _large_steps(training)
        or _no_progress(training)
        or _small_steps(training)
        or _wrong_pixels(training, far_off=False)
        or _unusual_spread(training)
        or _few_images(training)
        or _other_network(training)
        or _stops_early(training)
        or NO_CAUSE
    )


def _wrong_pixels(training: Training, *, far_off: bool) -> Cause | None:
    seen = training.trained_pixels or training.pixels
    wrong = wrong_scale(seen, training.right_pixels) if seen else None
    if not seen or not wrong:
        return None
    if far_off == _is_within(FAR_OFF, seen[1], training.right_pixels[1]):
        return None
    return Cause(f"your {wrong.what}", f"Mend first what test 1.4 found, if anything. {wrong.hint}")


def _unlike_modes(training: Training) -> Cause | None:
    if training.pixels is None or training.trained_pixels is None:
        return None
    (mean, std), (there_mean, there_std) = training.pixels, training.trained_pixels
    if abs(mean - there_mean) <= UNLIKE_MEAN * there_std and _is_within(UNLIKE_STD, std, there_std):
        return None
    return Cause(
        f"the network was trained on pixels with mean {there_mean:.2f} and standard deviation {there_std:.2f}, and "
        f'your mode "test" gives {mean:.2f} and {std:.2f}',
        'Scale in the mode "test" as you do in training: see test 2.3b, and in run_model which transform you use.',
    )


def _large_steps(training: Training) -> Cause | None:
    highest = peak(training.losses)
    if not highest or not (training.rate.is_large or _comes_down(training.losses)):
        return None
    used = f" ({training.rate.words})" if training.rate.words else ""
    return Cause(
        f"the loss first rises, from {float(training.losses[0]):.2f} to {highest:.2f}, as steps that are too large "
        f"make it{used}",
        "Try a tenth of the learning rate, and again a tenth: the loss should fall from the first steps on.",
    )


def _small_steps(training: Training) -> Cause | None:
    if not training.rate.is_small or not still_falls(training.losses):
        return None
    return Cause(
        f"the loss still falls when training ends, at {_end(training.losses):.2f}: {training.rate.words} makes small "
        "steps",
        "Try ten times the learning rate, or train for more epochs until the loss has levelled off.",
    )


def _stops_early(training: Training) -> Cause | None:
    if not still_falls(training.losses):
        return None
    return Cause(
        f"the loss still falls when training ends, at {_end(training.losses):.2f}",
        "Train on until the loss has levelled off: more epochs, or a larger learning rate.",
    )


def _no_checkpoint(training: Training) -> Cause | None:
    if not training.own_backbone:
        return None
    return Cause(
        "the network that run_model returns carries none of the weights of resnet18.pt",
        "Load the checkpoint into the network before you replace its last layer; test 3.4 says more.",
    )


def _few_images(training: Training) -> Cause | None:
    seen = min(training.images, training.different or training.images)
    few_different = 0 < training.different < FEW_DIFFERENT * training.given
    if not 0 < seen < FEW * training.given or (training.images >= FEW * training.given and not few_different):
        return None
    few = 0 < training.different < FEW_DIFFERENT * training.images
    different = f", about {training.different:,} different ones" if few else ""
    return Cause(
        f"the network was trained on {training.images:,} images{different}; "
        f"data_batch_1 to data_batch_5 hold {training.given:,}",
        "Train on all five files, and use every batch of the loader: see tests 1.1 and 5.1.",
    )


def _no_progress(training: Training) -> Cause | None:
    if len(training.losses) < 2 or _comes_down(training.losses):
        return None
    first, last = _begin(training.losses), _end(training.losses)
    with_rate = f", with {training.rate.words}" if training.rate.words else ""
    return Cause(
        f"the loss does not come down in training: it begins at {first:.2f} and ends at {last:.2f}{with_rate}",
        "Try ten times the learning rate: this one makes small steps. Then see what tests 1 and 5 found."
        if training.rate.is_small
        else "See what tests 1 and 5 found. If they found nothing: does the learning rate fit, and does the loss get "
        "logits, without a softmax?",
    )


def _unusual_spread(training: Training) -> Cause | None:
    if training.pixels is None:
        return None
    (mean, std), (right_mean, right_std) = training.pixels, training.right_pixels
    if _is_within(USUAL_SPREAD, std, right_std):
        return None
    return Cause(
        f"your pixels have mean {mean:.2f} and standard deviation {std:.2f} after preprocessing, where "
        f"{right_mean:.2f} and {right_std:.2f} are usual",
        "Compare the constants of your Normalize with those in the hand-out, digit by digit.",
    )


def _other_network(training: Training) -> Cause | None:
    if training.accuracy > GUESSING or not len(training.losses):
        return None
    return Cause(
        "the loss comes down in training, but the network that run_model returns does no better than guessing",
        "Return the very network that you trained, and see in tests 1.2 and 1.3 whether images and labels are right.",
    )


def _is_within(bounds: tuple[float, float], std: float, other: float) -> bool:
    """Return whether one standard deviation is the other one times a factor within the bounds."""
    return bounds[0] <= std / max(other, 1e-9) <= bounds[1]


def _comes_down(losses: npt.NDArray[np.floating]) -> bool:
    return len(losses) > 1 and _end(losses) < STANDSTILL * _begin(losses)


def _begin(losses: npt.NDArray[np.floating]) -> float:
    return float(losses[: max(1, int(REGULAR_END * len(losses)))].mean())


def _end(losses: npt.NDArray[np.floating]) -> float:
    return float(losses[-max(1, int(REGULAR_END * len(losses))) :].mean())
