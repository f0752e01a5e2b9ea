"""Declares what probes return about `train`, `finetune` and `evaluate`."""

from typing import Annotated

import numpy as np
import numpy.typing as npt

from autograder.assignments.inaturalist_cnn.observed_loaders import Thumbnails
from autograder.assignments.inaturalist_cnn.onlooker import FEATURES
from autograder.wire.declaration import AnyFloat, Count, Fraction, Meta, Name, Observed, Text, array

MOST_NUMBERS = 2000  # of a list that a loop returns, and of events while it runs

Numbers = Annotated[list[AnyFloat], Meta(max_length=MOST_NUMBERS)]


class History(Observed):
    """The result of a training loop, read by `autograder.probes.histories`.

    Attributes:
        form: its type, such as "a dict".
        named: its curves by name.
        unnamed: its curves without names, in their order.
    """

    form: Name
    named: Annotated[dict[Name, Numbers], Meta(max_length=MOST_NUMBERS)]
    unnamed: Annotated[list[Numbers], Meta(max_length=MOST_NUMBERS)]


class Scores(Observed):
    """The loss and the accuracy of a network over a set of images.

    Attributes:
        loss: mean cross-entropy of the images.
        loss_of_batches: mean over the batches of their mean cross-entropies.
        accuracy: fraction of the images.
    """

    loss: float
    loss_of_batches: float
    accuracy: Fraction


class ScoresByMode(Observed):
    """The scores of a network in both of its modes."""

    train: Scores
    eval: Scores


class ForwardPass(Observed):
    """A batch that went through a network.

    Attributes:
        training: whether the network was in training mode.
        gradients: whether gradients were on.
        images: how many.
    """

    training: bool
    gradients: bool
    images: Count


class Bookkeeping(Observed, probe="bookkeeping"):
    """The report of a training loop on a network whose weights cannot move, and how the loop made it.

    Attributes:
        history: its result.
        train: the true values for the training images.
        val: the true values for the validation images.
        gradients: norms of the head's gradient for each training batch by itself.
        at_steps: norms of the head's gradient at each step.
        passes: the batches that went through the network.
    """

    history: History
    train: ScoresByMode
    val: ScoresByMode
    gradients: Annotated[list[float], Meta(max_length=100)]
    at_steps: Numbers
    passes: Annotated[list[ForwardPass], Meta(max_length=MOST_NUMBERS)]


Parameters = Annotated[list[Annotated[npt.NDArray[np.float32], array(..., most=1000)]], Meta(max_length=100)]


class Learning(Observed, probe="learning"):
    """How a training loop changes a small network of ours.

    Attributes:
        raised: how the loop ended, if by an error.
        losses: (N, 2) in training mode and in eval mode, over all images: before the first step and after each one.
        lowest: the lowest loss in either mode.
        before: the parameters before the training.
        after: the same after it.
        frozen: names of those that had requires_grad=False.
        parameters: names of all.
        pooled: (N, 12), what the hidden layer gets of the images to train on.
        labels: of these images, (N,).
    """

    raised: Text
    losses: Annotated[npt.NDArray[np.float64], array("N", 2, most=2 * MOST_NUMBERS)]
    lowest: tuple[AnyFloat, AnyFloat]
    before: Parameters
    after: Parameters
    frozen: Annotated[list[Name], Meta(max_length=100)]
    parameters: Annotated[list[Name], Meta(max_length=100)]
    pooled: Annotated[npt.NDArray[np.float32], array("N", 12, most=12_000)]
    labels: Annotated[npt.NDArray[np.int64], array("N", most=1000)]

    @property
    def moved(self) -> list[str]:
        """Names of the parameters that have changed."""
        pairs = zip(self.parameters, self.before, self.after, strict=False)
        return [name for name, old, new in pairs if not np.array_equal(old, new)]


class Evaluation(Observed, probe="evaluation"):
    """The result of `evaluate` for a network of ours.

    Attributes:
        numbers: the returned ones.
        true: the right ones, in eval mode.
        passes: the batches that went through the network.
        moved: whether a weight has changed.
    """

    numbers: Numbers
    true: Scores
    passes: Annotated[list[ForwardPass], Meta(max_length=MOST_NUMBERS)]
    moved: bool


Head = Annotated[npt.NDArray[np.float32], array(10, FEATURES)]


class TrainedOn(Observed, probe="trained_on"):
    """The weights of a network of ours after a training loop, and the images trained on, as far as hooks saw them.

    Attributes:
        heads: the weights of its head after each run that moved them; they are zeros before it.
        passes: thumbnails, or those of a random sample, for each run of the loop that took steps on images.
        without_step: how many images went through our network in training mode in runs that took none.
        at_import: of those trained on while the file was imported, (N, C, 8, 8).
        raised: the first error of the loaders or of the loop; empty without one.
    """

    heads: Annotated[list[Head], Meta(max_length=10)]
    passes: Annotated[list[Thumbnails], Meta(max_length=10)]
    without_step: Count
    at_import: Annotated[npt.NDArray[np.float16], array("N", "C", 8, 8, most=1_000_000)]
    raised: Text
