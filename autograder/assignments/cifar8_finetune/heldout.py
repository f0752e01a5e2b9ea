"""The held-out pictures and their labels, as the trusted side reads them."""

import io
import pickle
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.perturbation import perturbed
from autograder.suites.case import Evidence

CLASSES = ("airplane", "automobile", "bird", "deer", "frog", "horse", "ship", "truck")
ARRAYS_ONLY = {
    ("numpy.core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
    ("_codecs", "encode"),
}


class _ArraysOnly(pickle.Unpickler):
    """Reads the instructor's own batch files; even so, nothing but arrays can come out of them."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in ARRAYS_ONLY:
            raise pickle.UnpicklingError(f"a batch file holds {module}.{name}, which is no array")
        return super().find_class(module, name)


@cache
def heldout(data: Path) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Return pictures, (N, 3, 32, 32) uint8, and labels, (N,) int64 in [0, 8).

    Args:
        data: folder of the profile's data.
    """
    content = (data / "heldout_batch").read_bytes()
    batch = _ArraysOnly(io.BytesIO(content), encoding="bytes").load()
    images = np.stack([np.asarray(row, np.uint8) for row in batch[b"data"]]).reshape(-1, 3, 32, 32)
    return images, np.asarray(batch[b"labels"], np.int64)


def late_inputs(evidence: Evidence) -> dict[str, Callable[[str], npt.NDArray[np.uint8]]]:
    """Return what makes the pictures that a submission gets: rows of 3072, changed a little for each."""

    def rows(digest: str) -> npt.NDArray[np.uint8]:
        return perturbed(heldout(evidence.data)[0], evidence.secret, digest).reshape(-1, 3072)

    return {"heldout": rows}
