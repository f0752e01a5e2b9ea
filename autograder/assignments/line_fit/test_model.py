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
            hint="Do not squeeze the layer's output.",
        )
        orders = (seen.numbers, seen.numbers[::-1]) if len(seen.numbers) == 2 else ()
        self.require(
            any(self._is_line(seen, batches, *line) for line in orders),
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
        # No line that is known in advance lies near both.
        for points, sign, name in ((rows, 1, "line"), (_mirrored(rows), -1, "mirrored line")):
            seen = self.observe(Training, rows=points)
            found = {"slope": seen.slope, "intercept": seen.intercept}
            right = {part: sign * value for part, value in line.items()}
            errors = [
                self.measured(f"{part} of the {name}", abs(found[part] - right[part]), CLOSE, at_least=False)
                for part in line
            ]
            self.require(
                all(errors),
                expected=f"{right}, to within {CLOSE}",
                seen=f"{ {part: round(value, 3) for part, value in found.items()} }",
                hint="Call zero_grad(), backward() and step() in each epoch, often enough and with a fitting rate.",
            )

    @number("3.2")
    @weight(1)
    @visibility("visible")
    def test_losses_are_returned(self) -> None:
        """Training returns the loss of each epoch as a list of numbers, which falls."""
        _, rows = self._question()
        seen = self.observe(Training, rows=rows)
        self.require(
            not seen.instead,
            expected="a list of numbers, one for each epoch",
            seen=f"train returned {seen.instead}",
            hint="Append loss.item() to a list in each epoch, and return the list alone at the end.",
        )
        losses = seen.losses
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
        mirrored = self.observe(Training, rows=_mirrored(rows)).losses
        self.require(
            mirrored != losses,
            expected="other losses for other points",
            seen=f"the same {len(losses)} numbers for points that are mirrored",
            hint="Append the loss of the model on the points of x and y, epoch by epoch.",
        )

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


def _mirrored(rows: list[list[float]]) -> list[list[float]]:
    """Return points below the x axis for those above it: a fresh question that is as easy to train on."""
    return [[x, -y] for x, y in rows]
