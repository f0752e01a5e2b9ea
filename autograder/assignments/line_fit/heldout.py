"""The held-out points, as the trusted side reads them."""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from autograder.checks.evidence import Evidence

FloatArray = npt.NDArray[np.float32]
JITTER = 0.02  # moves the right answer by less than a fifth of the tolerance


@cache
def heldout(data: Path) -> tuple[FloatArray, FloatArray]:
    """Return inputs and labels, (N, 1) float32 each.

    Args:
        data: folder of the profile's data.
    """
    return _columns(data / "heldout.txt")


@cache
def given(data: Path) -> tuple[FloatArray, FloatArray]:
    """Return the points that students have, as `heldout` does."""
    return _columns(data / "points.txt")


def moved(x: FloatArray, y: FloatArray, slope: float, intercept: float) -> tuple[FloatArray, FloatArray]:
    """Return points after adding a line to them, so that nobody can know the answer in advance."""
    return x, (y + slope * x + intercept).astype(np.float32)


def order_of(secret: str, digest: str, count: int) -> npt.NDArray[np.int64]:
    """Return the order in which a submission gets the points, so that none learns an answer by its place."""
    return _random(secret, digest).permutation(count)


def labels_for(evidence: Evidence) -> tuple[FloatArray, FloatArray]:
    """Return points and labels in the order of the inputs that the submission got, (N, 1) float32 each."""
    x, y = heldout(evidence.data)
    order = order_of(evidence.secret, evidence.submission.digest, len(y))
    return x[order], y[order]


def deferred_inputs(evidence: Evidence) -> dict[str, Callable[[str], FloatArray]]:
    """Return the function that makes a submission's inputs: in its own order, and moved a little."""

    def inputs(digest: str) -> FloatArray:
        points = heldout(evidence.data)[0][order_of(evidence.secret, digest, len(heldout(evidence.data)[0]))]
        moved = _random(evidence.secret, digest).uniform(-JITTER, JITTER, points.shape)
        return (points + moved).astype(np.float32)

    return {"heldout": inputs}


def _columns(path: Path) -> tuple[FloatArray, FloatArray]:
    table = np.loadtxt(path, dtype=np.float32)
    return table[:, :1], table[:, 1:]


def _random(secret: str, digest: str) -> np.random.Generator:
    return np.random.default_rng(list(hashlib.sha256(f"{secret}:{digest}".encode()).digest()))
