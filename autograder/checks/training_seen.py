"""Observations of a training run that may explain its accuracy."""

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
    """Numbers of the tests to which a cause refers; empty if an assignment has no such test.

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
    """Observations of a training run that ended with a low accuracy. Unknown ones stay at their defaults.

    Attributes:
        accuracy: fraction of the held-out images that were recognised.
        classes: how many there are.
        losses: of batches, in the order of training.
        right: share of each of these batches that the network recognised; NaN if unknown.
        spread: spread of the outputs within each of these batches.
        rate: settings of the optimizer.
        images: number of images trained on, repetitions included.
        given: number of images in the training files.
        sample: facts from a sample of the images trained on.
        trained_pixels: mean and standard deviation of the images trained on.
        pixels: the same of images prepared for the test.
        right_pixels: the same of the reference solution's.
        own_backbone: whether no parameter of the backbone is the checkpoint's.
        is_tuned: whether a pretrained part stays fixed, so that few weights have to learn.
        steps: steps of optimizers; None if they were not watched.
        held: share of the trainable weights that optimizers hold.
        without_head: whether no optimizer holds the output layer.
        piled: share of the steps after which the gradients stayed.
        probabilities: share of the batches for which a cross-entropy got probabilities.
        is_another: whether the returned network shares no weight with the one that was called in training.
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
        """Whether the network is hardly better than guessing."""
        return self.accuracy <= GUESSING / self.classes

    @property
    def right_at_the_end(self) -> float:
        """Share of the last images trained on that the network recognised; NaN if that is not known."""
        return end(self.right) if len(self.right) else float("nan")


def training_seen(seen: TracedTraining, accuracy: float, classes: int, usual: Usual) -> Training:
    """Return the observations of a training run in a probe's trace; the assignment adds those of images and weights.

    Args:
        seen: the trace.
        accuracy: fraction of the held-out images that were recognised.
        classes: how many there are.
        usual: usual learning rates for such a network.
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
