"""The activations as functions of arrays, for the trusted side."""

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
OTHERS: dict[str, Callable[[FloatArray], FloatArray]] = {  # to tell students what they have instead
    "nothing": lambda x: x,
    "elu": lambda x: np.asarray(np.where(x > 0, x, np.expm1(np.minimum(x, 0)))),
    "leaky_relu": lambda x: np.asarray(np.where(x > 0, x, 0.01 * x)),
    "tanh": lambda x: np.asarray(np.tanh(x)),
    "sigmoid": _sigmoid,
}


def is_applied(name: str, before: FloatArray, behind: FloatArray) -> bool:
    """Return whether `behind` is what the activation makes of `before`, up to rounding."""
    function = {**ACTIVATIONS, **OTHERS}[name]
    off = np.abs(function(before.astype(np.float64)) - behind)
    return bool((off <= CLOSE * (1 + np.abs(before))).all())


def recognised(before: FloatArray, behind: FloatArray) -> str:
    """Return what was applied, by name; "another function" if it is none that we know."""
    known = (name for name in (*ACTIVATIONS, *OTHERS) if is_applied(name, before, behind))
    return next(known, "another function")
