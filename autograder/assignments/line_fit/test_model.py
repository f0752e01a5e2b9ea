"""Judges the model and its training."""

import math

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.line_fit.observed import Model, Training
from autograder.checks import SubmissionTestCase
from autograder.checks.histories import shown

LINE = {"slope": -1.5, "intercept": 0.75}
CLOSE = 0.1  # the noise moves the best line by a fifth of this


class TestModel(SubmissionTestCase):
    """2. Model"""

    @number("2.1")
    @weight(2)
    @visibility("visible")
    def test_model_is_a_line(self) -> None:
        """build_model returns a line: one slope and one intercept to learn, from (N, 1) to (N, 1)."""
        seen = self.observe(Model)
        sizes = sorted(math.prod(shape) for shape in seen.parameters)
        self.require(
            sizes == [1, 1],
            expected="two trainable parameters of one number each",
            seen=f"parameters of shapes {seen.parameters}",
            hint="nn.Linear(1, 1) has both.",
        )
        self.require(
            seen.outputs == [[1, 1], [5, 1]],
            expected="(1, 1) for one point and (5, 1) for five",
            seen=f"{seen.outputs}",
            hint="Do not squeeze what the layer returns.",
        )


class TestTraining(SubmissionTestCase):
    """3. Training"""

    @number("3.1")
    @weight(2)
    @visibility("visible")
    def test_line_is_found(self) -> None:
        """Training moves the model that it is given to the line that its points lie on."""
        seen = self._trained()
        found = {"slope": seen.slope, "intercept": seen.intercept}
        rounded = {name: round(value, 3) for name, value in found.items()}
        self.require(
            all([self._is_close(name, value) for name, value in found.items()]),
            expected=f"{LINE}, to within {CLOSE}",
            seen=f"{rounded}",
            hint="Call zero_grad(), backward() and step() in each epoch, often enough and with a fitting rate.",
        )

    @number("3.2")
    @weight(1)
    @visibility("visible")
    def test_losses_are_returned(self) -> None:
        """Training returns the loss of each epoch as a list of numbers, which falls."""
        losses = self._trained().losses
        self.require(
            len(losses) >= 2 and all(map(math.isfinite, losses)),
            expected="a list of two or more finite numbers",
            seen=shown(losses),
            hint="Append loss.item() in each epoch.",
        )
        self.require(
            losses[-1] < losses[0],
            expected="the last loss is smaller than the first",
            seen=f"{losses[0]:.4g} at first, {losses[-1]:.4g} at last",
            hint="Append in the order of the epochs.",
        )

    def _is_close(self, name: str, value: float) -> bool:
        return self.measured(f"error of the {name}", abs(value - LINE[name]), CLOSE, at_least=False)

    def _trained(self) -> Training:
        return self.observe(Training, rows=_points_on_the_line())


def _points_on_the_line() -> list[list[float]]:
    """Return points near the line; the line itself stays outside the sandbox."""
    x = np.linspace(-2, 2, 41)
    y = LINE["slope"] * x + LINE["intercept"] + 0.05 * np.random.default_rng(1).standard_normal(41)
    pairs: list[list[float]] = np.stack([x, y], axis=1).round(4).tolist()
    return pairs
