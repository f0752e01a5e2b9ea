"""Judges the network, its training, and its answers for messages that nobody has seen."""

import math
from typing import Any

import numpy as np
from gradescope_utils.autograder_utils.decorators import leaderboard, number, partial_credit, visibility, weight

from autograder.assignments.your_assignment.heldout import deferred_inputs, labels_for
from autograder.assignments.your_assignment.observed import Classified, Network, Training
from autograder.checks import SubmissionTestCase, discloses, measures

CLASSES = 2
ENOUGH = 0.99  # of messages that a single word tells apart


class TestNetwork(SubmissionTestCase):
    """3. Network"""

    @number("3.1")
    @weight(1)
    @visibility("visible")
    def test_shapes(self) -> None:
        """build_model(words) returns a network from (N, words) to (N, 2)."""
        seen = self.observe(Network).outputs
        self.require(
            seen == [[1, CLASSES], [5, CLASSES]],
            expected="(1, 2) for one message and (5, 2) for five",
            seen=f"{seen}",
            hint="One logit for each class; the loss does the rest.",
        )


class TestTraining(SubmissionTestCase):
    """4. Training"""

    @number("4.1")
    @weight(2)
    @visibility("visible")
    def test_training_learns(self) -> None:
        """Training teaches the network that is handed in, and returns the loss of each epoch, which falls."""
        seen = self.observe(Training)
        losses = seen.losses
        self.require(
            len(losses) >= 2 and all(map(math.isfinite, losses)) and losses[-1] < losses[0],
            expected="a list of two or more losses, the last smaller than the first",
            seen=f"{[round(loss, 4) for loss in losses[:5]]}",
            hint="Append loss.item() in each epoch.",
        )
        # DECIDE: a figure that another seed moves is noted with `measured`; `verify --repeat 5` audits its threshold.
        self.require(
            self.measured("right after training", seen.right, ENOUGH),
            expected=f"{ENOUGH:.0%} right on messages that a single word tells apart",
            seen=f"{seen.right:.0%}",
            hint="Use the network that is handed in; call zero_grad(), backward() and step() in each epoch.",
        )


class TestHeldout(SubmissionTestCase):
    """5. Held-out messages"""

    @leaderboard("held-out accuracy")
    @discloses("held-out accuracy", steps=6)
    @partial_credit(3)
    @number("5.1")
    @visibility("after_due_date")
    def test_heldout_accuracy(self, set_score: Any = None, set_leaderboard_value: Any = None) -> None:
        """The trained network tells messages apart that nobody has seen."""
        full, floor = self.threshold("accuracy_full"), self.threshold("accuracy_floor")

        def measure() -> float:
            fraction = self._fraction()
            set_leaderboard_value(round(fraction, 4))
            return fraction

        # About the hidden messages students read only the step; the staff also read the remarks of `measure`.
        step = self.disclosed(measure, full=full, floor=floor)
        set_score(3 * step.share)
        if step.share == 1.0:
            self.remark(f"Accuracy: {step.words} of the held-out messages; {full:.0%} is asked for.")
        else:
            self.explain(
                expected=f"{full:.0%} or more for all points, more than {floor:.0%} for some of them",
                seen=f"{step.words} of the held-out messages",
                hint="Train until the loss hardly falls any more.",
            )

    def _fraction(self) -> float:
        """Return the fraction of the held-out messages that are told apart."""
        logits, labels = self.observe(Classified, deferred_inputs(self.evidence)).logits, labels_for(self.evidence)
        self.require(
            logits.shape == (len(labels), CLASSES),
            expected=f"logits of shape ({len(labels)}, {CLASSES})",
            seen=f"shape {logits.shape}",
            hint="One row for each message.",
        )
        try:
            predicted = measures.predictions(logits, CLASSES)
        except ValueError as problem:
            self.fail_because(expected="finite logits", seen=str(problem))
        return float(np.mean(predicted == labels))
