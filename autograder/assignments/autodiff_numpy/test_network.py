"""Judges the network, its loss, its optimizer, its training, and the program."""

from typing import Any

import numpy as np
from gradescope_utils.autograder_utils.decorators import leaderboard, number, visibility, weight

from autograder.assignments.autodiff_numpy.observed import Logits, Loss, Program, Steps, Trained
from autograder.assignments.autodiff_numpy.questions import array_of, rings
from autograder.checks import SubmissionTestCase

SOFTMAX = "It is softmax minus one-hot, divided by the number of rows, if each operation passes its gradient on."
POINTS, UNSEEN, HIDDEN = 120, 80, 16
SPREAD = 0.2  # accepted deviation of a standard deviation that was drawn with 400 numbers; four times its own


class TestNetwork(SubmissionTestCase):
    """3. Network"""

    @number("3.1")
    @weight(2)
    @visibility("visible")
    def test_loss(self) -> None:
        """cross_entropy is right, with its gradient, and finite for large logits."""
        draw = self.draw("loss")
        for name, size in (("small logits", 1.0), ("large logits", 2000.0)):
            logits = array_of(draw, (4, 3)) * size
            labels = np.array([draw.whole(0, 2) for _ in range(4)])
            chosen = np.eye(3)[labels]
            shifted = logits - logits.max(axis=1, keepdims=True)
            softmax = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
            right = (np.log(np.exp(shifted).sum(axis=1)) - (shifted * chosen).sum(axis=1)).mean()
            with self.case(name, of=2):
                seen = self.observe(Loss, logits=logits, labels=labels)
                self.require_close(seen.value, right, "the loss", hint="Subtract the largest logit of each row.")
                right_gradient = (softmax - chosen) / 4
                self.require_close(
                    seen.gradient, right_gradient, "the gradient of the logits", axes=("row", "class"), hint=SOFTMAX
                )

    @number("3.2")
    @weight(2)
    @visibility("visible")
    def test_optimizer(self) -> None:
        """SGD steps against the gradient, with momentum, and clears gradients."""
        draw = self.draw("optimizer")
        start, gradients = array_of(draw, (2, 2)), [array_of(draw, (2, 2)) for _ in range(2)]
        lr, momentum = draw.number(0.01, 0.2, 3), draw.number(0.5, 0.9, 2)
        seen = self.observe(Steps, start=start, gradients=gradients, lr=lr, momentum=momentum)
        first = start - lr * gradients[0]
        second = first - lr * (momentum * gradients[0] + gradients[1])
        self.require_close(seen.data[0], first, "the parameter after one step", hint="Step against the gradient.")
        self.require_close(
            seen.data[1], second, "the parameter after two steps", hint="Keep a velocity for each parameter."
        )
        self.require_close(seen.cleared, np.zeros((2, 2)), "`grad` after zero_grad", hint="Replace it with new zeros.")

    @number("3.3")
    @weight(1)
    @visibility("visible")
    def test_network(self) -> None:
        """Network has the four parameters of the hand-out, drawn with the right spread, and uses them."""
        draw = self.draw("network")
        inputs, hidden, classes = draw.whole(18, 22), draw.whole(20, 24), draw.whole(2, 4)
        shapes = [[inputs, hidden], [hidden], [hidden, classes], [classes]]
        parameters = [array_of(draw, shape, -0.5, 0.5) for shape in shapes]
        x = array_of(draw, (3, inputs), -1, 1)
        seen = self.observe(Logits, parameters=parameters, x=x)
        self.require(
            seen.shapes == shapes,
            expected=f"parameters of shapes {shapes}",
            seen=f"{seen.shapes}",
            hint="Put w1, b1, w2 and b2 into a list, in this order.",
        )
        self.require(
            self.measured("spread of the first weights", abs(seen.deviation - 1), SPREAD, at_least=False),
            expected="first weights with a standard deviation of 1 / sqrt(inputs)",
            seen=f"{seen.deviation:.2f} times that",
            hint="rng.normal takes a standard deviation, not a variance.",
        )
        w1, b1, w2, b2 = parameters
        self.require_close(
            seen.logits,
            np.tanh(x @ w1 + b1) @ w2 + b2,
            "the logits",
            axes=("row", "class"),
            hint="Apply tanh between the layers only.",
        )

    @leaderboard("accuracy on the rings")
    @number("3.4")
    @weight(1)
    @visibility("after_due_date")
    def test_training(self, set_leaderboard_value: Any = None) -> None:
        """Training separates two rings, and its losses fall."""
        draw = self.draw("rings")
        x, labels = rings(draw, POINTS)
        unseen, right = rings(draw, UNSEEN)
        seen = self.observe(Trained, x=x, labels=labels, unseen=unseen, hidden=HIDDEN)
        self.require(
            len(seen.losses) > 1 and seen.losses[-1] < seen.losses[0],
            expected="the loss of each epoch, which falls",
            seen=f"{len(seen.losses)} losses"
            + (f", from {seen.losses[0]:.3g} to {seen.losses[-1]:.3g}" if seen.losses else ""),
            hint="Clear the gradients before backward(), and append loss.data.",
        )
        threshold = self.threshold("accuracy")
        share = float(np.mean(seen.predicted == right)) if seen.predicted.shape == right.shape else 0.0
        set_leaderboard_value(round(share, 3))
        self.require(
            self.measured("accuracy on the rings", share, threshold),
            expected=f"{threshold:.0%} of {UNSEEN} unseen points",
            seen=f"{share:.0%}",
            hint="Check that predict takes the largest logit of each row.",
        )


class TestProgram(SubmissionTestCase):
    """4. Program"""

    @number("4.1")
    @weight(1)
    @visibility("visible")
    def test_program(self) -> None:
        """The program prints value and derivative of the polynomial for each number."""
        draw = self.draw("program")
        coefficients = [draw.whole(1, 9) for _ in range(draw.whole(3, 4))]
        typed = [draw.whole(-3, 3) for _ in range(3)]
        seen = self.observe(
            Program, arguments=[str(one) for one in coefficients], typed="".join(f"{x}\n" for x in typed)
        )
        right = [
            f"{sum(c * x**p for p, c in enumerate(coefficients)):g} "
            f"{sum(p * c * x ** (p - 1) for p, c in enumerate(coefficients) if p):g}"
            for x in typed
        ]
        self.require(
            seen.printed.split("\n") == [*right, ""],
            expected=f"{right} for coefficients {coefficients} and {typed}",
            seen=f"{seen.error or seen.printed.splitlines()}",
            hint="A line for each number: value, a blank, derivative, both with :g.",
        )
