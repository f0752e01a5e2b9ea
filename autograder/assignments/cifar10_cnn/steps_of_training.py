"""Tells from gradients how a training loop made each step with the linear network of the probe `steps`."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from autograder.assignments.cifar10_cnn.observed import Steps
from autograder.assignments.cifar10_cnn.questions import CLASSES, features_and_labels, first_head
from autograder.checks import activations
from autograder.checks.closeness import cosine

FloatArray = npt.NDArray[np.floating]
SAME_DIRECTION = 0.999  # cosine of a gradient with the true one; clipping does not turn it
CLOSE = 1e-4  # of weights


class StepsOfTraining:
    """The steps of a training, beside their right gradients.

    Attributes:
        seen: the probe's observation.
    """

    def __init__(self, seen: Steps, count: int, batch: int, step: float) -> None:
        """Compute the right gradients.

        Args:
            seen: the probe's observation.
            count: number of images.
            batch: images in a batch.
            step: of the question.
        """
        self.seen = seen
        features, labels = features_and_labels(count, step)
        places = [slice(start, start + batch) for start in range(0, count, batch)]
        self._batches = [(features[place], np.eye(CLASSES)[labels[place]]) for place in places]
        self._step = step

    @property
    def moved(self) -> float:
        """The largest change of a weight."""
        return float(np.abs(self.seen.weights[-1:] - first_head(self._step)).max(initial=0))

    @property
    def follows_its_gradients(self) -> bool:
        """Whether each step begins at the weights where the last one ended, and goes down its gradient."""
        weights, gradients = self.seen.weights, self.seen.gradients
        if len(weights) != len(gradients) + 1 or not np.allclose(weights[0], first_head(self._step), atol=CLOSE):
            return False
        known = len(gradients) - (self.seen.steps > len(gradients))  # if not all steps were kept, the last one leads on
        steps = weights[1 : known + 1] - weights[:known]
        # A scheduler may change the rate from step to step.
        pairs = zip(steps, gradients[:known], strict=True)
        rates = np.array([-np.sum(step * one) / max(np.sum(one * one), 1e-12) for step, one in pairs])
        along = rates.reshape(-1, *[1] * (gradients.ndim - 1)) * gradients[:known]
        return bool((rates >= 0).all() and np.allclose(steps, -along, atol=CLOSE))

    def direction(self, place: int) -> float:
        """Return the cosine of a step's gradient with that of its batch, in the mode that fits best."""
        batch = self._batches[place % len(self._batches)]
        found = _cosines(self.seen.weights[place], self._gradients(place), [batch])
        return max(fit for (_, softmax), fit in found.items() if not softmax)

    def modes(self) -> list[bool | None]:
        """Return for each step whether the network was in train mode; None where the gradient does not tell.

        Where no step was made, one entry tells the mode by the gradient that is left. Other tests judge the batches of
        a gradient, and a softmax before the criterion.
        """
        if self.seen.steps == 0:
            return [_mode(_cosines(first_head(self._step), [self.seen.left], self._batches))]
        steps = range(len(self.seen.gradients))
        return [_mode(_cosines(self.seen.weights[one], self._gradients(one), self._batches)) for one in steps]

    def _gradients(self, place: int) -> list[FloatArray]:
        """Return a step's gradient, and its growth: if gradients are not zeroed, which 5.2 judges, that is its own."""
        gradients = self.seen.gradients
        return [gradients[place], *([gradients[place] - gradients[place - 1]] if place else [])]


def _cosines(
    weights: FloatArray, seen: Sequence[FloatArray], batches: Sequence[tuple[FloatArray, FloatArray]]
) -> dict[tuple[bool, bool], float]:
    """Return by train mode and softmax how well the right gradient fits, of any batch or of all together."""
    found = {}
    for training in (True, False):
        ways = [(features if training else features[:, ::-1], truth) for features, truth in batches]
        for softmax in (False, True):
            each = [_gradient(weights, features, truth, softmax) for features, truth in ways]
            found[training, softmax] = max(cosine(a, b) for a in seen for b in (*each, np.sum(each, axis=0)))
    return found


def _mode(cosines: dict[tuple[bool, bool], float]) -> bool | None:
    training, _ = best = max(cosines, key=lambda one: cosines[one])
    return training if cosines[best] >= SAME_DIRECTION else None


def _gradient(weights: FloatArray, features: FloatArray, truth: FloatArray, softmax: bool) -> FloatArray:
    """Return the gradient of the mean cross-entropy, (10, 12), with a softmax of the logits before it or without."""
    scores = activations.softmax(features @ weights.T)
    if softmax:
        outer = activations.softmax(scores) - truth
        by_logit = scores * (outer - (outer * scores).sum(axis=1, keepdims=True))
    else:
        by_logit = scores - truth
    return np.asarray(by_logit.T @ features / len(features))
