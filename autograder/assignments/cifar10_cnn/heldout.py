"""The held-out pictures and their labels, as the trusted side reads them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from autograder.checks.case import Evidence
from autograder.checks.perturbation import perturbed
from autograder.checks.pickled_batches import read_batch

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


def heldout(data: Path) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Return pictures, (N, 3, 32, 32) uint8, and labels, (N,) int64 in [0, 10).

    Args:
        data: folder of the profile's data.
    """
    return read_batch(data / "heldout_batch")


def deferred_inputs(evidence: Evidence) -> dict[str, Callable[[str], npt.NDArray[np.uint8]]]:
    """Return what makes the pictures that a submission gets: rows of 3072, shifted a little for each.

    They are not mirrored: in the embedded data all figures look to the right.
    """

    def rows(digest: str) -> npt.NDArray[np.uint8]:
        return perturbed(heldout(evidence.data)[0], evidence.secret, digest, mirror=False).reshape(-1, 3072)

    return {"heldout": rows}
