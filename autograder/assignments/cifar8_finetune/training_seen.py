"""Describes a training run: the course of its loss, the size of its steps, the variety of its images."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from autograder.checks.contamination import SAME_IMAGE, FloatArray, correlations

USUAL_STEPS = {"SGD": (0.02, 2.0), "Adam": (2e-4, 0.03), "AdamW": (2e-4, 0.03)}  # of a linear head; SGD's are effective
GUESS = float(np.log(8))  # cross-entropy of guessing among eight classes
RISES = 1.5  # times the first loss
BLOCKS = 20
LEAST_LOSSES = 20  # for a trend to be told from noise
SIGNIFICANT = -3.0  # standard errors of the slope
LEVELLED = 0.3  # of the first losses: a loss below this has learned
FEWEST_KNOWN = 100  # images of the sample that were found in the files
FEWEST_PAIRS = 10  # of the sample that are one image; fewer say little


@dataclass(frozen=True)
class Rate:
    """The optimizer as it was used.

    Attributes:
        optimizer: its class; empty if unknown.
        rate: its learning rate.
        momentum: its momentum.
    """

    optimizer: str = ""
    rate: float = 0.0
    momentum: float = 0.0

    @property
    def words(self) -> str:
        """The settings in words; empty if they are unknown."""
        if not self.optimizer:
            return ""
        momentum = f" and momentum {self.momentum:g}" if self.momentum else ""
        return f"{self.optimizer} with a learning rate of {self.rate:g}{momentum}"

    @property
    def is_small(self) -> bool:
        """Whether it is below the usual range for such a network."""
        return self.optimizer in USUAL_STEPS and 0 < self._effective < USUAL_STEPS[self.optimizer][0]

    @property
    def is_large(self) -> bool:
        """Whether it is above the usual range for such a network."""
        return self.optimizer in USUAL_STEPS and self._effective > USUAL_STEPS[self.optimizer][1]

    @property
    def _effective(self) -> float:
        return self.rate / max(1.0 - self.momentum, 1e-3) if self.optimizer == "SGD" else self.rate


UNKNOWN = Rate()


def peak(losses: npt.NDArray[np.floating]) -> float:
    """Return the height to which a loss climbs above its beginning, averaged over a twentieth; 0 if it does not."""
    if len(losses) < LEAST_LOSSES:
        return 0.0
    highest = max(float(block.mean()) for block in np.array_split(losses, BLOCKS))
    return highest if highest > RISES * max(float(losses[0]), GUESS) else 0.0


def still_falls(losses: npt.NDArray[np.floating]) -> bool:
    """Return whether the second half of a loss falls, beyond its noise, and has not come close to nothing."""
    half = losses[len(losses) // 2 :].astype(float)
    if len(losses) < LEAST_LOSSES or not np.isfinite(losses).all():
        return False
    if half.mean() < LEVELLED * max(float(losses[: len(losses) // 10].mean()), 1e-9):
        return False
    places = np.arange(len(half)) - (len(half) - 1) / 2
    slope = float(places @ half / (places @ places))
    rest = half - half.mean() - slope * places
    error = float(np.sqrt(rest @ rest / (len(half) - 2) / (places @ places)))
    return slope < SIGNIFICANT * max(error, 1e-9)


def different_images(sample: FloatArray, given: FloatArray, trained_on: int) -> int:
    """Estimate how many different images a network was trained on; 0 if that is not known.

    Few pairs of a random sample show one image where the images are many: of n there are n² / 2 pairs, and one in
    D of them matches.

    Args:
        sample: (n, C, S, S) thumbnails of a random sample of the images trained on.
        given: (m, C, S, S) thumbnails of all that the files hold.
        trained_on: images trained on, each as often as it was.
    """
    if len(sample) < FEWEST_KNOWN:
        return 0
    if len(sample) == trained_on:  # the sample is all of them
        return 0
    fits = correlations(sample, given)
    known = fits.argmax(axis=1)[fits.max(axis=1) >= SAME_IMAGE]
    if len(known) < FEWEST_KNOWN:
        return 0
    counts = np.unique(known, return_counts=True)[1]
    pairs = int((counts * (counts - 1) // 2).sum())
    if pairs < FEWEST_PAIRS:
        return min(trained_on, len(given))
    return min(round(len(known) * (len(known) - 1) / 2 / pairs), trained_on, len(given))
