"""Judges predictions for points that nobody has seen."""

import math
from typing import Any

import numpy as np
from gradescope_utils.autograder_utils.decorators import leaderboard, number, partial_credit, visibility

from autograder.assignments.line_fit.heldout import deferred_inputs, given, labels_for, moved
from autograder.assignments.line_fit.observed import Predictions
from autograder.checks import SubmissionTestCase, discloses


class TestHeldout(SubmissionTestCase):
    """4. Held-out points"""

    @leaderboard("held-out accuracy")
    @discloses("held-out accuracy", steps=6)
    @partial_credit(3)
    @number("4.1")
    @visibility("after_due_date")
    def test_heldout_accuracy(self, set_score: Any = None, set_leaderboard_value: Any = None) -> None:
        """Predictions for points that nobody has seen come close to the truth."""
        full, floor = self.threshold("accuracy_full"), self.threshold("accuracy_floor")

        def measure() -> float:
            fraction = self._fraction()
            set_leaderboard_value(round(fraction, 4))
            return fraction

        step = self.disclosed(measure, full=full, floor=floor)
        set_score(3 * step.share)
        if step.share == 1.0:
            self.remark(f"Accuracy: {step.words} of the held-out points; {full:.0%} is asked for.")
        else:
            self.explain(
                expected=f"{full:.0%} or more for all points, more than {floor:.0%} for some of them",
                seen=f"{step.words} of the held-out points within {self.threshold('tolerance'):g}",
                hint="Train until the loss hardly falls any more, and predict with the trained model.",
            )

    def _fraction(self) -> float:
        """Return the fraction of the held-out points that are predicted well."""
        x, y = given(self.evidence.data)
        line = self._shift(float(np.median(y)))
        points = moved(x, y, *line)
        rows = np.concatenate(points, axis=1).astype(float).round(4).tolist()
        predicted = self.observe(Predictions, deferred_inputs(self.evidence), rows=rows).predictions
        _, labels = moved(*labels_for(self.evidence), *line)
        self.require(
            predicted.shape == labels.shape,
            expected=f"one prediction for each of {len(labels)} points, shape {labels.shape}",
            seen=f"shape {predicted.shape}",
            hint="predict returns (N, 1) for inputs of shape (N, 1).",
        )
        self.require(
            bool(np.isfinite(predicted).all()),
            expected="finite numbers",
            seen="NaN or infinity among the predictions",
            hint="A learning rate that is too high lets the weights grow beyond all bounds.",
        )
        fraction = float(np.mean(np.abs(predicted - labels) <= self.threshold("tolerance")))
        self.remark(f"{fraction:.1%} of {len(labels)} held-out points.")
        return fraction

    def _shift(self, middle: float) -> tuple[float, float]:
        """Return a slope and an intercept to add to those of the points.

        They are large enough that no answer known in advance earns a part of the points, and they move the points away
        from the origin, near which an intercept would not matter.

        Args:
            middle: y in the middle of the points.
        """
        draw = self.draw("held-out line")
        return draw.one_of((-1, 1)) * draw.number(0.5, 1, 2), math.copysign(draw.number(0.5, 1, 2), middle)
