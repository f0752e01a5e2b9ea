"""Judges the model and its training."""

import math

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.line_fit.observed import Model, Training
from autograder.checks import SubmissionTestCase
from autograder.checks.histories import shown

CLOSE = 0.1  # the noise moves the best line by a fifth of this
NOISE = 0.09  # at most
BATCHES = 2
LEAST_GROWTH, MOST_GROWTH = 0.8, 2.4  # powers of the scale: 1 of a mean absolute error, 2 of a squared one


class TestModel(SubmissionTestCase):
    """2. Model"""

    @number("2.1")
    @weight(2)
    @visibility("visible")
    def test_model_is_a_line(self) -> None:
        """build_model returns a line: one slope and one intercept to learn, from (N, 1) to (N, 1)."""
        draw = self.draw("model")
        batches = [[draw.number(-3, 3) for _ in range(draw.whole(1, 40))] for _ in range(BATCHES)]
        seen = self.observe(Model, batches=batches)
        sizes = sorted(math.prod(shape) for shape in seen.parameters)
        self.require(
            sizes == [1, 1],
            expected="two trainable parameters of one number each",
            seen=f"parameters of shapes {seen.parameters}",
            hint="nn.Linear(1, 1) has both.",
        )
        shapes, right = [list(one.shape) for one in seen.outputs], [[len(one), 1] for one in batches]
        self.require(
            shapes == right,
            expected=f"shapes {right} for batches of {len(batches[0])} and of {len(batches[1])} points",
            seen=f"{shapes}",
            hint="Do not squeeze what the layer returns.",
        )
        self.require(
            any(self._is_line(seen, batches, *line) for line in (seen.numbers, seen.numbers[::-1])),
            expected="outputs that are slope times x plus intercept",
            seen="other outputs than the two parameters make",
            hint="Put nothing behind the layer, no ReLU either.",
        )

    @staticmethod
    def _is_line(seen: Model, batches: list[list[float]], slope: float, intercept: float) -> bool:
        made = np.concatenate([one.ravel() for one in seen.outputs])
        return np.allclose(made, slope * np.concatenate(batches) + intercept, rtol=1e-3, atol=1e-3)


class TestTraining(SubmissionTestCase):
    """3. Training"""

    @number("3.1")
    @weight(2)
    @visibility("visible")
    def test_line_is_found(self) -> None:
        """Training moves the model that it is given to the line that its points lie on."""
        line, rows = self._question()
        scale, further = self._steeper(rows)
        # No line that is known in advance lies near both.
        for points, factor, name in ((rows, 1.0, "line"), (further, scale, "steeper line")):
            seen = self.observe(Training, rows=points)
            found = {"slope": seen.slope, "intercept": seen.intercept}
            right = {part: round(factor * value, 3) for part, value in line.items()}
            errors = [
                self.measured(f"{part} of the {name}", abs(found[part] - right[part]) / factor, CLOSE, at_least=False)
                for part in line
            ]
            self.require(
                all(errors),
                expected=f"{right}, to within {factor * CLOSE:.2g}",
                seen=f"{ {part: round(value, 3) for part, value in found.items()} }",
                hint="Call zero_grad(), backward() and step() in each epoch, often enough and with a fitting rate.",
            )

    @number("3.2")
    @weight(1)
    @visibility("visible")
    def test_losses_are_returned(self) -> None:
        """Training returns the loss of each epoch as a list of numbers, which falls."""
        _, rows = self._question()
        losses = self.observe(Training, rows=rows).losses
        self.require(
            len(losses) >= 2 and all(map(math.isfinite, losses)),
            expected="a list of two or more finite numbers",
            seen=shown(losses),
            hint="Append loss.item() in each epoch; where it is not finite, try a smaller learning rate.",
        )
        self.require(
            losses[-1] < losses[0],
            expected="the last loss is smaller than the first",
            seen=f"{losses[0]:.4g} at first, {losses[-1]:.4g} at last",
            hint="Append in the order of the epochs.",
        )
        scale, points = self._steeper(rows)
        further = self.observe(Training, rows=points).losses
        growth = further[-1] / losses[-1] if further and losses[-1] > 0 else math.nan
        self.require(
            scale**LEAST_GROWTH <= growth <= scale**MOST_GROWTH,
            expected=f"losses of the points: {scale:g} times the y, and as much noise, make larger losses",
            seen=f"{losses[-1]:.4g} at last, and {further[-1]:.4g} for these points" if further else "no losses",
            hint="Return the losses of the model on x and y themselves.",
        )

    def _steeper(self, rows: list[list[float]]) -> tuple[float, list[list[float]]]:
        """Return a factor, and the points with all y times that."""
        scale = self.draw("scale").number(3, 5)
        return scale, [[x, round(scale * y, 4)] for x, y in rows]

    def _question(self) -> tuple[dict[str, float], list[list[float]]]:
        """Return a line, and points near it; the line itself stays outside the sandbox."""
        draw = self.draw("line")
        steepness, up = draw.number(0.8, 2, 2), draw.one_of((-1, 1))
        line = {"slope": up * steepness, "intercept": draw.number(-1, 1, 2)}
        x = np.linspace(-2, 2, draw.whole(36, 60))
        noise = np.array([draw.number(-NOISE, NOISE) for _ in x])
        y = line["slope"] * x + line["intercept"] + noise
        pairs: list[list[float]] = np.stack([x, y], axis=1).round(4).tolist()
        return line, pairs
