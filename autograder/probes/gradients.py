"""Gradients by small differences, to compare a student's with."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def numeric_gradient(
    function: Callable[[FloatArray], object], at: npt.ArrayLike, along: npt.ArrayLike = 1.0, step: float = 1e-5
) -> FloatArray:
    """Return the gradient of a function by central differences; same shape as `at`, float64.

    Twice as many calls as `at` has numbers: use small arrays.

    Args:
        function: takes an array like `at`, which it must not keep, and returns a number or an array; a tensor is fine.
        at: the point.
        along: weight of each number of the result, such as the gradient that arrives from above.
        step: how far to go to each side; 1e-5 suits numbers around 1.
    """
    point = np.array(at, np.float64)
    gradient = np.zeros_like(point)
    for place in np.ndindex(point.shape):
        sides = []
        for sign in (1, -1):
            moved = point.copy()
            moved[place] += sign * step
            sides.append(float(np.sum(np.asarray(function(moved), np.float64) * np.asarray(along, np.float64))))
        gradient[place] = (sides[0] - sides[1]) / (2 * step)
    return gradient
