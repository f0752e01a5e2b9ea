"""Describes the course of a training loss: whether it rises, stays flat, or still falls at the end."""

import numpy as np
import numpy.typing as npt

RISES = 1.5  # times the first loss
STANDSTILL = 0.9  # of the first losses: if the last ones are above, the network has hardly learned
BLOCKS = 20
LEAST_LOSSES = 20  # enough to tell a trend from noise
SIGNIFICANT = -3.0  # standard errors of the slope
LEVELLED = 0.3  # of the first losses: a loss below this has learned
REGULAR_END = 0.1  # fraction of the losses to average at each end

Losses = npt.NDArray[np.floating]


def peak(losses: Losses, guess: float) -> float:
    """Return the peak to which a loss climbs above its beginning, averaged over a twentieth; 0 if it does not climb.

    Args:
        losses: of batches, in the order of training.
        guess: the loss of guessing.
    """
    if len(losses) < LEAST_LOSSES:
        return 0.0
    highest = max(float(block.mean()) for block in np.array_split(losses, BLOCKS))
    return highest if highest > RISES * max(float(losses[0]), guess) else 0.0


def still_falls(losses: Losses) -> bool:
    """Return whether the second half of a loss falls by more than its noise, and is not close to 0."""
    half = losses[len(losses) // 2 :].astype(float)
    if len(losses) < LEAST_LOSSES or not np.isfinite(losses).all():
        return False
    if has_levelled(losses):
        return False
    places = np.arange(len(half)) - (len(half) - 1) / 2
    slope = float(places @ half / (places @ places))
    rest = half - half.mean() - slope * places
    error = float(np.sqrt(rest @ rest / (len(half) - 2) / (places @ places)))
    return slope < SIGNIFICANT * max(error, 1e-9)


def has_levelled(losses: Losses) -> bool:
    """Return whether a loss is close to 0 in its second half."""
    return float(losses[len(losses) // 2 :].mean()) < LEVELLED * max(begin(losses), 1e-9)


def comes_down(losses: Losses) -> bool:
    """Return whether a loss ends well below its beginning."""
    return len(losses) > 1 and end(losses) < STANDSTILL * begin(losses)


def begin(losses: Losses) -> float:
    """Return the mean of the first tenth."""
    return float(losses[: max(1, int(REGULAR_END * len(losses)))].mean())


def end(losses: Losses) -> float:
    """Return the mean of the last tenth."""
    return float(losses[-max(1, int(REGULAR_END * len(losses))) :].mean())
