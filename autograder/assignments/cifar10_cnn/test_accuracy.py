"""Judges the network that `run_model` trains, on held-out images."""

from dataclasses import replace
from typing import Any

from gradescope_utils.autograder_utils.decorators import leaderboard, number, partial_credit, visibility
from timeout_decorator import timeout

from autograder.assignments.cifar10_cnn.heldout import CLASSES
from autograder.assignments.cifar10_cnn.observed_accuracy import Trained
from autograder.assignments.cifar10_cnn.trained_network import TrainedNetwork
from autograder.checks import discloses
from autograder.checks.learning_rate import WHOLE_NETWORK
from autograder.checks.low_accuracy import likely_cause
from autograder.checks.recognition import show_accuracy
from autograder.checks.training_seen import GUESSING, See, Training, training_seen

EVENING_S = 3600  # the sandbox's own budgets end a probe long before; this bounds the rest
POINTS = 10
SEE = See(scale="1.2", images="1.1", files="2.1", loop="5.1", gradients="5.2", network="4.7")


class TestAccuracy(TrainedNetwork):
    """8. Held-out accuracy"""

    @leaderboard("accuracy")
    @discloses("held-out accuracy", steps=POINTS, marks=1)
    @partial_credit(POINTS)
    @number("8.1")
    @visibility("after_due_date")
    @timeout(EVENING_S)
    def test_heldout_accuracy(self, set_score: Any = None, set_leaderboard_value: Any = None) -> None:
        """run_model trains a network that recognises images it has never seen, within the CPU budget."""
        self.show_losses()
        self.trained()
        full, floor = self.threshold("accuracy_full"), self.threshold("accuracy_floor")

        def measure() -> float:
            judged, title = self.judged(), "Accuracy on held-out images"
            set_leaderboard_value(round(judged.accuracy, 4))
            show_accuracy(self, title, judged.confusion, CLASSES, full, self.right().accuracy)
            return judged.accuracy

        step = self.disclosed(measure, full=full, floor=floor, marks=[GUESSING / len(CLASSES)])
        set_score(POINTS * step.share)
        if step.share == 1.0:
            self.remark(f"Accuracy: {step.words} of the held-out images; {full:.0%} is asked for.")
            return
        cause = likely_cause(self.once("low accuracy", lambda: self._training(self.trained(), step.high)))
        self.explain(
            expected=f"{full:.0%} or more for all points, more than {floor:.0%} for some of them",
            seen=f"{step.words} of the held-out images\n{cause.seen}",
            hint=cause.hint,
        )

    def _training(self, seen: Trained, accuracy: float) -> Training:
        """Return the observations of the training that may explain its accuracy."""
        given, sample = self.images_trained_on(seen)
        shown = next((one.prepared for one in seen.passes if one.way == "own transform" and one.prepared.size), None)
        return replace(
            training_seen(seen, accuracy, len(CLASSES), WHOLE_NETWORK),
            pixels=None if shown is None else (float(shown.mean()), float(shown.std())),
            right_pixels=self.reference(Trained).pixels,
            given=given,
            sample=sample,
            files="data_batch_1 to data_batch_5",
            see=SEE,
        )
