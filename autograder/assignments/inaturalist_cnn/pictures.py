"""Tells which file a picture of a loader is from, by thumbnails."""

from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating]
SAME = 0.97  # correlation of thumbnails of one picture
CLEARLY = 0.02  # by how much the best file must fit better than the best of the suspected ones


def matches(seen: FloatArray, candidates: FloatArray) -> FloatArray:
    """Return how well each picture fits each file in the best of the ways to make it square, (n, m) in [-1, 1].

    Args:
        seen: (n, 3, 8, 8) thumbnails of pictures.
        candidates: (m, ways, 3, 8, 8) thumbnails of files.
    """
    rows = _unit(seen.reshape(len(seen), -1))
    best = np.full((len(seen), len(candidates)), -1.0)
    for way in range(candidates.shape[1]):
        for one in (candidates[:, way], candidates[:, way, :, :, ::-1]):  # as it is, and mirrored
            best = np.maximum(best, rows @ _unit(one.reshape(len(one), -1)).T)
    return best


def files_of(seen: FloatArray, candidates: FloatArray) -> npt.NDArray[np.int64]:
    """Return for each picture the file that it fits best, (n,) int64."""
    return np.asarray(matches(seen, candidates).argmax(axis=1), np.int64)


def flattened(folder: dict[str, Any]) -> FloatArray:
    """Return all thumbnails of a folder's files, one behind the other, (m × ways, 3, 8, 8)."""
    thumbnails: FloatArray = folder["thumbnails"]
    return thumbnails.reshape(-1, *thumbnails.shape[2:])


def _unit(rows: FloatArray) -> FloatArray:
    rows = rows.astype(np.float32)
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6))
