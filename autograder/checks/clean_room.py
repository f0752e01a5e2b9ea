"""Prepares held-out images for a network of ours that carries a student's weights, and compares the two networks."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.checks.handed import Handed
from autograder.checks.preprocessing import understood
from autograder.wire.network import ShownImages

AGREES = 0.9  # share of public images for which our network with the student's weights predicts as the student's does
BETTER = 0.25  # accuracy of the student's network beyond that of ours, which chance does not explain

Images = npt.NDArray[np.generic]


def for_clean_room(
    weights: Any, shown: ShownImages, public: Images, heldout: Images, prepared: Callable[[], Images]
) -> dict[str, Handed] | None:
    """Return the deferred inputs of a clean probe: `weights`, `shown` and `heldout`; None without usable images.

    If `understood` recognises the student's preprocessing of the public images, our own code does the same to the
    held-out ones. Otherwise the student's code has to, in a process that has no network.

    Args:
        weights: of the student's network, as the probe takes them.
        shown: the network's answers for the public images.
        public: (n, C, H, W), these images as they are given.
        heldout: (N, C, H, W), as this submission gets them.
        prepared: observes the held-out images after the student's preprocessing, (N, D, H, W).
    """
    if known := understood(public[: len(shown.inputs)], shown.inputs):
        images, mix, shift = known.arranged(heldout), known.mix, known.shift
    else:
        images = prepared()
        inside = understood(shown.prepared, shown.inputs)  # operations before the network's first layer
        if images.ndim != 4 or not images.size:
            return None
        mix, shift = (inside.mix, inside.shift) if inside else (np.eye(images.shape[1]), np.zeros(images.shape[1]))
    if mix.shape[1] != images.shape[1]:
        return None
    return {
        "weights": Handed(weights),
        "shown": Handed({"inputs": shown.inputs, "predicted": shown.predicted}),
        "heldout": Handed({"images": images, "mix": mix.tolist(), "shift": shift.tolist()}),
    }


def own_accuracy(shown: ShownImages, labels: npt.ArrayLike) -> float:
    """Return the share of the public images that the student's network recognises in the student's process."""
    right = np.asarray(labels)[: len(shown.predicted)]
    return float(np.mean(shown.predicted[: len(right)] == right)) if len(right) else 0.0


def is_never_finite(passes: Sequence[ShownImages]) -> bool:
    """Return whether an output of the student's network is NaN or infinite for each of the public images."""
    predicted = [one.predicted for one in passes if len(one.predicted)]
    return bool(predicted) and all((some < 0).all() for some in predicted)


def does_not_follow(agreement: float, own: float, ours: float) -> bool:
    """Return whether a network answers better than its weights alone, so that something else answers.

    Args:
        agreement: share of public images for which our network with the same weights predicts the same.
        own: accuracy of the student's network on the public images.
        ours: accuracy of our network on the held-out images.
    """
    return agreement < AGREES and own - ours >= BETTER
