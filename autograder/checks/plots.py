"""Makes plots from arrays, bounded whatever a submission returned."""

import base64
import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from autograder.checks.measures import IntArray
from autograder.model.plot import MAX_CLASSES, MAX_POINTS, MAX_SIDE, Confusion, Line, Tile

LARGEST = 1e30  # keeps differences finite
Array = npt.NDArray[np.generic]


def tile_of(caption: str, image: Array, kind: str = "") -> Tile:
    """Return an array as a tile: black at its least value, white at its largest, and thinned out if it is too large.

    Args:
        caption: a name for the tile, such as `"yours"`.
        image: (3, H, W), (H, W, 3), (1, H, W), (H, W), or flat, which is shown row by row; any scale.
        kind: the array's type, such as `"float32"`; precedes the shape.
    """
    numbers = np.clip(np.nan_to_num(np.asarray(image, np.float64), posinf=0.0, neginf=0.0), -LARGEST, LARGEST)
    height, width, pixels = _encoded(_stretched(_rows_of_colours(numbers)))
    return Tile(caption, described(image, kind), height, width, pixels)


def described(image: Array, kind: str = "") -> str:
    """Return kind, shape and range of an array, in words."""
    shape = " × ".join(map(str, image.shape)) or "one number"
    if not image.size:
        return f"{kind} {shape}, empty".strip()
    numbers = image.astype(np.float64)
    low, high = float(numbers.min()), float(numbers.max())
    return f"{kind} {shape}, from {low:.3g} to {high:.3g}".strip()


def line_of(name: str, values: Sequence[float] | Array, steps: int | None = None) -> Line:
    """Return values as a line; if there are too many, the means of neighbouring ones.

    Args:
        name: a name for the line, such as `"yours"`.
        values: any number of values at equal distances.
        steps: number of steps from the first value to the last; by default one between neighbours.
    """
    numbers = np.asarray(values, np.float64).ravel()
    steps = max(len(numbers) - 1, 0) if steps is None else steps
    numbers = np.where(np.abs(numbers) > LARGEST, np.nan, numbers)
    if len(numbers) > MAX_POINTS:
        numbers = np.array([part.mean() for part in np.array_split(numbers, MAX_POINTS)])
    return Line(name, tuple(float(f"{one:.4g}") if math.isfinite(one) else None for one in numbers), steps)


def confusion_of(counts: IntArray, names: Sequence[str]) -> Confusion:
    """Return a confusion matrix as a plot.

    Raises:
        ValueError: there are too many classes to show.
    """
    if len(names) > MAX_CLASSES:
        raise ValueError(f"{len(names)} classes; at most {MAX_CLASSES} can be shown")
    return Confusion(tuple(tuple(map(int, row)) for row in counts), tuple(names))


def _rows_of_colours(numbers: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return (H, W, 3), whatever the shape was."""
    if not numbers.size:
        return np.zeros((1, 1, 3))
    if numbers.ndim == 3 and numbers.shape[2] == 3:
        return numbers
    if numbers.ndim == 3 and numbers.shape[0] == 3:
        return numbers.transpose(1, 2, 0)
    if numbers.ndim == 3 and 1 in (numbers.shape[0], numbers.shape[2]):
        numbers = numbers[0] if numbers.shape[0] == 1 else numbers[..., 0]
    if numbers.ndim != 2 or 1 in numbers.shape:
        flat = numbers.ravel()[: MAX_SIDE * MAX_SIDE]
        height = max(1, -(-len(flat) // MAX_SIDE))
        numbers = np.zeros((height, MAX_SIDE))
        numbers.flat[: len(flat)] = flat
    return np.repeat(numbers[:, :, None], 3, axis=2)


def _stretched(numbers: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    low, high = numbers.min(), numbers.max()
    stretched: npt.NDArray[np.uint8] = np.round((numbers - low) / max(high - low, 1e-12) * 255).astype(np.uint8)
    return stretched


def _encoded(colours: npt.NDArray[np.uint8]) -> tuple[int, int, str]:
    by = -(-max(colours.shape[:2]) // MAX_SIDE)
    small = np.ascontiguousarray(colours[::by, ::by])
    return small.shape[0], small.shape[1], base64.b64encode(small.tobytes()).decode()
