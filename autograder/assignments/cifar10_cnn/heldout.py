"""Reads the held-out images and their labels, on the trusted side."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from autograder.checks.evidence import Evidence
from autograder.checks.perturbation import order_of, perturbed
from autograder.checks.pickled_batches import read_batch

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


def heldout(data: Path) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Return images, (N, 3, 32, 32) uint8, and labels, (N,) int64 in [0, 10).

    Args:
        data: folder of the profile's data.
    """
    return read_batch(data / "heldout_batch")


def deferred_inputs(evidence: Evidence) -> dict[str, Callable[[str], npt.NDArray[np.uint8]]]:
    """Return what makes a submission's images, (N, 3, 32, 32)."""
    return {"heldout": lambda digest: heldout_for(evidence, digest)[0]}


def heldout_for(evidence: Evidence, digest: str) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Return the images for a submission of this digest, and their labels: reordered and shifted a little for each.

    They are not mirrored: in the embedded data all shapes look to the right.
    """
    images, labels = heldout(evidence.data)
    order = order_of(evidence.secret, digest, len(labels))
    return perturbed(images[order], evidence.secret, digest, mirror=False), labels[order]
