"""Tells which file an image of a loader comes from, by thumbnails."""

from itertools import permutations

import numpy as np
import numpy.typing as npt

from autograder.checks.contamination import correlations

LIKE = 0.04  # of the range of a channel, by which a colour may be off; those of our folder differ by an eighth

FloatArray = npt.NDArray[np.floating]


def matches(seen: FloatArray, candidates: FloatArray) -> FloatArray:
    """Return how well each image fits each file in the best of the ways to make it square, (n, m) in [-1, 1].

    Args:
        seen: (n, 3, 8, 8) thumbnails of images.
        candidates: (m, ways, 3, 8, 8) thumbnails of files.
    """
    best = np.full((len(seen), len(candidates)), -1.0)
    for way in range(candidates.shape[1]):
        best = np.maximum(best, correlations(seen, candidates[:, way]))
    return best


def files_of(seen: FloatArray, candidates: FloatArray) -> npt.NDArray[np.int64]:
    """Return for each image the file that it fits best, (n,) int64."""
    return np.asarray(matches(seen, candidates).argmax(axis=1), np.int64)


def flattened(candidates: FloatArray) -> FloatArray:
    """Return all thumbnails of files, one after the other, (m × ways, 3, 8, 8)."""
    return candidates.reshape(-1, *candidates.shape[2:])


def recognised_colours(means: FloatArray, colours: FloatArray) -> npt.NDArray[np.int64]:
    """Return for each image the colour that it has, (n,) int64; -1 where it has none of them.

    Neither the order of the channels nor the scale of each matters.

    Args:
        means: (n, 3) of images, among which the lowest and the highest level of each channel occur.
        colours: (m, 3) that they may have, likewise.
    """
    if means.ndim != 2 or means.shape[1:] != (3,) or not len(means) or not np.isfinite(means).all():
        return np.full(len(means), -1, np.int64)
    seen = _stretched(means)
    distances = [
        np.abs(seen[:, None] - _stretched(colours)[None, :, order]).max(axis=2)  # (n, m)
        for order in map(list, permutations(range(3)))
    ]
    best = min(distances, key=lambda one: float(one.min(axis=1).sum()))
    return np.where(best.min(axis=1) <= LIKE, best.argmin(axis=1), -1).astype(np.int64)


def _stretched(values: FloatArray) -> FloatArray:
    """Return values with each channel stretched to [0, 1]."""
    low, high = values.min(axis=0), values.max(axis=0)
    return np.asarray((values - low) / np.maximum(high - low, 1e-9))
