"""Tells activations by the numbers that they give: functions of arrays, for the trusted side."""

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating]
SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772  # Klambauer et al., 2017
CLOSE = 1e-3

_erf = np.vectorize(math.erf, otypes=[np.float64])


def _sigmoid(x: FloatArray) -> FloatArray:
    return np.asarray(0.5 * (1 + np.tanh(x / 2)))


def _softplus(x: FloatArray) -> FloatArray:
    return np.asarray(np.logaddexp(0, x))


ACTIVATIONS: dict[str, Callable[[FloatArray], FloatArray]] = {
    "relu": lambda x: np.asarray(np.maximum(x, 0)),
    "gelu": lambda x: np.asarray(0.5 * x * (1 + _erf(x / math.sqrt(2)))),  # its tanh form is closer than CLOSE
    "silu": lambda x: np.asarray(x * _sigmoid(x)),
    "selu": lambda x: np.asarray(SELU_SCALE * np.where(x > 0, x, SELU_ALPHA * np.expm1(np.minimum(x, 0)))),
    "mish": lambda x: np.asarray(x * np.tanh(_softplus(x))),
}
OTHERS: dict[str, Callable[[FloatArray], FloatArray]] = {  # to tell students which one they have instead
    "nothing": lambda x: x,
    "elu": lambda x: np.asarray(np.where(x > 0, x, np.expm1(np.minimum(x, 0)))),
    "leaky_relu": lambda x: np.asarray(np.where(x > 0, x, 0.01 * x)),
    "tanh": lambda x: np.asarray(np.tanh(x)),
    "sigmoid": _sigmoid,
}


def is_applied(name: str, before: FloatArray, after: FloatArray) -> bool:
    """Return whether the activation makes `after` of `before`, up to rounding."""
    if before.shape != after.shape:
        return False
    function = {**ACTIVATIONS, **OTHERS}[name]
    off = np.abs(function(before.astype(np.float64)) - after)
    return bool((off <= CLOSE * (1 + np.abs(before))).all())


def recognised(before: FloatArray, after: FloatArray) -> str:
    """Return the name of the activation that was applied; "another function" if we know none like it."""
    known = (name for name in (*ACTIVATIONS, *OTHERS) if is_applied(name, before, after))
    return next(known, "another function")
