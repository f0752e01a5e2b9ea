"""Compares a sample of the images that a network was trained on with the training files."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from autograder.checks.contamination import SAME_IMAGE, FloatArray, correlations
from autograder.wire.training import UNKNOWN_LABEL

FEWEST_KNOWN = 100  # images of the sample that are in the files
FEWEST_PAIRS = 10  # of the sample that show the same image; fewer say little


@dataclass(frozen=True)
class ImagesTrainedOn:
    """Facts about the images that a network was trained on, from a sample of them.

    Attributes:
        different: number of different images; 0 if unknown.
        found: share of the sample that is in the files; None if the sample is too small.
        labelled: share of these images with the file's label; None if too few labels are known.
    """

    different: int = 0
    found: float | None = None
    labelled: float | None = None


NO_SAMPLE = ImagesTrainedOn()


def images_trained_on(
    sample: FloatArray, labels: npt.ArrayLike, given: FloatArray, right: npt.ArrayLike, trained_on: int
) -> ImagesTrainedOn:
    """Compare a sample with the files.

    Args:
        sample: (n, C, S, S) thumbnails of a random sample of the images trained on.
        labels: (n,) as the loss got them, or UNKNOWN_LABEL.
        given: (m, C, S, S) thumbnails of all images in the files.
        right: (m,) their labels.
        trained_on: number of images trained on, repetitions included.
    """
    if len(sample) < FEWEST_KNOWN or sample.shape[1:] != given.shape[1:]:
        return NO_SAMPLE
    fits = correlations(sample, given)
    is_known = fits.max(axis=1) >= SAME_IMAGE
    known = fits.argmax(axis=1)[is_known]
    own = np.asarray(labels)[is_known] if len(np.asarray(labels)) == len(sample) else np.zeros(0)
    told = own != UNKNOWN_LABEL
    agrees = own[told] == np.asarray(right)[known][told] if len(own) else own
    return ImagesTrainedOn(
        different=_different(known, len(sample), len(given), trained_on),
        found=len(known) / len(sample),
        labelled=float(agrees.mean()) if len(agrees) >= FEWEST_KNOWN else None,
    )


def _different(known: npt.NDArray[np.integer], sample: int, given: int, trained_on: int) -> int:
    """Estimate the number D of different images.

    A random sample of n images has n² / 2 pairs, and one in D of the pairs shows the same image.
    """
    if len(known) < FEWEST_KNOWN:
        return 0
    if sample == trained_on:  # nothing to estimate, if all of them are known
        return len(np.unique(known)) if len(known) == sample else 0
    counts = np.unique(known, return_counts=True)[1]
    pairs = int((counts * (counts - 1) // 2).sum())
    if pairs < FEWEST_PAIRS:
        return min(trained_on, given)
    return min(trained_on, given, round(len(known) * (len(known) - 1) / 2 / pairs))
