"""Names why a network recognises little, by what was seen of its training."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from autograder.assignments.cifar8_finetune.scaling import Statistics, wrong_scale

FEW = 0.75  # of the given pictures; a fifth may well be kept aside to validate on
STANDSTILL = 0.9  # of the first losses: where the last ones are above, training has not got going
USUAL_SPREAD = (0.6, 1.6)  # times the reference solution's; other data sets' constants lie about there
GUESSING = 0.25  # twice what guessing among eight classes comes to
REGULAR_END = 0.1  # of the losses: what is compared at both ends


@dataclass(frozen=True)
class Training:
    """What was seen of a training that led to little.

    Attributes:
        accuracy: fraction of the held-out pictures that were recognised.
        pixels: mean and standard deviation of preprocessed pictures; None if there are none.
        right_pixels: the same of the reference solution's.
        own_backbone: whether not one parameter of the backbone is the checkpoint's.
        pictures: how many were trained on, each as often as it was; 0 if that is not known.
        given: how many pictures the training files hold.
        losses: of batches, in the order of training; empty if they are not known.
    """

    accuracy: float
    pixels: Statistics | None
    right_pixels: Statistics
    own_backbone: bool
    pictures: int
    given: int
    losses: npt.NDArray[np.floating]


@dataclass(frozen=True)
class Cause:
    """What was seen that explains a low accuracy, and what to do about it."""

    seen: str
    hint: str


NO_CAUSE = Cause(
    "",
    "Mend first what tests 1 to 5 found. If they found nothing, watch the loss: train on until it has levelled off, "
    "and try another learning rate.",
)


def likely_cause(training: Training) -> Cause:
    """Return the first cause that what was seen speaks for, the most basic first."""
    return (
        _wrong_pixels(training)
        or _no_checkpoint(training)
        or _few_pictures(training)
        or _no_progress(training)
        or _unusual_spread(training)
        or _other_network(training)
        or NO_CAUSE
    )


def _wrong_pixels(training: Training) -> Cause | None:
    wrong = wrong_scale(training.pixels, training.right_pixels) if training.pixels else None
    return Cause(f"your {wrong.what}", f"Mend first what test 1.4 found, if anything. {wrong.hint}") if wrong else None


def _no_checkpoint(training: Training) -> Cause | None:
    if not training.own_backbone:
        return None
    return Cause(
        "the network that run_model returns carries none of the weights of resnet18.pt",
        "Load the checkpoint into the network before you replace its last layer; test 3.4 says more.",
    )


def _few_pictures(training: Training) -> Cause | None:
    if not 0 < training.pictures < FEW * training.given:
        return None
    return Cause(
        f"the network was trained on {training.pictures:,} pictures; "
        f"data_batch_1 to data_batch_5 hold {training.given:,}",
        "Train on all five files, and use every batch of the loader: see tests 1.1 and 5.1.",
    )


def _no_progress(training: Training) -> Cause | None:
    end = max(1, int(REGULAR_END * len(training.losses)))
    if len(training.losses) < 2 * end:
        return None
    first, last = float(training.losses[:end].mean()), float(training.losses[-end:].mean())
    if last < STANDSTILL * first:
        return None
    return Cause(
        f"the loss does not come down in training: it begins at {first:.2f} and ends at {last:.2f}",
        "See what tests 1 and 5 found. If they found nothing: does the learning rate fit, and does the loss get "
        "logits, without a softmax?",
    )


def _unusual_spread(training: Training) -> Cause | None:
    if training.pixels is None:
        return None
    (mean, std), (right_mean, right_std) = training.pixels, training.right_pixels
    if USUAL_SPREAD[0] <= std / max(right_std, 1e-9) <= USUAL_SPREAD[1]:
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
        "the loss comes down in training, and still the network that run_model returns does no better than guessing",
        "Return the very network that you trained, and see in tests 1.2 and 1.3 whether pictures and labels are right.",
    )
