"""Judges the network that `run_model` trains, on held-out images."""

from dataclasses import replace
from typing import Any

from gradescope_utils.autograder_utils.decorators import leaderboard, number, partial_credit, visibility
from timeout_decorator import timeout

from autograder.assignments.cifar8_finetune.heldout import CLASSES
from autograder.assignments.cifar8_finetune.observed import Network, Preprocessing, Trained
from autograder.assignments.cifar8_finetune.run_model import TEST_FILE, TRAINING
from autograder.assignments.cifar8_finetune.test_loader import working_ways
from autograder.assignments.cifar8_finetune.test_network import backbone
from autograder.assignments.cifar8_finetune.trained_network import TrainedNetwork
from autograder.checks import discloses
from autograder.checks.learning_rate import LINEAR_HEAD
from autograder.checks.low_accuracy import likely_cause
from autograder.checks.recognition import show_accuracy
from autograder.checks.training_seen import GUESSING, See, Training, training_seen

SEE = See(
    scale="1.4",
    modes="2.3b",
    images="1.2",
    labels="1.3",
    files="1.1",
    loop="5.1",
    gradients="5.1",
    checkpoint="3.4",
    network="3.1",
)
EVENING_S = 3600  # the sandbox's own budgets end a probe long before; this bounds the rest


class TestAccuracy(TrainedNetwork):
    """6. Held-out accuracy"""

    @leaderboard("accuracy")
    @discloses("held-out accuracy", steps=14, marks=1)
    @partial_credit(14)
    @number("6.1")
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
        set_score(14 * step.share)
        if step.share == 1.0:
            self.remark(f"Accuracy: {step.words} of the held-out images; {full:.0%} is asked for.")
            return
        cause = likely_cause(self.once("low accuracy", lambda: self._training(self.trained(), step.high)))
        self.explain(
            expected=f"{full:.0%} or more for all points, more than {floor:.0%} for some of them",
            seen=f"{step.words} of the held-out images are recognised\n{cause.seen}",
            hint=cause.hint,
        )

    @discloses("held-out accuracy", steps=4)
    @partial_credit(4)
    @number("6.2")
    @visibility("after_due_date")
    @timeout(EVENING_S)
    def test_compared_with_reference(self, set_score: Any = None) -> None:
        """The network comes close to the reference solution's accuracy."""
        self.trained()
        theirs = self.right().accuracy
        margin = self.threshold("reference_margin")
        full, floor = theirs - margin, theirs - self.threshold("reference_floor")
        step = self.disclosed(
            lambda: self.judged().accuracy,
            full=full,
            floor=floor,
            name="accuracy beside the reference's",
        )
        set_score(4 * step.share)
        if step.share == 1.0:
            self.remark(f"Accuracy: {step.words}, the reference solution {theirs:.1%}.")
            return
        self.explain(
            expected=f"{full:.1%} or more: at most {100 * margin:.0f} percentage points less than the "
            f"{theirs:.1%} of the reference solution",
            seen=step.words,
            hint="Test 6.1 says what to look at.",
        )

    @leaderboard("CPU seconds", "asc")
    @number("6.3")
    @visibility("after_due_date")
    def test_cpu_seconds(self, set_leaderboard_value: Any = None) -> None:
        """CPU seconds of training (no points)."""
        self.trained()  # without a network there is no place on the leaderboard
        observation = TRAINING.observation(self)
        set_leaderboard_value(round(observation.cpu_s, 1))
        self.remark(f"{observation.cpu_s:.1f} CPU seconds, {observation.peak_memory_mib:.0f} MiB at most.")

    def _training(self, seen: Trained, accuracy: float) -> Training:
        """Return the observations of the training that may explain its accuracy."""
        preprocessing = self.observation(Preprocessing, files=[TEST_FILE]).value
        weights = {one.digest for one in backbone(self.reference(Network, trained=False))}
        given, sample = self.images_trained_on(seen)
        return replace(
            training_seen(seen, accuracy, len(CLASSES), LINEAR_HEAD),
            pixels=next((made.test for made in working_ways(preprocessing)), None) if preprocessing else None,
            right_pixels=working_ways(self.reference(Preprocessing, files=[TEST_FILE]))[0].test,
            own_backbone=not weights & set(seen.digests),
            is_tuned=True,
            given=given,
            sample=sample,
            files="data_batch_1 to data_batch_5",
            see=SEE,
        )
