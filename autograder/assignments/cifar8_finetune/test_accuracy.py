"""Judges the network that `run_model` trains, on held-out images."""

from dataclasses import replace
from typing import Any

import numpy as np
from gradescope_utils.autograder_utils.decorators import leaderboard, number, partial_credit, visibility
from timeout_decorator import timeout

from autograder.assignments.cifar8_finetune.clean_room import TEST_FILE, logits_of
from autograder.assignments.cifar8_finetune.heldout import CLASSES, labels_for
from autograder.assignments.cifar8_finetune.observed import (
    FileThumbnails,
    Network,
    Pass,
    Preprocessing,
    Trained,
    Weights,
)
from autograder.assignments.cifar8_finetune.test_loader import working_ways
from autograder.assignments.cifar8_finetune.test_network import backbone
from autograder.checks import SubmissionTestCase, discloses, measures
from autograder.checks.clean_room import does_not_follow, own_accuracy
from autograder.checks.contamination import FloatArray, contaminated_share
from autograder.checks.images_trained_on import images_trained_on
from autograder.checks.learning_rate import LINEAR_HEAD
from autograder.checks.low_accuracy import likely_cause
from autograder.checks.pickled_batches import read_batch
from autograder.checks.plots import confusion_of, line_of
from autograder.checks.training_seen import GUESSING, See, Training, training_seen
from autograder.model.plot import Curve, Interval

GIVEN_FILES = [f"cifar10_batches/data_batch_{n}" for n in range(1, 6)]
LEAK = 0.04  # share of trained images that are from test_batch; one of six files would be 0.17
WAY_REMARKS = {
    "train": 'Measured with your "train" preprocessing, which scales otherwise than your "test" one; see test 2.3b.',
    "class": "Measured with your class CIFAR10, because build_dataset did not work on the held-out file.",
    "no transform": "Measured without preprocessing, because yours did not work on the held-out file.",
    "plain tensors": "Measured on plain tensors in [0, 1], because your data set did not work on the held-out file.",
}
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
ENOUGH = 0.95  # of the held-out images; a data set that is a sample short loses its own points elsewhere
EVENING_S = 3600  # the sandbox's own budgets end a probe long before; this bounds the rest


class TestAccuracy(SubmissionTestCase):
    """6. Held-out accuracy"""

    @leaderboard("accuracy")
    @discloses("held-out accuracy", steps=14, marks=1)
    @partial_credit(14)
    @number("6.1")
    @visibility("after_due_date")
    @timeout(EVENING_S)
    def test_heldout_accuracy(self, set_score: Any = None, set_leaderboard_value: Any = None) -> None:
        """run_model trains a network that recognises images it has never seen, within the CPU budget."""
        self._show_losses()
        seen = self._trained()
        full, floor = self.threshold("accuracy_full"), self.threshold("accuracy_floor")

        def measure() -> float:
            confusion = self._confusion(seen)
            fraction, count = measures.accuracy(confusion), int(confusion.sum())
            low, high = measures.wilson_interval(fraction, count)
            set_leaderboard_value(round(fraction, 4))
            self.show(Interval("Accuracy on held-out images", fraction, low, high, full, self._reference_accuracy()))
            self.show(confusion_of(confusion, CLASSES))
            return fraction

        step = self.disclosed(measure, full=full, floor=floor, marks=[GUESSING / len(CLASSES)])
        set_score(14 * step.share)
        if step.share == 1.0:
            self.remark(f"Accuracy: {step.words} of the held-out images; {full:.0%} is asked for.")
            return
        cause = likely_cause(self.once("low accuracy", lambda: self._training(seen, step.high)))
        self.explain(
            expected=f"{full:.0%} or more for all points, and above {floor:.0%} for some of them",
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
        seen, theirs = self._trained(), self._reference_accuracy()
        margin = self.threshold("reference_margin")
        full, floor = theirs - margin, theirs - self.threshold("reference_floor")
        step = self.disclosed(
            lambda: measures.accuracy(self._confusion(seen)),
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
        self._trained()  # what is no network has no place on the leaderboard
        observation = self.observation(Trained)
        set_leaderboard_value(round(observation.cpu_s, 1))
        self.remark(f"{observation.cpu_s:.1f} CPU seconds, {observation.peak_memory_mib:.0f} MiB at most.")

    def _reference_accuracy(self) -> float:
        right, digest = self.reference(Trained), self.evidence.reference.digest
        assert right.weights
        found = logits_of(self.evidence, self.reference, digest, right.weights, right.passes[0])
        assert found
        return measures.accuracy(self._confusion_of(found.logits, digest))

    def _show_losses(self) -> None:
        """Show how the loss went, as far as training came; loops without a loss module leave no trace of it."""
        seen = self.observation(Trained).value
        if seen and len(seen.losses) > 1:
            right = self.reference(Trained)
            lines = (
                line_of("yours", seen.losses, seen.losses_seen),
                line_of("reference solution", right.losses, right.losses_seen),
            )
            self.show(Curve("Loss of each batch while run_model trained", "batches", lines))

    def _training(self, seen: Trained, accuracy: float) -> Training:
        """Return what was seen of the training, to explain its accuracy."""
        preprocessing = self.observation(Preprocessing, files=[TEST_FILE]).value
        weights = {one.digest for one in backbone(self.reference(Network, trained=False))}
        given = self.reference(FileThumbnails, files=GIVEN_FILES).thumbnails
        labels = np.concatenate([read_batch(self.evidence.data / file)[1] for file in GIVEN_FILES])
        return replace(
            training_seen(seen, accuracy, len(CLASSES), LINEAR_HEAD),
            pixels=next((made.test for made in working_ways(preprocessing)), None) if preprocessing else None,
            right_pixels=working_ways(self.reference(Preprocessing, files=[TEST_FILE]))[0].test,
            own_backbone=not weights & set(seen.digests),
            is_tuned=True,
            given=len(given),
            sample=images_trained_on(seen.trained_on, seen.labels, given, labels, seen.images_trained_on),
            files="data_batch_1 to data_batch_5",
            see=SEE,
        )

    def _trained(self) -> Trained:
        """Return what came of the training; fails where there is nothing fair to count."""
        seen = self.observe_partial(Trained, needs="passes")
        self.require(
            bool(seen.passes),
            expected="run_model() returns the trained network",
            seen=f"it returns {seen.returned}",
            hint="End run_model with a return of the network that you have trained.",
        )
        self._withhold_if_leaked(seen)
        if seen.weights is None:
            self.withhold(
                expected="run_model returns the network that the handout asks for: the ResNet-18 of models.py, with "
                "linear layers behind it",
                seen="a network of other layers, so its accuracy cannot be computed from its weights",
                hint="Build on resnet18 from models.py; put one nn.Linear in place of its last layer.",
            )
        return seen

    def _confusion(self, seen: Trained) -> measures.IntArray:
        """Return the confusion matrix of the better pass."""
        return self.once("confusion", lambda: self._worked_out_confusion(seen))

    def _worked_out_confusion(self, seen: Trained) -> measures.IntArray:
        found = [(one, *self._judged(seen.weights, one)) for one in seen.passes]
        best, confusion, agreement = max(found, key=lambda one: measures.accuracy(one[1]))
        if best.way in WAY_REMARKS:
            self.remark(WAY_REMARKS[best.way])
        self._withhold_if_not_the_weights(best, measures.accuracy(confusion), agreement)
        return confusion

    def _judged(self, weights: Weights | None, one: Pass) -> tuple[measures.IntArray, float]:
        """Return the confusion matrix of one pass, and how far our network agrees with the student's."""
        assert weights
        digest = self.evidence.submission.digest
        found = logits_of(self.evidence, self.observe, digest, weights, one)
        if found is None:
            self.fail_because(
                expected="preprocessed images of shape (3, 32, 32)",
                seen="something else for the held-out file",
                hint="See tests 1.2 and 2.3a.",
            )
        if not found.logits.size:
            return np.zeros((len(CLASSES), len(CLASSES)), np.int64), 0.0
        if found.logits.shape[1] > len(CLASSES):
            self.remark(f"The network has {found.logits.shape[1]} outputs; the first {len(CLASSES)} are counted.")
        return self._confusion_of(found.logits, digest), found.agreement

    def _withhold_if_not_the_weights(self, one: Pass, ours: float, agreement: float) -> None:
        own = own_accuracy(one, read_batch(self.evidence.data / TEST_FILE)[1])
        if not does_not_follow(agreement, own, ours):
            return
        self.withhold(
            expected="the network's answers follow from its weights: those of a ResNet-18 with linear layers behind it",
            seen=f"your network recognises {own:.0%} of some images of test_batch. A network with the same weights, "
            f"but without your code, recognises {ours:.0%} of the held-out ones",
            hint="Let forward do nothing but call the ResNet-18 and the new nn.Linear.",
        )

    def _confusion_of(self, logits: FloatArray, digest: str) -> measures.IntArray:
        """Return the confusion matrix of the logits for the submission with this digest."""
        labels = labels_for(self.evidence, digest)
        self.require(
            ENOUGH * len(labels) <= len(logits) <= len(labels),
            expected=f"one sample for each of the {len(labels)} held-out images",
            seen=f"{len(logits)} samples",
            hint="Let build_dataset work for any batch file, whatever its size: count the samples, assume nothing.",
        )
        labels = labels[: len(logits)]
        try:
            predicted = measures.predictions(logits, len(CLASSES))
        except ValueError as error:
            self.fail_because(
                expected=f"finite logits for {len(CLASSES)} classes",
                seen=str(error),
                hint="Look at the loss while you train: where it is NaN, try a smaller learning rate.",
            )
        return measures.confusion_matrix(labels, predicted, len(CLASSES))

    def _withhold_if_leaked(self, seen: Trained) -> None:
        if not len(seen.trained_on):
            return
        share = self.once("share of test_batch", lambda: self._share_of_test_batch(seen.trained_on))
        if self.measured("share of test_batch in training", share, LEAK, at_least=False):
            return
        self.leaked(
            expected="test_batch is used to measure, never to train",
            seen=f"about {share:.0%} of the {seen.images_trained_on:,} images that the network was trained on are "
            "from test_batch, so its accuracy says nothing, and the points for it are withheld",
            hint="Train on data_batch_1 to data_batch_5 only, and hand in again.",
        )

    def _share_of_test_batch(self, trained_on: FloatArray) -> float:
        test = self.reference(FileThumbnails, files=[TEST_FILE]).thumbnails
        given = self.reference(FileThumbnails, files=GIVEN_FILES).thumbnails
        return contaminated_share(trained_on, test, given)
