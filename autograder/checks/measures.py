"""Measures of held-out predictions, as functions of arrays."""

import math

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating]
IntArray = npt.NDArray[np.integer]
Z_95 = 1.959964
RARE = 1e-3  # chance that an honest network as good as the reference's looks like a look-up


def predictions(logits: FloatArray, classes: int) -> IntArray:
    """Return the class with the largest logit among the first `classes`.

    Args:
        logits: (N, C) with C ≥ `classes`, any scale, higher is more likely.
        classes: number of classes that count.

    Returns:
        (N,) int64 in [0, classes).

    Raises:
        ValueError: the array has another shape, or a logit is not finite; says which.
    """
    if logits.ndim != 2 or logits.shape[1] < classes:
        raise ValueError(f"logits of shape {logits.shape}; (N, {classes}) is expected")
    if not np.isfinite(logits[:, :classes]).all():
        raise ValueError(f"{int((~np.isfinite(logits[:, :classes])).sum())} logits are not finite (NaN or infinite)")
    chosen: IntArray = logits[:, :classes].argmax(axis=1)
    return chosen


def confusion_matrix(labels: IntArray, predicted: IntArray, classes: int) -> IntArray:
    """Return counts, (classes, classes) int64; rows are true classes and columns predicted ones."""
    cells = labels.astype(np.int64) * classes + predicted  # uint8 labels would overflow
    return np.bincount(cells, minlength=classes * classes).reshape(classes, classes)


def accuracy(confusion: IntArray) -> float:
    """Return the fraction of all images on the diagonal, in [0, 1]; 0 without images."""
    return float(np.trace(confusion) / max(confusion.sum(), 1))


def recalls(confusion: IntArray) -> FloatArray:
    """Return for each true class the fraction of its images that were recognised, (classes,); 0 for an absent class."""
    totals = confusion.sum(axis=1)
    found: FloatArray = np.diag(confusion) / np.maximum(totals, 1)
    return found


def wilson_interval(fraction: float, count: int) -> tuple[float, float]:
    """Return the 95 % interval of a fraction measured on `count` images; all of [0, 1] without images.

    Source: Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
    """
    if not count:
        return 0.0, 1.0
    square = Z_95**2
    middle = (fraction + square / (2 * count)) / (1 + square / count)
    half = Z_95 * math.sqrt(fraction * (1 - fraction) / count + square / (4 * count**2)) / (1 + square / count)
    return max(0.0, middle - half), min(1.0, middle + half)


def implausible(right: int, count: int, reference: float) -> bool:
    """Return whether a network as good as the reference's would recognise as many images less than once in a thousand.

    A look-up of known images recognises nearly all of them; a trained network does not.

    Args:
        right: recognised images.
        count: images in all.
        reference: the fraction that the reference's network recognises, above 0.
    """
    chance = sum(math.comb(count, n) * reference**n * (1 - reference) ** (count - n) for n in range(right, count + 1))
    return chance < RARE


def ramp(value: float, floor: float, full: float) -> float:
    """Return 0 up to `floor`, 1 from `full` on, and a linear share between them."""
    return min(1.0, max(0.0, (value - floor) / (full - floor)))
