"""Observations of a training run, as far as they may explain its accuracy."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from autograder.checks.images_trained_on import NO_SAMPLE, ImagesTrainedOn
from autograder.checks.learning_rate import UNKNOWN, Rate, Usual
from autograder.checks.loss_course import end
from autograder.checks.pixel_scale import Statistics
from autograder.wire.training import TracedTraining

GUESSING = 2.0  # times the accuracy of guessing


@dataclass(frozen=True)
class See:
    """Numbers of the tests that judge what a cause is about; empty where an assignment has none.

    Attributes:
        scale: of preprocessing.
        modes: of preprocessing in training and in test.
        images: of rows, columns and colours.
        labels: of the data set.
        files: of the data set's length.
        loop: of the steps of training.
        gradients: of the gradients that steps use.
        checkpoint: of pretrained weights.
        network: of the layers.
    """

    scale: str = ""
    modes: str = ""
    images: str = ""
    labels: str = ""
    files: str = ""
    loop: str = ""
    gradients: str = ""
    checkpoint: str = ""
    network: str = ""


@dataclass(frozen=True)
class Training:
    """Observations of a training run that ended with a low accuracy. What is not known stays at its default.

    Attributes:
        accuracy: fraction of the held-out images that were recognised.
        classes: how many there are.
        losses: of batches, in the order of training.
        right: the share of each of these batches that the network recognised; NaN where that is not known.
        spread: how much the outputs differed within each of these batches.
        rate: the optimizer as it was used.
        images: how many were trained on, each as often as it was.
        given: how many images the training files hold.
        sample: what a sample of the images tells.
        trained_pixels: mean and standard deviation of the images trained on.
        pixels: the same of images as they are prepared for the test.
        right_pixels: the same of the reference solution's.
        own_backbone: whether not one parameter of the backbone is the checkpoint's.
        is_tuned: whether a pretrained part stays as it is, so that few weights have to learn.
        steps: steps of optimizers; None if they were not watched.
        held: share of the weights that can learn that optimizers hold.
        without_head: whether no optimizer holds the layer that gives the outputs.
        piled: share of the steps after which the gradients stayed.
        probabilities: share of the batches for which a cross-entropy got probabilities.
        is_another: whether the network that was returned shares no weight with the one that was called in training.
        files: the files to train on, in words.
        see: numbers of tests.
    """

    accuracy: float
    classes: int
    losses: npt.NDArray[np.floating] = field(default_factory=lambda: np.zeros(0))
    right: npt.NDArray[np.floating] = field(default_factory=lambda: np.zeros(0))
    spread: npt.NDArray[np.floating] = field(default_factory=lambda: np.zeros(0))
    rate: Rate = UNKNOWN
    images: int = 0
    given: int = 0
    sample: ImagesTrainedOn = NO_SAMPLE
    trained_pixels: Statistics | None = None
    pixels: Statistics | None = None
    right_pixels: Statistics | None = None
    own_backbone: bool = False
    is_tuned: bool = False
    steps: int | None = None
    held: float = 1.0
    without_head: bool = False
    piled: float = 0.0
    probabilities: float = 0.0
    is_another: bool = False
    files: str = "the training files"
    see: See = See()

    @property
    def guess(self) -> float:
        """Cross-entropy of guessing."""
        return float(np.log(self.classes))

    @property
    def is_guessing(self) -> bool:
        """Whether the network does hardly better than guesses."""
        return self.accuracy <= GUESSING / self.classes

    @property
    def right_at_the_end(self) -> float:
        """Share of the last images trained on that the network recognised; NaN if that is not known."""
        return end(self.right) if len(self.right) else float("nan")


def training_seen(seen: TracedTraining, accuracy: float, classes: int, usual: Usual) -> Training:
    """Return what a probe's trace tells of a training run; the assignment adds what it knows of images and weights.

    Args:
        seen: the trace.
        accuracy: fraction of the held-out images that were recognised.
        classes: how many there are.
        usual: learning rates that are usual for such a network.
    """
    return Training(
        accuracy=accuracy,
        classes=classes,
        losses=seen.losses,
        right=seen.right,
        spread=seen.spread,
        rate=Rate(seen.optimizer, seen.rate, seen.momentum, seen.mean_rate, seen.weight_decay, usual),
        images=seen.images_trained_on,
        trained_pixels=seen.pixels if seen.pixels[1] > 0 else None,
        steps=seen.steps,
        held=seen.held,
        without_head=seen.without_head,
        piled=seen.piled,
        probabilities=seen.probabilities,
        is_another=seen.is_another,
    )
