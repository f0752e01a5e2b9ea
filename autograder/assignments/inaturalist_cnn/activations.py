"""Tells activations by the numbers that they give: functions of arrays, for the trusted side."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from autograder.checks import activations

FloatArray = npt.NDArray[np.floating]
CLOSE = 1e-3
ACTIVATIONS: dict[str, Callable[[FloatArray], FloatArray]] = {
    "relu": activations.relu,
    "gelu": activations.gelu,
    "silu": activations.silu,
    "selu": activations.selu,
    "mish": activations.mish,
}
OTHERS: dict[str, Callable[[FloatArray], FloatArray]] = {  # to tell students which one they have instead
    "nothing": activations.nothing,
    "elu": activations.elu,
    "leaky_relu": activations.leaky_relu,
    "tanh": activations.tanh,
    "sigmoid": activations.sigmoid,
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
