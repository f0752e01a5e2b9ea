"""The held-out points, as the trusted side reads them."""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from autograder.checks.case import Evidence

FloatArray = npt.NDArray[np.float32]
JITTER = 0.02  # moves the right answer by less than a fifth of the tolerance


@cache
def heldout(data: Path) -> tuple[FloatArray, FloatArray]:
    """Return inputs and labels, (N, 1) float32 each.

    Args:
        data: folder of the profile's data.
    """
    table = np.loadtxt(data / "heldout.txt", dtype=np.float32)
    return table[:, :1], table[:, 1:]


def order_of(secret: str, digest: str, count: int) -> npt.NDArray[np.int64]:
    """Return the order in which a submission gets the points, so that none learns an answer by its place."""
    return _random(secret, digest).permutation(count)


def labels_for(evidence: Evidence) -> FloatArray:
    """Return the labels in the order of the inputs that the submission got, (N, 1) float32."""
    labels = heldout(evidence.data)[1]
    return labels[order_of(evidence.secret, evidence.submission.digest, len(labels))]


def deferred_inputs(evidence: Evidence) -> dict[str, Callable[[str], FloatArray]]:
    """Return what makes the inputs that a submission gets: in an order of its own, and moved a little."""

    def inputs(digest: str) -> FloatArray:
        points = heldout(evidence.data)[0][order_of(evidence.secret, digest, len(heldout(evidence.data)[0]))]
        moved = _random(evidence.secret, digest).uniform(-JITTER, JITTER, points.shape)
        return (points + moved).astype(np.float32)

    return {"heldout": inputs}


def _random(secret: str, digest: str) -> np.random.Generator:
    return np.random.default_rng(list(hashlib.sha256(f"{secret}:{digest}".encode()).digest()))
