"""The held-out images and their labels, as the trusted side reads them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from autograder.checks.evidence import Evidence
from autograder.checks.perturbation import order_of, perturbed
from autograder.checks.pickled_batches import read_batch

CLASSES = ("airplane", "automobile", "bird", "deer", "frog", "horse", "ship", "truck")


def heldout(data: Path) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Return images, (N, 3, 32, 32) uint8, and labels, (N,) int64 in [0, 8).

    Args:
        data: folder of the profile's data.
    """
    return read_batch(data / "heldout_batch")


def labels_for(evidence: Evidence, digest: str) -> npt.NDArray[np.int64]:
    """Return the labels in the order of the images that a submission of this digest gets."""
    labels = heldout(evidence.data)[1]
    return labels[order_of(evidence.secret, digest, len(labels))]


def deferred_inputs(evidence: Evidence) -> dict[str, Callable[[str], npt.NDArray[np.uint8]]]:
    """Return a function that makes a submission's images: rows of 3072."""
    return {"heldout": lambda digest: heldout_for(evidence, digest).reshape(-1, 3072)}


def heldout_for(evidence: Evidence, digest: str) -> npt.NDArray[np.uint8]:
    """Return the images for a submission of this digest, (N, 3, 32, 32): reordered and altered for each."""
    images = heldout(evidence.data)[0]
    images = images[order_of(evidence.secret, digest, len(images))]
    return perturbed(images, evidence.secret, digest)
