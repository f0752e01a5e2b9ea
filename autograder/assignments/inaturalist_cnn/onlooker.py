"""The features of the small network that watches which images a loop trains on, for our side and for the sandbox's.

Random Fourier features of a thumbnail and its mirror image: those of two images are almost orthogonal, unless the
images look alike. So the weights of a linear head keep each image that it learns from apart from the others.
Probes import this too, so it needs nothing but NumPy.
"""

from functools import cache

import numpy as np
import numpy.typing as npt

NUMBERS = 3 * 8 * 8  # of a thumbnail
FEATURES = 1024
LIKE = (
    80.0  # square of the distance at which two thumbnails begin to look alike; unlike ones are four times as far apart
)

FloatArray = npt.NDArray[np.floating]


@cache
def frequencies() -> tuple[FloatArray, FloatArray]:
    """Return frequencies, (192, F) float32, and phases, (F,) float32; the same in every process."""
    random = np.random.default_rng(20)
    weights = random.normal(size=(NUMBERS, FEATURES)) / np.sqrt(LIKE)
    return weights.astype(np.float32), random.uniform(0, 2 * np.pi, FEATURES).astype(np.float32)


def features_of(thumbnails: FloatArray) -> FloatArray:
    """Return the features of thumbnails, (N, F).

    Args:
        thumbnails: (N, 3, 8, 8), each channel with mean 0 and standard deviation 1.
    """
    weights, phases = frequencies()
    both = (one.reshape(len(one), -1).astype(np.float32) for one in (thumbnails, thumbnails[..., ::-1]))
    total = sum(np.cos(one @ weights + phases) for one in both)
    return np.asarray(total / np.sqrt(FEATURES), np.float64)
