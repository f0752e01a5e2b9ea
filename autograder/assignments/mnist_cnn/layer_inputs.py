"""Notes what enters each layer of a network with drawn weights, and builds a network from the operations of another.

Runs in the sandbox. Two networks that compute alike have the same numbers at each layer, however they are written.
"""

import contextlib
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from autograder.assignments.mnist_cnn.layers import is_relu
from autograder.assignments.mnist_cnn.observed_layers import MOST_ENTERED, SAMPLE, LayerInputs
from autograder.probes.clean_room import CalledLayers
from autograder.probes.drawn_weights import draw_weights

Sampled = npt.NDArray[np.float32]
IMAGES = 2
MOST_WEIGHTS = 1 << 22  # of a layer that is built
ACTIVATIONS: Mapping[str, Callable[[], nn.Module]] = {
    "sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "gelu": nn.GELU, "silu": nn.SiLU, "mish": nn.Mish,
    "hardswish": nn.Hardswish, "hardsigmoid": nn.Hardsigmoid,
}  # fmt: skip
WITH_SETTINGS: Mapping[str, Callable[..., nn.Module]] = {
    "leaky_relu": nn.LeakyReLU,
    "elu": nn.ELU,
    "softplus": nn.Softplus,
    "hardtanh": nn.Hardtanh,
}
POOLS: Mapping[str, Callable[..., nn.Module]] = {"max_pool2d_with_indices": nn.MaxPool2d, "avg_pool2d": nn.AvgPool2d}
ADAPTIVE_POOLS: Mapping[str, Callable[..., nn.Module]] = {
    "mean": nn.AdaptiveAvgPool2d, "_adaptive_avg_pool2d": nn.AdaptiveAvgPool2d,
    "adaptive_max_pool2d": nn.AdaptiveMaxPool2d,
}  # fmt: skip


def inputs_of_layers(network: nn.Module, seed: int) -> LayerInputs:
    """Return samples of what enters each layer with weights and of what leaves the last, as far as the network comes.

    Noise goes straight into the first layer, whatever the network does to images before that.

    Args:
        network: is left in eval mode, and changed.
        seed: of noise and weights.
    """
    noise = torch.randn(IMAGES, 1, 28, 28, generator=torch.Generator().manual_seed(seed))
    entered: list[Sampled] = []
    left: list[Sampled] = []

    def enter(layer: nn.Module, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
        given = inputs[0] if entered else noise
        entered.append(_sample(given))
        return (given, *inputs[1:])

    def leave(layer: nn.Module, inputs: Any, result: torch.Tensor) -> None:
        left[:] = [_sample(result)]

    with torch.no_grad(), contextlib.suppress(Exception):  # what it has come to counts
        with contextlib.suppress(Exception), CalledLayers(network.eval()) as called:
            network(noise)
        draw_weights(called.layers, seed)
        for layer in called.layers:
            layer.register_forward_pre_hook(enter)
            layer.register_forward_hook(leave)
        network(noise)
    return LayerInputs(entered=entered[:MOST_ENTERED], left=left[0] if left else np.zeros(0, np.float32))


def network_of(operations: Sequence[Mapping[str, Any]], channels_last: bool) -> tuple[nn.Module, str]:
    """Return a network that computes these operations, from the first layer with weights to the last, and a problem.

    Args:
        operations: mappings with the fields of `Operation`.
        channels_last: the order in which feature maps become vectors, for the first linear layer.

    Returns:
        The network, of the operations that are known, and the name of the first that is not; empty if all are.
    """
    weighted = [place for place, one in enumerate(operations) if one["weight"]]
    computing = operations[weighted[0] : weighted[-1] + 1] if weighted else []
    parts = [_part(one, channels_last) for one in computing]
    unknown = [one["name"] for one, part in zip(computing, parts, strict=True) if part is None]
    return nn.Sequential(*filter(None, parts)), "".join(unknown[:1])


class _Flat(nn.Module):
    """Makes vectors of feature maps where the next layer takes vectors."""

    def __init__(self, features: int, channels_last: bool) -> None:
        super().__init__()
        self._features, self._channels_last = features, channels_last

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        if inputs.shape[-1] == self._features:
            return inputs
        return (inputs.movedim(1, -1) if self._channels_last else inputs).flatten(1)


def _part(operation: Mapping[str, Any], channels_last: bool) -> nn.Module | None:
    """Return the module that computes an operation; None if it is of an unknown kind."""
    name, weight, output = operation["name"], operation["weight"], operation["output"]
    if weight:
        return _layer(operation, channels_last) if 0 < math.prod(weight) <= MOST_WEIGHTS else None
    if is_relu(name, operation["bounds"]):
        return nn.ReLU()
    if name in ACTIVATIONS:
        return ACTIVATIONS[name]()
    if name in WITH_SETTINGS:
        return WITH_SETTINGS[name](*operation["bounds"][: 1 if name == "elu" else 2])
    if name in POOLS and operation["settings"]:
        kernel, stride, padding = [*operation["settings"][:3], [], []][:3]
        sizes = kernel, stride or kernel, padding or 0
        return POOLS[name](*sizes, ceil_mode=_rounds_up(operation, *sizes))
    if name in ADAPTIVE_POOLS and len(output) == 4:
        return ADAPTIVE_POOLS[name](output[2:])
    return nn.BatchNorm2d(output[1]) if "batch_norm" in name and len(output) == 4 else None


def _layer(operation: Mapping[str, Any], channels_last: bool) -> nn.Module | None:
    weight, bias = operation["weight"], operation["bias"]
    if operation["name"] == "convolution" and len(weight) != 4:  # of sequences or volumes
        return None
    if operation["name"] != "convolution":
        return nn.Sequential(_Flat(weight[1], channels_last), nn.Linear(weight[1], weight[0], bias=bias))
    settings = {name: operation[name] for name in ("stride", "padding", "dilation", "groups")}
    return nn.Conv2d(weight[1] * operation["groups"], weight[0], weight[2:], bias=bias, **settings)


def _rounds_up(operation: Mapping[str, Any], kernel: Sequence[int], stride: Sequence[int], padding: Any) -> bool:
    """Return whether a pooling keeps a last window that is not whole."""
    side = operation["input"][-1] + 2 * (padding[-1] if padding else 0) - kernel[-1]
    return bool(side % stride[-1]) and operation["output"][-1] == side // stride[-1] + 2


def _sample(tensor: torch.Tensor) -> Sampled:
    """Return up to SAMPLE numbers, from everywhere."""
    flat = tensor.detach().float().flatten()
    return flat[:: max(1, math.ceil(flat.numel() / SAMPLE))].numpy().copy()
