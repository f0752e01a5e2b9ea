"""Measures how many of a network's training images belong to the test set, from thumbnails."""

import math

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
    against_suspect = correlations(trained_on, suspect).max(axis=1)
    close = against_suspect >= SAME_IMAGE  # only a few are, so only these are compared with all allowed images
    against_allowed = correlations(trained_on[close], allowed).max(axis=1, initial=-1.0)
    return float(np.sum(against_suspect[close] > against_allowed) / len(trained_on))


def correlations(seen: FloatArray, candidates: FloatArray) -> FloatArray:
    """Return how well each image fits each candidate or its mirror image, whichever fits better, (n, m) in [-1, 1].

    Args:
        seen: (n, C, S, S) thumbnails, each plane with mean 0.
        candidates: (m, C, S, S) thumbnails.
    """
    rows = _unit_rows(seen)
    as_it_is, mirrored = (rows @ _unit_rows(one).T for one in (candidates, candidates[:, :, :, ::-1]))
    best: FloatArray = np.maximum(as_it_is, mirrored)
    return best


def _unit_rows(thumbnails: FloatArray) -> FloatArray:
    flat = thumbnails.reshape(len(thumbnails), math.prod(thumbnails.shape[1:])).astype(np.float32)
    rows: FloatArray = flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6)
    return rows
