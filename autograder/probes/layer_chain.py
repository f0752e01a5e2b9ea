"""Reads a network as a chain of layers of known kinds, and computes such a chain in a child without the submission.

The layers are found in the operations that PyTorch dispatches, below all ways to spell them. An operation of another
kind is left out: then the chain predicts otherwise than the network, which the comparison on public images shows.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils._python_dispatch import TorchDispatchMode

from autograder.probes.clean_room import as_they_reach_it
from autograder.wire.network import MOST_LAYERS, Layer

COMPUTED_AT_ONCE = 100  # images
POOLS: Mapping[str, Any] = {"max_pool2d_with_indices": "max_pool", "avg_pool2d": "avg_pool"}
# By PyTorch's name of an operation: the kind of layer, and its settings if none are given.
ACTIVATIONS: Mapping[str, tuple[Any, tuple[float, ...]]] = {
    "relu": ("relu", ()), "threshold": ("relu", ()), "clamp_min": ("relu", ()), "maximum": ("relu", ()),
    "clamp": ("relu", ()), "sigmoid": ("sigmoid", ()), "tanh": ("tanh", ()), "gelu": ("gelu", ()), "silu": ("silu", ()),
    "leaky_relu": ("leaky_relu", (0.01,)), "elu": ("elu", (1.0,)), "hardtanh": ("hardtanh", (-1.0, 1.0)),
}  # fmt: skip


class ChainReader(TorchDispatchMode):
    """Notes the layers of a network while it computes.

    Attributes:
        layers: in their order, the first MOST_LAYERS.
        inputs: of the first layer with weights; None before.
    """

    def __init__(self) -> None:
        super().__init__()
        self.layers: list[Layer] = []
        self.inputs: torch.Tensor | None = None

    def __torch_dispatch__(self, operator: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = operator.overloadpacket.__name__.rstrip("_")
        layer = _layer(name, args)
        if layer and layer.tensors and self.inputs is None:
            self.inputs = args[1 if name == "addmm" else 0].detach().float().clone()
        if layer and self.inputs is not None and len(self.layers) < MOST_LAYERS:
            self.layers.append(layer)
        return operator(*args, **(kwargs or {}))


def read_chain(network: nn.Module, images: torch.Tensor) -> tuple[ChainReader, torch.Tensor]:
    """Return what a network computes for images, as a chain, and its output."""
    reader = ChainReader()
    with torch.no_grad(), reader:
        output = network(images)
    return reader, output.detach().float()


def weights_in(chain: Sequence[Layer]) -> int:
    """Return how many numbers a chain has learned."""
    return sum(tensor.size for layer in chain for tensor in layer.tensors)


def computed(chain: Sequence[Mapping[str, Any]], images: torch.Tensor) -> torch.Tensor:
    """Return the output of a chain, as it came over the border, for images (N, C, H, W).

    Raises:
        RuntimeError: a layer does not fit the one before.
    """
    layers = [(COMPUTE[one["kind"]], one["numbers"], _loaded(one["tensors"])) for one in chain]
    parts = []
    with torch.no_grad():
        for part in images.split(COMPUTED_AT_ONCE):
            for compute, numbers, tensors in layers:
                part = compute(part, numbers, tensors)
            parts.append(part.flatten(1))
    return torch.cat(parts)


def answers_of_chain(
    chain: Sequence[Mapping[str, Any]], shown: Mapping[str, Any], heldout: Mapping[str, Any]
) -> dict[str, Any]:
    """Return `logits` of held-out images by a chain, and `agreement`: how far it predicts as the student's network did.

    The logits are (0, 0) if there are no layers, or if they do not fit together: then the network was no chain.

    Args:
        chain: as it came over the border.
        shown: `inputs` and `predicted` of public images.
        heldout: `images`, and `mix` and `shift` on their way to the first layer.
    """
    if not chain:
        return {"logits": np.zeros((0, 0), np.float32), "agreement": 0.0}
    try:
        ours = computed(chain, torch.from_numpy(shown["inputs"].copy())).argmax(1).numpy()
        logits = computed(chain, as_they_reach_it(heldout["images"], heldout["mix"], heldout["shift"]))
    except (RuntimeError, IndexError, ValueError, TypeError, OverflowError):  # any numbers may stand in a layer
        return {"logits": np.zeros((0, 0), np.float32), "agreement": 0.0}
    are_pairs = 0 < len(ours) == len(shown["predicted"])
    return {"logits": logits.numpy(), "agreement": float(np.mean(ours == shown["predicted"])) if are_pairs else 0.0}


def _loaded(arrays: Sequence[npt.NDArray[np.float32]]) -> list[torch.Tensor]:
    return [torch.from_numpy(array.copy()) for array in arrays]


def _layer(name: str, args: Sequence[Any]) -> Layer | None:
    """Return the layer that an operation is; None for one of another kind."""
    if name == "convolution" and not args[6] and args[0].dim() == 4:
        numbers = [*args[3], *args[4], *args[5], args[8]]
        return Layer(kind="convolution", numbers=list(map(float, numbers)), tensors=_arrays(args[1], args[2]))
    if name == "native_batch_norm" and args[3] is not None:
        return Layer(kind="batch_norm", numbers=[float(args[7])], tensors=_batch_norm(args))
    if name == "linear":  # in inference mode
        return Layer(kind="linear", numbers=[], tensors=_arrays(args[1], args[2] if len(args) > 2 else None))
    if name in ("addmm", "mm"):
        return Layer(kind="linear", numbers=[], tensors=_arrays(args[-1].t(), args[0] if name == "addmm" else None))
    if name in POOLS:
        kernel, stride, padding = [*args[1:4], (), ()][:3]
        sizes = [*_pair(kernel, (1, 1)), *_pair(stride, kernel), *_pair(padding, (0, 0))]
        return Layer(kind=POOLS[name], numbers=list(map(float, sizes)), tensors=[])
    if name == "mean" and len(args) > 1 and sorted(one % 4 for one in args[1]) == [2, 3]:
        return Layer(kind="mean", numbers=[], tensors=[])
    if name in ACTIVATIONS and not (name == "clamp" and (args[1] != 0 or len(args) > 2)):
        kind, usual = ACTIVATIONS[name]
        given = [float(one) for one in args[1:] if isinstance(one, (int, float))][: len(usual)]
        return Layer(kind=kind, numbers=[*given, *usual[len(given) :]], tensors=[])
    return None


def _pair(values: Sequence[int], usual: Sequence[int]) -> list[int]:
    found = list(values or usual)
    return (found * 2)[:2]


def _arrays(weight: torch.Tensor, bias: torch.Tensor | None) -> list[npt.NDArray[np.float32]]:
    shift = torch.zeros(len(weight)) if bias is None else bias
    return [one.detach().float().cpu().contiguous().numpy().copy() for one in (weight, shift)]


def _batch_norm(args: Sequence[Any]) -> list[npt.NDArray[np.float32]]:
    weight, bias, mean, variance = args[1:5]
    weight = torch.ones_like(mean) if weight is None else weight
    bias = torch.zeros_like(mean) if bias is None else bias
    return [one.detach().float().cpu().numpy().copy() for one in (weight, bias, mean, variance)]


Numbers = Sequence[float]
Tensors = Sequence[torch.Tensor]
Compute = Callable[[torch.Tensor, Numbers, Tensors], torch.Tensor]


def _convolution(x: torch.Tensor, numbers: Numbers, tensors: Tensors) -> torch.Tensor:
    stride, padding, dilation = _pairs(numbers)
    weight, bias = tensors
    return F.conv2d(x, weight, bias, stride, padding, dilation, int(numbers[6]))


def _batch_norm_of(x: torch.Tensor, numbers: Numbers, tensors: Tensors) -> torch.Tensor:
    weight, bias, mean, variance = tensors
    return F.batch_norm(x, mean, variance, weight, bias, eps=numbers[0])


def _linear(x: torch.Tensor, numbers: Numbers, tensors: Tensors) -> torch.Tensor:
    weight, bias = tensors
    return F.linear(x.flatten(1), weight, bias)


def _pairs(numbers: Numbers) -> list[tuple[int, int]]:
    return [(int(numbers[at]), int(numbers[at + 1])) for at in (0, 2, 4)]


def _with_settings(function: Callable[..., torch.Tensor]) -> Compute:
    return lambda x, numbers, tensors: function(x, *numbers)


def _pool(function: Callable[..., torch.Tensor]) -> Compute:
    return lambda x, numbers, tensors: function(x, *_pairs(numbers))


COMPUTE: Mapping[str, Compute] = {
    "convolution": _convolution,
    "batch_norm": _batch_norm_of,
    "linear": _linear,
    "max_pool": _pool(F.max_pool2d),
    "avg_pool": _pool(F.avg_pool2d),
    "mean": lambda x, numbers, tensors: x.mean((2, 3)),
    "relu": _with_settings(F.relu),
    "leaky_relu": _with_settings(F.leaky_relu),
    "elu": _with_settings(F.elu),
    "hardtanh": _with_settings(F.hardtanh),
    "sigmoid": _with_settings(torch.sigmoid),
    "tanh": _with_settings(torch.tanh),
    "gelu": _with_settings(F.gelu),
    "silu": _with_settings(F.silu),
}
