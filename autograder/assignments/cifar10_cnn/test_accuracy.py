"""Judges the network that `run_model` trains, on held-out images."""

from dataclasses import replace
from typing import Any

import numpy as np
from gradescope_utils.autograder_utils.decorators import leaderboard, number, partial_credit, visibility
from timeout_decorator import timeout

from autograder.assignments.cifar10_cnn.heldout import CLASSES
from autograder.assignments.cifar10_cnn.observed_accuracy import FileThumbnails, Trained
from autograder.assignments.cifar10_cnn.run_model import TRAINING
from autograder.assignments.cifar10_cnn.trained_network import GIVEN_FILES, TrainedNetwork
from autograder.checks import discloses, measures
from autograder.checks.images_trained_on import images_trained_on
from autograder.checks.learning_rate import WHOLE_NETWORK
from autograder.checks.low_accuracy import likely_cause
from autograder.checks.pickled_batches import read_batch
from autograder.checks.plots import confusion_of, line_of
from autograder.checks.training_seen import GUESSING, See, Training, training_seen
from autograder.model.plot import Curve, Interval

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

        step = self.disclosed(measure, full=full, floor=floor, marks=[GUESSING / len(CLASSES)])
        set_score(POINTS * step.share)
        if step.share == 1.0:
            self.remark(f"Accuracy: {step.words} of the held-out images; {full:.0%} is asked for.")
            return
        cause = likely_cause(self.once("low accuracy", lambda: self._training(self.trained(), step.high)))
        self.explain(
            expected=f"{full:.0%} or more; from {floor:.0%} on there is part of the points",
            seen=f"{step.words} of the held-out images\n{cause.seen}",
            hint=cause.hint,
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

    def _training(self, seen: Trained, accuracy: float) -> Training:
        """Return what was seen of the training, to explain its accuracy."""
        given = self.reference(FileThumbnails, files=GIVEN_FILES).thumbnails
        labels = np.concatenate([read_batch(self.evidence.data / file)[1] for file in GIVEN_FILES])
        shown = next((one.prepared for one in seen.passes if one.way == "own transform" and one.prepared.size), None)
        return replace(
            training_seen(seen, accuracy, len(CLASSES), WHOLE_NETWORK),
            pixels=None if shown is None else (float(shown.mean()), float(shown.std())),
            right_pixels=self.reference(Trained).pixels,
            given=len(given),
            sample=images_trained_on(seen.trained_on, seen.labels, given, labels, seen.images_trained_on),
            files="data_batch_1 to data_batch_5",
            see=SEE,
        )
