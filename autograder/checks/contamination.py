"""Measures how many of a network's training images belong to the test set, from thumbnails."""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating]
SAME_IMAGE = 0.97  # correlation of two thumbnails of one image, even after mild augmentation


def contaminated_share(trained_on: FloatArray, suspect: FloatArray, allowed: FloatArray) -> float:
    """Return the fraction of training images that come from the suspect set, in [0, 1].

    An image counts if its thumbnail, possibly mirrored, all but equals that of a suspect image and no allowed image
    fits better. Strong augmentation hides images, so the share is a lower bound.

    Args:
        trained_on: (n, C, S, S), each plane with mean 0 and standard deviation 1.
        suspect: (m, C, S, S), images that must not be trained on.
        allowed: (k, C, S, S), images that may be.

    Returns:
        The share; 0 if nothing was trained on or nothing is suspect.
    """
    if not len(trained_on) or not len(suspect):
        return 0.0
    seen = _unit_rows(trained_on)
    against_suspect = _best(seen, suspect)
    close = against_suspect >= SAME_IMAGE  # only a few are, so only these are compared with all allowed images
    return float(np.sum(against_suspect[close] > _best(seen[close], allowed)) / len(seen))


def _best(seen: FloatArray, candidates: FloatArray) -> FloatArray:
    """Return, for each row, the highest correlation with a candidate or its mirror image."""
    if not len(candidates) or not len(seen):
        return np.full(len(seen), -1.0)
    as_it_is = seen @ _unit_rows(candidates).T
    mirrored = seen @ _unit_rows(candidates[:, :, :, ::-1]).T
    best: FloatArray = np.maximum(as_it_is.max(axis=1), mirrored.max(axis=1))
    return best


def _unit_rows(thumbnails: FloatArray) -> FloatArray:
    flat = thumbnails.reshape(len(thumbnails), -1).astype(np.float32)
    rows: FloatArray = flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6)
    return rows
