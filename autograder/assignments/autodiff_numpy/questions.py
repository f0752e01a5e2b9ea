"""Draws the arrays that are asked about."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from autograder.checks.draw import Draw

FloatArray = npt.NDArray[np.float64]


def array_of(draw: Draw, shape: Sequence[int], low: float = -2.0, high: float = 2.0) -> FloatArray:
    """Return an array of drawn numbers, none of them within 0.05 of zero, where some derivatives jump."""
    numbers = draw.array(shape, low, high)
    return np.where(np.abs(numbers) > 0.05, numbers, numbers + 0.1)


def rings(draw: Draw, count: int) -> tuple[FloatArray, npt.NDArray[np.int64]]:
    """Return points on two rings, one in the other, (count, 2), and the ring of each, (count,)."""
    labels = np.array([draw.whole(0, 1) for _ in range(count)])
    angles = np.array([draw.number(0, 2 * np.pi) for _ in range(count)])
    radii = np.array([draw.number(0.8, 1.2) for _ in range(count)]) * np.where(labels, 2.0, 0.8)
    return np.stack([radii * np.cos(angles), radii * np.sin(angles)], axis=1), labels.astype(np.int64)
