"""Notes what reaches each layer of a network with drawn weights, and computes the same from a list of operations.

Runs in the sandbox. Each layer gets noise in place of its input, so that each stretch between two layers shows by
itself: a slip in one changes the numbers behind no other.
"""

import contextlib
import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from autograder.assignments.mnist_cnn.layers import is_relu
from autograder.assignments.mnist_cnn.observed_layers import MOST_LAYERS, SAMPLE, LayerInputs
from autograder.probes.clean_room import CalledLayers
from autograder.probes.drawn_weights import draw_weights

Sampled = npt.NDArray[np.float32]
NOTHING: Sampled = np.zeros(0, np.float32)
IMAGES = 2
LAYERS = (nn.Conv2d, nn.Linear)
MOST_WEIGHTS = 1 << 22  # of a layer that is built
ACTIVATIONS: Mapping[str, Callable[[], nn.Module]] = {
    "sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "gelu": nn.GELU, "silu": nn.SiLU, "mish": nn.Mish,
    "hardswish": nn.Hardswish, "hardsigmoid": nn.Hardsigmoid,
}  # fmt: skip
WITH_SETTINGS: Mapping[str, tuple[Callable[..., nn.Module], int]] = {  # and how many
    "leaky_relu": (nn.LeakyReLU, 1), "elu": (nn.ELU, 1), "softplus": (nn.Softplus, 2), "hardtanh": (nn.Hardtanh, 2),
}  # fmt: skip
NORMS: Mapping[int, Callable[[int], nn.Module]] = {2: nn.BatchNorm1d, 4: nn.BatchNorm2d}  # by the axes of the result
POOLS: Mapping[str, Callable[..., nn.Module]] = {"max_pool2d_with_indices": nn.MaxPool2d, "avg_pool2d": nn.AvgPool2d}
ADAPTIVE_POOLS: Mapping[str, Callable[..., nn.Module]] = {
    "mean": nn.AdaptiveAvgPool2d, "_adaptive_avg_pool2d": nn.AdaptiveAvgPool2d,
    "adaptive_max_pool2d": nn.AdaptiveMaxPool2d,
}  # fmt: skip


class _Probed:
    """A pass through layers that each get noise.

    Attributes:
        arrived: samples of what reaches each layer but the first, in the order of the calls.
        left: samples of what leaves each layer.
    """

    def __init__(self, seed: int) -> None:
        self._seed, self._calls = seed, 0
        self.arrived: list[Sampled] = []
        self.left: list[Sampled] = []

    def noise(self, shape: Sequence[int]) -> torch.Tensor:
        """Return the noise for the next layer."""
        self._calls += 1
        return torch.randn(tuple(shape), generator=torch.Generator().manual_seed(self._seed + self._calls))

    def reach(self, numbers: torch.Tensor | None) -> None:
        """Note what reaches a layer; None if nobody knows."""
        if self._calls:  # images reach the first
            self.arrived.append(NOTHING if numbers is None else _sample(numbers))

    def enter(self, layer: nn.Module, inputs: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, Any]:
        """Take noise for a layer's input."""
        given = inputs[0] if inputs else named["input"]
        self.reach(given)
        return (self.noise(given.shape),), {}

    def leave(self, layer: nn.Module, inputs: Any, result: torch.Tensor) -> None:
        """Note what leaves a layer."""
        self.left.append(_sample(result))

    def seen(self) -> LayerInputs:
        """Return what was noted."""
        return LayerInputs(arrived=self.arrived[:MOST_LAYERS], left=self.left[:MOST_LAYERS])


def inputs_of_layers(network: nn.Module, seed: int) -> LayerInputs:
    """Return what reaches the layers of a network and leaves the last, as far as the network comes.

    Args:
        network: is left in eval mode, and changed.
        seed: of noise and weights.
    """
    pass_, images = _Probed(seed), torch.zeros(IMAGES, 1, 28, 28)
    with torch.no_grad(), contextlib.suppress(Exception):  # what it has come to counts
        with contextlib.suppress(Exception), CalledLayers(network.eval()) as called:
            network(images)
        draw_weights(called.layers, seed)
        for layer in called.layers:
            if isinstance(layer, LAYERS):
                layer.register_forward_pre_hook(pass_.enter, with_kwargs=True)
                layer.register_forward_hook(pass_.leave)
        network(images)
    return pass_.seen()


def inputs_of_operations(operations: Sequence[Mapping[str, Any]], seed: int, channels_last: bool) -> LayerInputs:
    """Return the same of operations, computed by modules of ours; nothing reaches a layer behind an unknown operation.

    Args:
        operations: mappings with the fields of `Operation`.
        seed: of noise and weights.
        channels_last: the order in which feature maps become vectors.

    Raises:
        ValueError: a layer cannot be such.
        RuntimeError: likewise.
    """
    starts = [place for place, one in enumerate(operations) if one["weight"]]
    layers = [_layer(operations[start]) for start in starts]
    behind = [[_part(one) for one in operations[start + 1 : end]] for start, end in itertools.pairwise(starts)]
    draw_weights([*layers, *(part for parts in behind for part in parts if part is not None)], seed)
    pass_, numbers = _Probed(seed), None
    behind.append([])  # what follows the last layer reaches no other
    with torch.no_grad():
        for layer, start, parts in zip(layers, starts, behind, strict=False):
            numbers = _as_vectors(numbers, layer, channels_last)
            pass_.reach(numbers)
            result = layer(pass_.noise(_shape(operations[start]) if numbers is None else numbers.shape))
            pass_.leave(layer, None, result)
            numbers = _passed(parts, result)
    return pass_.seen()


def _as_vectors(numbers: torch.Tensor | None, layer: nn.Module, channels_last: bool) -> torch.Tensor | None:
    """Return feature maps as vectors, if the layer takes such."""
    if numbers is None or not isinstance(layer, nn.Linear) or numbers.shape[-1] == layer.in_features:
        return numbers
    return (numbers.movedim(1, -1) if channels_last else numbers).flatten(1)


def _passed(parts: Sequence[nn.Module | None], numbers: torch.Tensor) -> torch.Tensor | None:
    """Return what the operations behind a layer make of its output; None if one is unknown, or does not fit."""
    if None in parts:
        return None
    with contextlib.suppress(RuntimeError):
        made: torch.Tensor = nn.Sequential(*filter(None, parts)).eval()(numbers)
        return made
    return None


def _shape(operation: Mapping[str, Any]) -> list[int]:
    """Return the shape of a layer's input for our number of images."""
    return [IMAGES, *operation["input"][1:]] if operation["input"] else [IMAGES, operation["weight"][1]]


def _layer(operation: Mapping[str, Any]) -> nn.Module:
    weight, bias = operation["weight"], operation["bias"]
    is_image = operation["name"] == "convolution"
    if len(weight) != (4 if is_image else 2) or not 0 < math.prod(weight) <= MOST_WEIGHTS:
        raise ValueError(f"a layer with a weight of shape {tuple(weight)}")
    if not is_image:
        return nn.Linear(weight[1], weight[0], bias=bias)
    settings = {name: operation[name] for name in ("stride", "padding", "dilation", "groups")}
    return nn.Conv2d(weight[1] * operation["groups"], weight[0], weight[2:], bias=bias, **settings)


def _part(operation: Mapping[str, Any]) -> nn.Module | None:
    """Return the module that computes an operation without a weight; None if it is of an unknown kind."""
    name, output, bounds = operation["name"], operation["output"], operation["bounds"]
    if is_relu(name, bounds):
        return nn.ReLU()
    if name in ACTIVATIONS:
        return ACTIVATIONS[name]()
    if name in WITH_SETTINGS:
        made, most = WITH_SETTINGS[name]
        return made(*bounds[:most]) if name != "elu" or bounds[1:2] in ([], [1]) else None
    if name in POOLS and operation["settings"]:
        kernel, stride, padding = [*operation["settings"][:3], [], []][:3]
        sizes = kernel, stride or kernel, padding or 0
        return POOLS[name](*sizes, ceil_mode=_rounds_up(operation, *sizes))
    if name in ADAPTIVE_POOLS and len(output) == 4:
        return ADAPTIVE_POOLS[name](output[2:])
    if "batch_norm" in name and len(output) in NORMS:
        return NORMS[len(output)](output[1])
    return None


def _rounds_up(operation: Mapping[str, Any], kernel: Sequence[int], stride: Sequence[int], padding: Any) -> bool:
    """Return whether a pooling keeps a last window that is not whole."""
    side = operation["input"][-1] + 2 * (padding[-1] if padding else 0) - kernel[-1]
    return bool(side % stride[-1]) and operation["output"][-1] == side // stride[-1] + 2


def _sample(tensor: torch.Tensor) -> Sampled:
    """Return up to SAMPLE numbers, from everywhere."""
    flat = tensor.detach().float().flatten()
    return flat[:: max(1, math.ceil(flat.numel() / SAMPLE))].numpy().copy()
