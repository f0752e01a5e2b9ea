"""Judges what `first_layer_weights` returns."""

import math

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.cifar10_cnn.observed import LARGEST_LAYER, FirstLayer
from autograder.assignments.cifar10_cnn.questions import weights
from autograder.checks import SubmissionTestCase
from autograder.checks.differences import first_difference
from autograder.checks.findings import ProbeEnded
from autograder.model.verdict import Verdict

SHAPE = (64, 3, 5, 5)
SAME_WEIGHT = 1e-6
AXES = ("filter", "colour", "row", "column")


class TestFirstLayer(SubmissionTestCase):
    """7. First-layer weights"""

    @number("7.1")
    @weight(3)
    @visibility("visible")
    def test_values(self) -> None:
        """first_layer_weights returns the weights of the first convolution."""
        seen = self._seen()
        values = seen.values
        right = weights(seen.shape, self._step()) if math.prod(seen.shape) <= LARGEST_LAYER else np.zeros(0)
        self.require(
            values.shape == right.shape,
            expected=f"shape {SHAPE}: one small image of three colours for each of the 64 filters",
            seen=f"shape {values.shape}",
            hint="Return model.block1[0].weight, not its bias or another layer's weights, with its axes in place.",
        )
        first = first_difference(values, right, SAME_WEIGHT, AXES, relative=10 * SAME_WEIGHT)
        self.require(
            not first,
            expected="the weights as they are",
            seen=f"other numbers: {first}",
            hint="Return them unscaled; scale a copy where you plot it.",
        )

    @number("7.2")
    @weight(2)
    @visibility("visible")
    def test_is_array(self) -> None:
        """first_layer_weights returns a NumPy array."""
        seen = self._seen()
        self.require(
            seen.is_array,
            expected="a numpy.ndarray",
            seen=seen.kind,
            hint="weight.detach().cpu().numpy()",
        )

    def _step(self) -> float:
        return self.draw("weights").number(0.5, 2.5)

    def _seen(self) -> FirstLayer:
        """Return what was seen with the student's network or, where that does not work, with one of ours."""
        own = self.observation(FirstLayer, whose="own", step=self._step())
        if own.verdict is Verdict.RETURNED and own.value:
            return own.value
        ours = self.observation(FirstLayer, whose="ours", step=self._step())
        if ours.verdict is Verdict.RETURNED and ours.value:
            return ours.value
        raise ProbeEnded(own)
