"""Observes `first_layer_weights`.

Runs in the sandbox, beside the student's code.
"""

import numpy as np
import torch
from torch import nn

from autograder.assignments.cifar10_cnn.observed import FirstLayer
from autograder.probes.weights import called


class _Ours(nn.Module):
    """The harness's own network with the interface's names, for use where the student's cannot be built."""

    def __init__(self):
        super().__init__()
        self.block1 = nn.Sequential(nn.Conv2d(3, 64, 5), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(2))
        self.block2 = nn.Sequential(nn.Conv2d(64, 32, 5), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2))
        self.fc_layers = nn.Sequential(nn.Linear(800, 64), nn.Linear(64, 32), nn.Linear(32, 10))


def first_layer(submitted, whose):
    """Return what the function gives for a network, and the true weights of its first convolution.

    Args:
        submitted: the student's module.
        whose: "own" for the student's network, "ours" for one with the interface's names.
    """
    torch.manual_seed(7)
    model = submitted.get("CNN")(10) if whose == "own" else _Ours()
    true = next(layer for layer in model.modules() if isinstance(layer, nn.Conv2d) and layer.in_channels == 3).weight
    true = true.detach().float().numpy().copy()
    given = submitted.get("first_layer_weights")(model)
    is_array = isinstance(given, np.ndarray)
    values = np.asarray(given.detach() if isinstance(given, torch.Tensor) else given)
    return FirstLayer(
        kind=called(given),
        is_array=is_array,
        values=values.astype(np.float32) if values.size <= 10 * true.size else np.zeros(0, np.float32),
        true=true,
    )
