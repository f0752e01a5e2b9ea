"""Draws the questions for the probes of this assignment, and computes what both sides make of them.

Probes import this too, so it needs nothing but NumPy.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

BLOCKS, BLOCK = 4, 8  # an image has 4 × 4 blocks of 8 × 8
COARSE = 0.7
POOL = 12  # questions that the reference solution answers in advance
POOL_OF_TRAININGS = 3


class Source(Protocol):
    """Draws numbers; `autograder.checks.draw.Draw` does."""

    def whole(self, low: int, high: int) -> int:
        """Return a whole number."""


def blocks(draw: Source) -> list[int]:
    """Return red, green and blue of each block of an image."""
    return [draw.whole(0, 255) for _ in range(BLOCKS * BLOCKS * 3)]


def pattern(colours: Sequence[int]) -> npt.NDArray[np.uint8]:
    """Return an image without any symmetry, (32, 32, 3): coloured blocks, and a texture that is always the same."""
    coarse = np.array(colours).reshape(BLOCKS, BLOCKS, 3).repeat(BLOCK, axis=0).repeat(BLOCK, axis=1)
    rows, columns, planes = np.indices(coarse.shape)
    texture = (rows * 37 + columns * 101 + planes * 59 + rows * columns * 13) % 256
    return (COARSE * coarse + (1 - COARSE) * texture).astype(np.uint8)


def planes_of(colours: Sequence[int]) -> npt.NDArray[np.float32]:
    """Return the same image as a transform finds it, (3, 32, 32) in [0, 255]."""
    return np.asarray(pattern(colours).transpose(2, 0, 1), np.float32)


def weights(shape: Sequence[int], step: float) -> npt.NDArray[np.float32]:
    """Return weights in [-1, 1] for a layer of this shape.

    Args:
        shape: of the layer.
        step: of the angle from one weight to the next.
    """
    found = np.sin(step * np.arange(1, 1 + int(np.prod(shape))))
    return np.asarray(found, np.float32).reshape(shape)
