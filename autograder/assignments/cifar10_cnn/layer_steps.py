"""Tells a network's layers, and the operations between them, from the inputs of the layers.

The grader knows images and weights, so it computes each layer's output itself.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from autograder.assignments.cifar10_cnn.observed import CalledLayer, Layers
from autograder.assignments.cifar10_cnn.questions import noise_images, tensor_of_layer
from autograder.checks import activations
from autograder.checks.closeness import cosine

FloatArray = npt.NDArray[np.floating]
NOTHING: FloatArray = np.zeros(0, np.float32)
CLOSE = 1e-3  # accepted difference of two programs' numbers
MOST_WEIGHTS, MOST_PRODUCTS = 4_000_000, 200_000_000  # of a layer; a larger one is not computed
ACTIVATIONS: dict[str, Callable[[FloatArray], FloatArray]] = {  # the first that fits is the one
    "ReLU": activations.relu,
    "none": activations.nothing,
    "leaky ReLU": activations.leaky_relu,
    "ReLU6": activations.relu6,
    "ELU": activations.elu,
    "GELU": activations.gelu,
    "SiLU": activations.silu,
    "tanh": activations.tanh,
    "sigmoid": activations.sigmoid,
    "softmax": activations.softmax,
    "log-softmax": activations.log_softmax,
}


@dataclass(frozen=True)
class Stretch:
    """The operations between two layers with weights, batch norms among them.

    Attributes:
        activation: its name, such as "ReLU"; "none" or "unknown".
        pooling: "max 2", "average 2", "every second", "none" or "unknown".
        factor: by which dropout scales the values that it keeps; 1 without dropout, 0 if unknown.
        dropped: share of the values that dropout sets to 0.
    """

    activation: str
    pooling: str
    factor: float
    dropped: float


@dataclass(frozen=True)
class BatchNorm:
    """A batch norm between two layers.

    Attributes:
        directly_behind: whether its input is the output of the layer before it.
        features: channels of its input.
    """

    directly_behind: bool
    features: int


@dataclass(frozen=True)
class Layer:
    """A convolution or a linear layer, and the operations up to the next one.

    Attributes:
        kind: "Conv" or "Linear".
        weight: shape of its weight.
        batch_norms: batch norms behind it.
        between: one stretch, and one more for each batch norm.
    """

    kind: str
    weight: Sequence[int]
    batch_norms: list[BatchNorm]
    between: list[Stretch]


def told_layers(seen: Layers, step: float, training: bool) -> tuple[list[Layer], str]:
    """Return the convolutions and linear layers in order, and the reason if the numbers cannot be believed.

    Args:
        seen: the inputs of the layers.
        step: of the question.
        training: whether the network was in train mode.
    """
    given = [_given(call, place, step, training) for place, call in enumerate(seen.calls)]
    starts = [place for place, call in enumerate(seen.calls) if call.kind != "BatchNorm"]
    reached: list[FloatArray] = [*(seen.calls[start].entered for start in starts[1:]), seen.output]
    ends = [*starts[1:], len(seen.calls)]
    layers = [
        _layer(seen.calls[start:end], given[start:end], following)
        for start, end, following in zip(starts, ends, reached, strict=True)
    ]
    return layers, _unlike(seen.calls, given, step, training)


def _unlike(calls: Sequence[CalledLayer], given: Sequence[FloatArray], step: float, training: bool) -> str:
    """Return the layer whose output does not follow from its weights and input, in words; empty if there is none."""
    if not training and not _shows(calls[0].entered, noise_images(1, step)):
        return "the first layer gets other images"
    for place, (call, numbers) in enumerate(zip(calls, given, strict=True), start=1):
        hidden = (training and not call.entered.size) or math.prod(call.weight) > MOST_WEIGHTS
        if not hidden and not _close(call.left, numbers.ravel()[: call.left.size]):
            return f"the output of layer {place} does not follow from its weights and its input"
    return ""


def _shows(entered: FloatArray, image: FloatArray) -> bool:
    """Return whether a layer's input begins with an image, each channel of which may be scaled and shifted before."""
    if entered.size < image.size:
        return False
    ours, theirs = (some.astype(np.float64).reshape(3, -1) for some in (image, entered.ravel()[: image.size]))
    return min(abs(cosine(a - a.mean(), b - b.mean())) for a, b in zip(ours, theirs, strict=True)) > 1 - CLOSE


def _given(call: CalledLayer, place: int, step: float, training: bool) -> FloatArray:
    """Return a layer's output; `NOTHING` if it cannot be computed."""
    tensor = partial(tensor_of_layer, place=place, step=step)
    images, weight = call.entered, call.weight
    if images.ndim < 2 or not images.size or not 0 < math.prod(weight) <= MOST_WEIGHTS:
        return NOTHING
    if call.kind == "BatchNorm":
        return _normalised(call, images, tensor, training)
    found = NOTHING
    if call.kind == "Linear" and len(weight) == 2 and images.shape[-1] == weight[1]:
        found = images @ tensor("weight", weight).T
    if call.kind == "Conv" and len(weight) == images.ndim == 4 and images.shape[1] == weight[1] * call.groups:
        found = _convolved(call, images, tensor("weight", weight))
    if not found.size or not call.bias:
        return found
    along = (-1, 1, 1) if call.kind == "Conv" else (-1,)
    return np.asarray(found + tensor("bias", weight[:1]).reshape(along))


def _normalised(call: CalledLayer, images: FloatArray, tensor: Callable[..., FloatArray], training: bool) -> FloatArray:
    channels = images.shape[1:2]
    others = tuple(axis for axis in range(images.ndim) if axis != 1)
    if training or not call.statistics:
        mean, variance = images.mean(axis=others), images.var(axis=others)
    else:
        mean, variance = tensor("running_mean", channels), tensor("running_var", channels)
    scale = (tensor("weight", channels) if call.weight else 1) / np.sqrt(variance + call.epsilon)
    shift = (tensor("bias", channels) if call.bias else 0) - mean * scale
    along = (-1, *[1] * (images.ndim - 2))
    return np.asarray(images * scale.reshape(along) + shift.reshape(along))


def _convolved(call: CalledLayer, images: FloatArray, weight: FloatArray) -> FloatArray:
    """Return the convolution of images, (N, C, H, W), with filters, (F, C / groups, h, w)."""
    padded = np.pad(images, ((0, 0), (0, 0), *((one, one) for one in call.padding)))
    reach = tuple(by * (side - 1) + 1 for by, side in zip(call.dilation, weight.shape[2:], strict=True))
    rows, columns = (1 + side - one for side, one in zip(padded.shape[2:], reach, strict=True))
    if min(rows, columns, *call.stride, *call.dilation) < 1 or len(weight) % call.groups:
        return NOTHING
    if len(images) * rows * columns * weight.size > MOST_PRODUCTS * math.prod(call.stride):
        return NOTHING
    windows = np.lib.stride_tricks.sliding_window_view(padded, reach, axis=(2, 3))
    windows = windows[:, :, :: call.stride[0], :: call.stride[1], :: call.dilation[0], :: call.dilation[1]]
    parts = zip(np.split(windows, call.groups, axis=1), np.split(weight, call.groups), strict=True)
    found = np.concatenate([np.tensordot(some, own, ((1, 4, 5), (1, 2, 3))) for some, own in parts], axis=3)
    return found.transpose(0, 3, 1, 2)


def _layer(calls: Sequence[CalledLayer], given: Sequence[FloatArray], following: FloatArray) -> Layer:
    """Return one layer with weights, and the operations up to the next one.

    Args:
        calls: the layer's own call, then the calls of the batch norms behind it.
        given: the output of each call.
        following: the next layer's input, or the network's output.
    """
    reached = [*(norm.entered for norm in calls[1:]), following]
    return Layer(
        kind="Conv" if calls[0].kind == "other" else calls[0].kind,
        weight=calls[0].weight,
        batch_norms=[
            BatchNorm(_close(given[0], norm.entered), norm.entered.shape[1] if norm.entered.ndim > 1 else 0)
            for norm in calls[1:]
        ],
        between=[told(before, after) for before, after in zip(given, reached, strict=True)],
    )


def told(before: FloatArray, after: FloatArray) -> Stretch:
    """Return the activation, pooling and dropout that lead from one array to another, as far as they can be told."""
    if not before.size or not after.size or not after.ndim:
        return Stretch("unknown", "unknown", 0.0, 0.0)
    after = after[: len(before)]
    poolings = POOLINGS if before.ndim == 4 else {"none": POOLINGS["none"]}
    for name, activation in ACTIVATIONS.items():
        for pooling, pool in poolings.items():
            for wanted in (pool(activation(before)), activation(pool(before))):
                fit = _fit(wanted.ravel(), after.ravel()) if wanted.size == after.size else None
                if fit:
                    return Stretch(name, pooling, *fit)
    rectified = bool((before < 0).any() and after.min() >= 0 and (after == 0).any())
    return Stretch("ReLU" if rectified else "unknown", "unknown", 0.0, 0.0)


def _fit(wanted: FloatArray, seen: FloatArray) -> tuple[float, float] | None:
    """Return the factor and the share of dropout, if dropout alone explains the difference of two arrays."""
    kept = (np.abs(seen) > CLOSE) & (np.abs(wanted) > CLOSE)
    if not kept.any() or bool(((np.abs(seen) > CLOSE) & (wanted == 0)).any()):
        return None
    factor = float(np.median(seen[kept] / wanted[kept]))
    if not np.allclose(seen[kept], factor * wanted[kept], rtol=1e-3, atol=CLOSE) or factor < 0.999:
        return None
    dropped = float(((seen == 0) & (np.abs(wanted) > CLOSE)).sum() / (wanted != 0).sum())
    return round(factor, 3), dropped


def _halves(images: FloatArray) -> FloatArray:
    """Return the squares of 2 × 2 pixels, (N, C, H // 2, W // 2, 4)."""
    n, channels, rows, columns = images.shape
    even = images[:, :, : rows // 2 * 2, : columns // 2 * 2]
    squares = even.reshape(n, channels, rows // 2, 2, columns // 2, 2).transpose(0, 1, 2, 4, 3, 5)
    return squares.reshape(n, channels, rows // 2, columns // 2, 4)


def _max(images: FloatArray) -> FloatArray:
    return np.asarray(_halves(images).max(axis=4))


def _average(images: FloatArray) -> FloatArray:
    return np.asarray(_halves(images).mean(axis=4))


POOLINGS: dict[str, Callable[[FloatArray], FloatArray]] = {
    "max 2": _max,
    "average 2": _average,
    "every second": lambda images: images[:, :, ::2, ::2],
    "none": lambda images: images,
}


def _close(a: FloatArray, b: FloatArray) -> bool:
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=1e-3, atol=CLOSE))
