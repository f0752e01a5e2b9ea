"""A small network, its loss, its optimizer, and a training loop, all on `Tensor`."""

import numpy as np
from autodiff.tensor import Tensor


class Network:
    """Two linear layers with a tanh between them.

    Attributes:
        parameters: tensors w1 (inputs, hidden), b1 (hidden,), w2 (hidden, classes) and b2 (classes,).
    """

    def __init__(self, inputs, hidden, classes, seed=0):
        """Draw weights with a standard deviation of 1 / sqrt(rows); biases are 0."""
        raise NotImplementedError("Write __init__")

    def __call__(self, x):
        """Return logits, a tensor of shape (N, classes).

        Args:
            x: tensor of shape (N, inputs).
        """
        raise NotImplementedError("Write __call__")


def cross_entropy(logits, labels):
    """Return the mean cross-entropy, a tensor of shape (); finite for logits of any size.

    Args:
        logits: tensor of shape (N, C).
        labels: (N,) whole numbers in [0, C).
    """
    raise NotImplementedError("Write cross_entropy")


class SGD:
    """Stochastic gradient descent with momentum."""

    def __init__(self, parameters, lr, momentum=0.0):
        """Take the tensors to train, the learning rate, and the share of the last step that is kept."""
        raise NotImplementedError("Write __init__")

    def zero_grad(self):
        """Set all gradients to zeros."""
        raise NotImplementedError("Write zero_grad")

    def step(self):
        """Move each parameter: velocity = momentum * velocity + grad; data = data - lr * velocity."""
        raise NotImplementedError("Write step")


def train(network, x, labels, epochs=200):
    """Train a network on all points at once; return the loss of each epoch as a list of floats.

    Args:
        network: a `Network`.
        x: (N, inputs) array.
        labels: (N,) whole numbers.
        epochs: how often to step.
    """
    raise NotImplementedError("Write train")


def predict(network, x):
    """Return the most likely class of each row of an (N, inputs) array, (N,) whole numbers."""
    raise NotImplementedError("Write predict")
