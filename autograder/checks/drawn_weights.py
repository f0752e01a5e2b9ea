"""Compares the answers of two networks with the same drawn weights to the same drawn images."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from autograder.wire.network import DrawnAnswers

CLOSE = 5e-3  # of the largest number
PARTS = ("features", "scores", "features_after", "scores_after")


def first_that_differs(seen: DrawnAnswers | None, right: DrawnAnswers | None, parts: Sequence[str] = PARTS) -> str:
    """Return the first part in which the answers of two networks differ, in words; empty if they agree.

    Args:
        seen: the student's; None if the network gave no answers.
        right: the reference's; None likewise, and nothing equals it.
        parts: the parts to compare, in this order.
    """
    if seen is None or right is None:
        return "no linear layer makes the scores"
    for part in parts:
        some, others = getattr(seen, part), getattr(right, part)
        if part.startswith("features"):
            some, others = _of_length_1(some), _of_length_1(others)
        if not _same(some, others):
            what, _, after = part.partition("_")
            return f"other {what}" + (" after a step of training" if after else "")
    return ""


def _of_length_1(features: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return each image's features as a vector of length 1: a network may normalise them before its head."""
    if features.ndim < 2:
        return features
    lengths = np.maximum(np.linalg.norm(features, axis=1, keepdims=True), 1e-12)
    return np.asarray(features / lengths, np.float32)


def _same(numbers: npt.NDArray[np.float32], right: npt.NDArray[np.float32]) -> bool:
    largest = float(np.abs(right).max(initial=0))
    return numbers.shape == right.shape and bool((np.abs(numbers - right) <= CLOSE * largest).all())
