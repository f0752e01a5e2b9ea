"""Judges the network that `run_model` trains, on held-out images."""

from typing import Any

from gradescope_utils.autograder_utils.decorators import leaderboard, number, partial_credit, visibility
from timeout_decorator import timeout

from autograder.assignments.cifar10_cnn.heldout import CLASSES
from autograder.assignments.cifar10_cnn.observed_accuracy import Trained
from autograder.assignments.cifar10_cnn.run_model import TRAINING
from autograder.assignments.cifar10_cnn.trained_network import TrainedNetwork
from autograder.checks import discloses, measures
from autograder.checks.plots import confusion_of, line_of
from autograder.model.plot import Curve, Interval

EVENING_S = 3600  # the sandbox's own budgets end a probe long before; this bounds the rest
POINTS = 10


class TestAccuracy(TrainedNetwork):
    """8. Held-out accuracy"""

    @leaderboard("accuracy")
    @discloses("held-out accuracy", steps=POINTS)
    @partial_credit(POINTS)
    @number("8.1")
    @visibility("after_due_date")
    @timeout(EVENING_S)
    def test_heldout_accuracy(self, set_score: Any = None, set_leaderboard_value: Any = None) -> None:
        """run_model trains a network that recognises images it has never seen, within the CPU budget."""
        self._show_losses()
        self.trained()
        full, floor = self.threshold("accuracy_full"), self.threshold("accuracy_floor")

        def measure() -> float:
            judged = self.judged()
            fraction, count = judged.accuracy, int(judged.confusion.sum())
            low, high = measures.wilson_interval(fraction, count)
            set_leaderboard_value(round(fraction, 4))
            self.show(Interval("Accuracy on held-out images", fraction, low, high, full, self.right().accuracy))
            self.show(confusion_of(judged.confusion, CLASSES))
            return fraction

        step = self.disclosed(measure, full=full, floor=floor)
        set_score(POINTS * step.share)
        if step.share == 1.0:
            self.remark(f"Accuracy: {step.words} of the held-out images; {full:.0%} is asked for.")
            return
        self.explain(
            expected=f"{full:.0%} or more; from {floor:.0%} on there is part of the points",
            seen=f"{step.words} of the held-out images",
            hint="Check that run_model trains on all images, that each goes through get_transform(), and that training "
            "lasts until the loss is well below 2.",
        )

    def _show_losses(self) -> None:
        """Show how the loss went, as far as training came; loops without a loss module leave no trace of it."""
        seen = TRAINING.observation(self).value
        if seen and len(seen.losses) > 1:
            right = self.reference(Trained)
            lines = (
                line_of("yours", seen.losses, seen.losses_seen),
                line_of("reference solution", right.losses, right.losses_seen),
            )
            self.show(Curve("Loss of each batch while run_model trained", "batches", lines))
