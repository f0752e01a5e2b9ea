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
CONTRAST = 7.0  # of images of noise: large, so that an activation that cuts off above shows
FEATURES, CLASSES = 12, 10  # of the network that `train_model` is watched with
RATE = 0.05  # of its optimizer


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


def noise(shape: Sequence[int], step: float) -> npt.NDArray[np.float32]:
    """Return noise in [-1, 1], the same on each machine up to rounding.

    Args:
        shape: of what is returned.
        step: another one gives other noise.
    """
    places = np.arange(1, 1 + int(np.prod(shape)), dtype=np.float64)
    found = 2 * np.mod(43758.5453 * np.sin(12.9898 * places + 78.233 * step), 1.0) - 1
    return np.asarray(found, np.float32).reshape(shape)


def noise_images(count: int, step: float) -> npt.NDArray[np.float32]:
    """Return images of noise, (count, 3, 32, 32)."""
    return CONTRAST * noise((count, 3, 32, 32), step)


def tensor_of_layer(name: str, shape: Sequence[int], place: int, step: float) -> npt.NDArray[np.float32]:
    """Return what a tensor of a layer is filled with, so that the layer makes a difference.

    Args:
        name: "weight", "bias", "running_mean" or "running_var".
        shape: of the tensor.
        place: of the layer in the order of the calls, from 0.
        step: of the question.
    """
    drawn = noise(shape, step + 10 * (place + 1) + len(name))
    if name == "weight" and len(shape) > 1:
        return drawn * np.float32((2 / np.prod(shape[1:])) ** 0.5)
    middle, spread = {"weight": (1, 0.5), "bias": (0, 0.5), "running_mean": (0, 1), "running_var": (1.25, 0.75)}[name]
    return np.asarray(middle + spread * drawn, np.float32)


def features_and_labels(count: int, step: float) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """Return features of images, (count, 12), and their labels, (count,)."""
    return 2 * noise((count, FEATURES), step), noise_labels(count, step)


def first_head(step: float) -> npt.NDArray[np.float32]:
    """Return the weights from which that network starts, (10, 12)."""
    return np.float32(0.5) * noise((CLASSES, FEATURES), step + 0.25)


def noise_labels(count: int, step: float) -> npt.NDArray[np.int64]:
    """Return labels that follow no rule, (count,)."""
    return np.clip((noise((count,), step + 0.5) + 1) * CLASSES / 2, 0, CLASSES - 1).astype(np.int64)


def images_with(features: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return images whose quarters have these values, (N, 3, 32, 32) for (N, 12)."""
    return features.reshape(-1, 3, 2, 2).repeat(16, axis=2).repeat(16, axis=3)


def noise_by_heart(count: int, step: float) -> npt.NDArray[np.float32]:
    """Return images of noise with a standard deviation of 1, (count, 3, 32, 32)."""
    return np.float32(3**0.5) * noise((count, 3, 32, 32), step)
