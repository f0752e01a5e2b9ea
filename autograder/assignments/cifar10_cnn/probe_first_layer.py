"""Observes `first_layer_weights`.

Runs in the sandbox, beside the student's code.
"""

import numpy as np
import torch
from torch import nn

from autograder.assignments.cifar10_cnn.observed import FirstLayer
from autograder.assignments.cifar10_cnn.questions import weights
from autograder.probes.weights import called


class _Ours(nn.Module):
    """The harness's own network with the interface's names, for use where the student's cannot be built."""

    def __init__(self):
        super().__init__()
        self.block1 = nn.Sequential(nn.Conv2d(3, 64, 5), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(2))
        self.block2 = nn.Sequential(nn.Conv2d(64, 32, 5), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2))
        self.fc_layers = nn.Sequential(nn.Linear(800, 64), nn.Linear(64, 32), nn.Linear(32, 10))


def first_layer(submitted, whose, step):
    """Return what the function gives for a network whose first convolution has known weights.

    Args:
        submitted: the student's module.
        whose: "own" for the student's network, "ours" for one with the interface's names.
        step: from which the weights follow.
    """
    model = submitted.get("CNN")(10) if whose == "own" else _Ours()
    first = next(layer for layer in model.modules() if isinstance(layer, nn.Conv2d) and layer.in_channels == 3).weight
    with torch.no_grad():
        first.copy_(torch.from_numpy(weights(first.shape, step)))
    given = submitted.get("first_layer_weights")(model)
    is_array = isinstance(given, np.ndarray)
    values = np.asarray(given.detach() if isinstance(given, torch.Tensor) else given)
    return FirstLayer(
        kind=called(given),
        is_array=is_array,
        values=values.astype(np.float32) if values.size <= 10 * first.numel() else np.zeros(0, np.float32),
        shape=list(first.shape),
    )
