"""Explains a low accuracy of a network that was trained at home, by its answers, its weights and a training history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from autograder.checks import measures
from autograder.checks.cause import Cause
from autograder.checks.measures import FloatArray, IntArray

NOTHING_SEEN = Cause(
    "none",
    "the grader sees nothing that explains it, and cannot see the training",
    "Watch the loss at home: train until it has levelled off, and try another learning rate.",
)
ONE_ANSWER = 0.95  # of all images
BETTER = 0.15  # a gain in accuracy that chance does not explain
FEWEST = 25  # images for an explanation by the answers
UNTRAINED_SPREAD = (0.95, 1.05)  # times the standard deviation of a uniform draw
SMALLEST_LAYER = 100  # weights


@dataclass(frozen=True)
class Uploaded:
    """Observations of an uploaded network. Unknown ones stay at their defaults.

    Attributes:
        confusion: (C, C) counts; rows are true classes and columns predicted ones.
        names: of the classes.
        weights: matrices and kernels of the network, the outputs first.
        otherwise: accuracies with the same weights on images prepared in other ways, by the difference in words.
        stated: validation accuracy in the uploaded history, from 0 to 1.
        tests: which tests judge the preprocessing, in words.
    """

    confusion: IntArray
    names: Sequence[str]
    weights: Sequence[FloatArray] = ()
    otherwise: Mapping[str, float] = field(default_factory=dict)
    stated: float | None = None
    tests: str = "the tests of your transform"

    @property
    def accuracy(self) -> float:
        """Fraction of the images that were recognised."""
        return measures.accuracy(self.confusion)

    @property
    def is_enough(self) -> bool:
        """Whether there are enough images for an explanation by the answers."""
        return int(self.confusion.sum()) >= FEWEST


def cause_of_upload(uploaded: Uploaded) -> Cause:
    """Return the first cause that the observations support."""
    return (
        untrained(uploaded.weights)
        or _prepared_otherwise(uploaded)
        or _other_names(uploaded)
        or _one_answer(uploaded)
        or _stated_higher(uploaded)
        or NOTHING_SEEN
    )


def untrained(weights: Sequence[FloatArray]) -> Cause | None:
    """Return the cause if all layers are as PyTorch draws them; it needs no image."""
    layers = [one for one in weights if one.size >= SMALLEST_LAYER]
    if not layers or not all(map(_is_as_drawn, layers)):
        return None
    return Cause(
        "untrained",
        "the uploaded weights of every layer look like PyTorch's initial weights: no training has changed them",
        "Save the state dict after training, and take it from the trained network.",
    )


def _is_as_drawn(weights: FloatArray) -> bool:
    """Return whether weights are evenly spread over ±1 / √inputs, as in a new layer of PyTorch's."""
    bound = 1 / np.sqrt(weights[0].size)
    spread = float(weights.std()) / (bound / np.sqrt(3))
    return bool(np.abs(weights).max() <= 1.0001 * bound and UNTRAINED_SPREAD[0] <= spread <= UNTRAINED_SPREAD[1])


def _prepared_otherwise(uploaded: Uploaded) -> Cause | None:
    if not uploaded.otherwise:
        return None
    how, best = max(uploaded.otherwise.items(), key=lambda one: one[1])
    if best < uploaded.accuracy + BETTER:
        return None
    return Cause(
        "prepared otherwise",
        f"the same weights recognise {best:.0%} of the same images {how}, so your transform prepares images "
        "differently from the training",
        f"Prepare images for the test exactly as for training. See {uploaded.tests}.",
    )


def _other_names(uploaded: Uploaded) -> Cause | None:
    confusion, chosen = uploaded.confusion, uploaded.confusion.argmax(axis=1)
    if not uploaded.is_enough or len(set(chosen.tolist())) < len(chosen):
        return None
    told_apart = int(confusion.max(axis=1).sum()) / max(int(confusion.sum()), 1)
    moved = [place for place, one in enumerate(chosen) if one != place]
    if not moved or told_apart < uploaded.accuracy + BETTER:
        return None
    name, said = uploaded.names[moved[0]], uploaded.names[int(chosen[moved[0]])]
    return Cause(
        "classes renamed",
        f"the classes are told apart ({told_apart:.0%}), but under other names: {name!r} is called {said!r}",
        "Answer with the classes in the same order as the labels in training.",
    )


def _one_answer(uploaded: Uploaded) -> Cause | None:
    share = uploaded.confusion.sum(axis=0) / max(int(uploaded.confusion.sum()), 1)
    if float(share.max()) < ONE_ANSWER:
        return None
    return Cause(
        "one answer",
        f"{float(share.max()):.0%} of all answers are {uploaded.names[int(share.argmax())]!r}",
        "Look at the training loss: it may have become NaN, or never fallen. If it fell, look at the images "
        "that the network gets in the test.",
    )


def _stated_higher(uploaded: Uploaded) -> Cause | None:
    if uploaded.stated is None or uploaded.stated < uploaded.accuracy + 2 * BETTER:
        return None
    return Cause(
        "unlike the history",
        f"your history states a validation accuracy of {uploaded.stated:.0%}, so the network is better than these "
        "answers",
        "Answer with the weights of that epoch, in evaluation mode, and prepare the images as in validation.",
    )
