"""Takes a network's weights out of it, and puts them into a network of our own, in a child without the submission.

Layers are found in the order in which the network calls them. So names, wrappers, spare layers and the order of
definition do not matter.
"""

import itertools
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from autograder.wire.network import MOST_PIXELS

WITH_WEIGHTS = (nn.Conv2d, nn.BatchNorm2d, nn.BatchNorm1d, nn.Linear)
WITHOUT_IMAGES = (nn.Linear, nn.BatchNorm1d)
TENSORS = ("weight", "bias", "running_mean", "running_var")
LARGE = 1 << 16  # numbers; such a tensor goes in half precision, or a ResNet-18 would be too large for one answer
AS_GIVEN = np.zeros(0, np.float32)  # stands for a tensor that is the checkpoint's
ACTIVATIONS = (nn.ReLU(), nn.Tanh(), nn.Sigmoid(), nn.GELU(), nn.LeakyReLU(), nn.SiLU(), nn.ELU())

MOST_GAPS = 3  # between linear layers, in which an activation may lie

Arrays = list[npt.NDArray[np.floating]]


class CalledLayers:
    """A context manager that notes which layers with weights a network calls, and the input of the first.

    Attributes:
        layers: each once, in the order of the first calls.
        inputs: the tensors that the first layer got, one for each call.
    """

    def __init__(self, network: nn.Module) -> None:
        self.layers: list[nn.Module] = []
        self.inputs: list[torch.Tensor] = []
        self._network = network
        self._hooks: list[Any] = []

    def __enter__(self) -> Self:
        found = [one for one in self._network.modules() if isinstance(one, WITH_WEIGHTS)]
        self._hooks = [layer.register_forward_pre_hook(self._note) for layer in found]
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for hook in self._hooks:
            hook.remove()

    def _note(self, layer: nn.Module, inputs: tuple[Any, ...]) -> None:
        if not any(layer is one for one in self.layers):
            self.layers.append(layer)
        if layer is self.layers[0] and inputs:
            self.inputs.append(inputs[0].detach().float().clone())


def weights_of(network: nn.Module, called: Sequence[nn.Module], ours: nn.Module, image: torch.Tensor) -> Arrays | None:
    """Return a network's weights in the order of our own; None if its layers have other shapes.

    Args:
        network: the student's.
        called: its layers, as `CalledLayers` notes them.
        ours: a network of ours that holds the checkpoint's weights; such tensors go as `AS_GIVEN`.
        image: (1, C, H, W), with which ours can be called.
    """
    with CalledLayers(ours) as own, torch.no_grad():
        ours(image)
    defined = [one for one in network.modules() if any(one is layer for layer in called)]
    for theirs, right in ((called, own.layers), (defined, layers_of(ours))):
        if list(map(_shapes, theirs)) == list(map(_shapes, right)):
            partner = dict(zip(map(id, right), theirs, strict=True))
            return [array for layer in layers_of(ours) for array in _unlike(partner[id(layer)], layer)]
    return None


def layers_of(network: nn.Module) -> list[nn.Module]:
    """Return the layers with weights, in the order of their definition."""
    return [one for one in network.modules() if isinstance(one, WITH_WEIGHTS)]


def put_back(arrays: Sequence[npt.NDArray[np.floating]], ours: nn.Module) -> None:
    """Put weights into our own network, whose other tensors stay as they are.

    Args:
        arrays: as from `weights_of`.
        ours: the network that `weights_of` was given, made anew.

    Raises:
        ValueError: number or shapes do not fit.
    """
    for tensor, array in zip(_tensors(layers_of(ours)), arrays, strict=True):
        if array.shape != AS_GIVEN.shape:
            if tensor.shape != array.shape:
                raise ValueError(f"an array of the shape {array.shape} for a tensor of {tuple(tensor.shape)}")
            tensor.copy_(torch.from_numpy(array.copy()))


def _shapes(layer: nn.Module) -> list[torch.Size]:
    return [one.shape for one in _tensors([layer])]


def _unlike(layer: nn.Module, given: nn.Module) -> Arrays:
    pairs = zip(_tensors([layer]), _tensors([given]), strict=True)
    return [AS_GIVEN if torch.equal(one, other) else _packed(one) for one, other in pairs]


def _packed(tensor: torch.Tensor) -> npt.NDArray[np.floating]:
    return tensor.half().numpy() if tensor.numel() > LARGE else tensor.numpy()


def _tensors(layers: Iterable[nn.Module]) -> list[torch.Tensor]:
    """Return weights, biases and running statistics, as far as there are any."""
    found = (getattr(layer, name, None) for layer in layers for name in TENSORS)
    return [one.detach().float().cpu() for one in found if isinstance(one, torch.Tensor)]


def head_of(layers: Sequence[nn.Module], features: int) -> Arrays | None:
    """Return matrix and shift of each layer behind the last convolution; None if one does not fit the one before.

    A batch norm becomes a matrix, too: it is one in eval mode.

    Args:
        layers: as `CalledLayers` notes them.
        features: numbers that the first of them gets.
    """
    behind = [one for one in layers if isinstance(one, WITHOUT_IMAGES)]
    found: Arrays = []
    for layer in behind:
        matrix, shift = _as_linear(layer)
        if matrix.shape[1] != features:
            return None
        features = matrix.shape[0]
        found += [matrix.numpy(), shift.numpy()]
    return found or None


def _as_linear(layer: nn.Module) -> tuple[torch.Tensor, torch.Tensor]:
    """Return matrix and shift from the layer's tensors alone: its `forward` may be the student's."""
    if isinstance(layer, nn.BatchNorm1d):
        weight, bias, mean, variance = _tensors([layer])
        scale = weight / (variance + layer.eps).sqrt()
        return torch.diag(scale), bias - mean * scale
    matrix, *shift = _tensors([layer])
    return matrix, shift[0] if shift else torch.zeros(len(matrix))


def head_that_predicts(
    head: Sequence[npt.NDArray[np.floating]], features: torch.Tensor, predicted: torch.Tensor
) -> tuple[nn.Module, float]:
    """Return the head, and the share of images for which it predicts the same class as the student's network.

    The operations between its layers are not known: the usual activations are tried, and the best match is taken.

    Args:
        head: as from `head_of`.
        features: (n, F), of some images.
        predicted: (n,), the classes that the student's network gave for them.
    """
    gaps = min(len(head) // 2 - 1, MOST_GAPS)
    tried = [
        _head(head, between) for one in ACTIVATIONS for between in itertools.product((nn.Identity(), one), repeat=gaps)
    ]
    with torch.no_grad():
        agrees = [float((one(features).argmax(1) == predicted).float().mean()) for one in tried]
    best = int(np.argmax(agrees))
    return tried[best], agrees[best]


def _head(arrays: Sequence[npt.NDArray[np.floating]], between: Sequence[nn.Module]) -> nn.Sequential:
    layers: list[nn.Module] = []
    for matrix, shift in zip(arrays[::2], arrays[1::2], strict=True):
        layer = nn.Linear(matrix.shape[1], matrix.shape[0])
        layer.load_state_dict({"weight": torch.from_numpy(matrix.copy()), "bias": torch.from_numpy(shift.copy())})
        layers += [layer, *between[len(layers) // 2 :][:1]]
    return nn.Sequential(*layers)


def shown(prepared: torch.Tensor, inputs: torch.Tensor | None, output: torch.Tensor) -> dict[str, Any]:
    """Return the fields of a `ShownImages`.

    Args:
        prepared: public images after the student's preprocessing.
        inputs: the same as they reach the first layer; None if that is not known.
        output: of the student's network for them, (n, …).
    """
    output = output.flatten(1)
    reaches = prepared if inputs is None or inputs.dim() != 4 else inputs
    return {
        "prepared": images_or_none(prepared),
        "inputs": images_or_none(reaches),
        "predicted": torch.where(torch.isfinite(output).all(1), output.argmax(1), -1).numpy(),
    }


def images_or_none(images: torch.Tensor, most: int = MOST_PIXELS) -> npt.NDArray[np.float32]:
    """Return images, (n, C, H, W); none of them where they have another form, or too many pixels together."""
    are_images = images.dim() == 4 and images.numel() <= most
    return images.detach().float().numpy() if are_images else np.zeros((0, 1, 1, 1), np.float32)


def as_they_reach_it(images: npt.NDArray[np.generic], mix: Any, shift: Any) -> torch.Tensor:
    """Return images, (N, C, H, W), as they reach the first layer: each colour a weighted sum of those given."""
    pixels = torch.from_numpy(np.array(images)).float()
    mixed = torch.einsum("ck,nkhw->nchw", torch.tensor(mix, dtype=torch.float32), pixels)
    return mixed + torch.tensor(shift, dtype=torch.float32).reshape(1, -1, 1, 1)
