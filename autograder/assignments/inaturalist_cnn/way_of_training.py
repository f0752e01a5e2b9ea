"""Tells whether the head of our small network has moved as training would move it."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from autograder.assignments.inaturalist_cnn.observed import Learning
from autograder.checks.activations import softmax
from autograder.checks.closeness import cosine

FloatArray = npt.NDArray[np.floating]
ALONG = 0.2  # cosine: measured at least 0.37 with eight optimizers, and at most 0.19 for 300 random directions


def along_gradient(start: Learning, after: Sequence[FloatArray]) -> float:
    """Return the cosine of the head's movement with its first gradient, without its sign, in [0, 1].

    It is the gradient of the mean cross-entropy, in training mode or in eval mode, whichever fits better. Another test
    judges a loop that goes up instead of down.

    Args:
        start: the reference's observation; it holds weights, features and labels from before the training.
        after: the weights after the training.
    """
    hidden, hidden_shift, head, shift = start.before
    features = np.maximum(start.pooled @ hidden.T + hidden_shift, 0)
    truth = np.eye(len(head))[start.labels]
    logits = features @ head.T + shift
    in_training = (softmax(0.5 * logits[:, ::-1]) - truth)[:, ::-1]
    gradients = (one.T @ features for one in (in_training, softmax(logits) - truth))
    return max(abs(cosine(one, after[2] - head)) for one in gradients)
