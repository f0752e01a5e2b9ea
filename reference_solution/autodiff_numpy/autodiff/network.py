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
        rng = np.random.default_rng(seed)
        self.parameters = [
            Tensor(rng.normal(0, inputs**-0.5, (inputs, hidden))),
            Tensor(np.zeros(hidden)),
            Tensor(rng.normal(0, hidden**-0.5, (hidden, classes))),
            Tensor(np.zeros(classes)),
        ]

    def __call__(self, x):
        """Return logits, a tensor of shape (N, classes).

        Args:
            x: tensor of shape (N, inputs).
        """
        w1, b1, w2, b2 = self.parameters
        return (x @ w1 + b1).tanh() @ w2 + b2


def cross_entropy(logits, labels):
    """Return the mean cross-entropy, a tensor of shape (); finite for logits of any size.

    Args:
        logits: tensor of shape (N, C).
        labels: (N,) whole numbers in [0, C).
    """
    rows = np.arange(len(labels))
    largest = logits.data.max(axis=1, keepdims=True)
    shifted = logits - largest
    chosen = np.zeros(logits.data.shape)
    chosen[rows, labels] = 1.0
    return (shifted.exp().sum(axis=1).log() - (shifted * chosen).sum(axis=1)).mean()


class SGD:
    """Stochastic gradient descent with momentum."""

    def __init__(self, parameters, lr, momentum=0.0):
        """Take the tensors to train, the learning rate, and the share of the last step that is kept."""
        self.parameters = parameters
        self.lr = lr
        self.momentum = momentum
        self.velocities = [np.zeros_like(one.data) for one in parameters]

    def zero_grad(self):
        """Set all gradients to zeros."""
        for one in self.parameters:
            one.grad = np.zeros_like(one.data)

    def step(self):
        """Move each parameter: velocity = momentum * velocity + grad; data = data - lr * velocity."""
        for place, one in enumerate(self.parameters):
            self.velocities[place] = self.momentum * self.velocities[place] + one.grad
            one.data = one.data - self.lr * self.velocities[place]


def train(network, x, labels, epochs=200):
    """Train a network on all points at once; return the loss of each epoch as a list of floats.

    Args:
        network: a `Network`.
        x: (N, inputs) array.
        labels: (N,) whole numbers.
        epochs: how often to step.
    """
    optimizer, losses = SGD(network.parameters, lr=0.3, momentum=0.9), []
    for _ in range(epochs):
        loss = cross_entropy(network(Tensor(x)), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.data))
    return losses


def predict(network, x):
    """Return the most likely class of each row of an (N, inputs) array, (N,) whole numbers."""
    return network(Tensor(x)).data.argmax(axis=1)
