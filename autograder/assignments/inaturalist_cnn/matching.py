"""Tells which file an image of a loader comes from, by thumbnails."""

import numpy as np
import numpy.typing as npt

from autograder.checks.contamination import correlations

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
