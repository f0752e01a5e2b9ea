"""Tells whether the head of our small network has moved as a training moves it."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from autograder.assignments.inaturalist_cnn.observed import Learning
from autograder.checks.activations import softmax
from autograder.checks.closeness import cosine

FloatArray = npt.NDArray[np.floating]
ALONG = 0.2  # cosine: measured at least 0.37 with eight optimizers, and at most 0.19 for 300 random ways


def along_gradient(start: Learning, after: Sequence[FloatArray]) -> float:
    """Return how far the way of the head's weights follows their first gradient, in [0, 1].

    The gradient is that in training mode or in eval mode, of the mean cross-entropy. A loop that goes up instead of
    down is judged elsewhere.

    Args:
        start: the reference's observation, which holds weights, features and labels from before the training.
        after: the weights after it.
    """
    hidden, hidden_shift, head, shift = start.before
    features = np.maximum(start.pooled @ hidden.T + hidden_shift, 0)
    truth = np.eye(len(head))[start.labels]
    logits = features @ head.T + shift
    in_training = (softmax(0.5 * logits[:, ::-1]) - truth)[:, ::-1]
    gradients = (one.T @ features for one in (in_training, softmax(logits) - truth))
    return max(abs(cosine(one, after[2] - head)) for one in gradients)
