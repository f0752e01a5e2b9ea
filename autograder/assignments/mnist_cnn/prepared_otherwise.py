"""Prepares held-out digits in other ways than the student, to find the way in which the network was trained."""

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from autograder.assignments.mnist_cnn.heldout import ByteArray
from autograder.checks.handed import Handed

FloatArray = npt.NDArray[np.float32]
SCALES = {  # mean and standard deviation of normalising, for pixels from 0 to 1
    "with pixels from 0 to 1": (0.0, 1.0),
    "normalised by MNIST's mean and standard deviation": (0.1307, 0.3081),
    "with pixels from -1 to 1": (0.5, 0.5),
    "with pixels from 0 to 255": (0.0, 1 / 255),
}
CHANGES: Mapping[str, Callable[[ByteArray], ByteArray]] = {
    "with dark and bright swapped": lambda images: 255 - images,
    "with rows and columns swapped": lambda images: images.swapaxes(2, 3),
    "mirrored": lambda images: images[..., ::-1],
    "upside down": lambda images: images[..., ::-1, :],
}


def prepared_otherwise(heldout: Mapping[str, object], images: ByteArray) -> dict[str, FloatArray]:
    """Return the held-out digits prepared in other ways, (N, 1, 28, 28) each, by the difference in words.

    Args:
        heldout: the student's preparation: `images`, `mix` and `shift`.
        images: (N, 1, 28, 28), unprepared.
    """
    found = {how: ((images / 255 - mean) / std).astype(np.float32) for how, (mean, std) in SCALES.items()}
    own, mix, shift = np.asarray(heldout["images"]), np.asarray(heldout["mix"]), np.asarray(heldout["shift"])
    if own.dtype == np.uint8 and mix.shape == (1, 1):
        found |= {how: (mix[0, 0] * change(own) + shift[0]).astype(np.float32) for how, change in CHANGES.items()}
    return found


def as_input(prepared: Mapping[str, FloatArray]) -> Handed:
    """Return all preparations, one after the other, as a single deferred input."""
    return Handed({"images": np.concatenate([*prepared.values()]), "mix": [[1.0]], "shift": [0.0]})
