"""Declares what is seen of a student's training while it runs: the losses, the steps, and the images behind them."""

from typing import Annotated

import numpy as np
import numpy.typing as npt

from autograder.wire.declaration import AnyFloat, Count, Fraction, Name, Observed, array

MOST_TRACED = 1000  # losses, and images; a little more than TrainingTrace keeps
UNKNOWN_LABEL = -1

Traced = Annotated[npt.NDArray[np.float32], array("n", most=MOST_TRACED)]
Thumbnails = Annotated[npt.NDArray[np.float16], array("n", "C", 8, 8, most=MOST_TRACED * 3 * 64)]
Labels = Annotated[npt.NDArray[np.int64], array("n", most=MOST_TRACED)]
Statistics = tuple[AnyFloat, AnyFloat]
NO_THUMBNAILS, NO_NUMBERS = np.zeros((0, 3, 8, 8), np.float16), np.zeros(0, np.float32)
NO_LABELS = np.zeros(0, np.int64)


class TracedTraining(Observed):
    """A training run, as `autograder.probes.training_trace` sees it. Losses are those that loss modules compute.

    Attributes:
        trained_on: thumbnails of a random sample of the images trained on.
        labels: their labels, as the loss got them; UNKNOWN_LABEL where that is not known.
        images_trained_on: how many images that were, each as often as it was used.
        losses: of batches, equally spaced.
        right: the share of each of these batches that the network recognised; NaN where that is not known.
        spread: how much the outputs differed within each of these batches: the mean standard deviation of a class.
        losses_seen: how many batches that were in all.
        loss: class of the loss.
        probabilities: share of the batches for which a cross-entropy got probabilities, as behind a softmax.
        steps: steps of optimizers.
        optimizer: class of the optimizer; empty if none made a step.
        rate: its learning rate at the first step.
        mean_rate: its learning rate on average.
        momentum: its momentum; 0 where it has none.
        weight_decay: its weight decay.
        held: share of the weights that can learn that optimizers hold.
        without_head: whether no optimizer holds the layer that gives the outputs.
        piled: share of the steps after which the gradients stayed.
        pixels: mean and standard deviation of the images trained on; zeros if none were seen.
        is_another: whether the network that came of it shares no weight with the one that was called, as a copy.
    """

    trained_on: Thumbnails = NO_THUMBNAILS
    labels: Labels = NO_LABELS
    images_trained_on: Count = 0
    losses: Traced = NO_NUMBERS
    right: Traced = NO_NUMBERS
    spread: Traced = NO_NUMBERS
    losses_seen: Count = 0
    loss: Name = ""
    probabilities: Fraction = 0.0
    steps: Count = 0
    optimizer: Name = ""
    rate: AnyFloat = 0.0
    mean_rate: AnyFloat = 0.0
    momentum: AnyFloat = 0.0
    weight_decay: AnyFloat = 0.0
    held: Fraction = 1.0
    without_head: bool = False
    piled: Fraction = 0.0
    pixels: Statistics = (0.0, 0.0)
    is_another: bool = False
