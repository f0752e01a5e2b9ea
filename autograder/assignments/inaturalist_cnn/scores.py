"""Tells whether a number is the loss or the accuracy that a network has."""

from collections.abc import Callable

from autograder.assignments.inaturalist_cnn.observed import Scores

CLOSE = 2e-3
PERCENT = 100.0

Accepts = Callable[[float], bool]


def is_loss(true: Scores) -> Accepts:
    """Return a function that tells whether a number is the loss: the mean over images, or over batches."""
    return lambda value: any(abs(value - loss) <= CLOSE for loss in (true.loss, true.loss_of_batches))


def is_accuracy(true: Scores) -> Accepts:
    """Return a function that tells whether a number is the accuracy, in [0, 1] or percent."""
    right = true.accuracy
    # If nothing is right, 0.1 is no percentage that comes close, but a wrong fraction.
    return lambda value: abs(value - right) <= CLOSE or (right > 0 and abs(value - PERCENT * right) <= PERCENT * CLOSE)


def either(*accepted: Accepts) -> Accepts:
    """Return a function that tells whether one of these accepts a number."""
    return lambda value: any(one(value) for one in accepted)
