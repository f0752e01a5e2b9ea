"""Judges the network that `run_model` trains, on held-out images."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from gradescope_utils.autograder_utils.decorators import leaderboard, number, partial_credit, visibility
from timeout_decorator import timeout

from autograder.assignments.cifar10_cnn.heldout import CLASSES, deferred_inputs, heldout_for
from autograder.assignments.cifar10_cnn.observed_accuracy import (
    FileThumbnails,
    HeldoutLogits,
    Pass,
    PreparedHeldout,
    Trained,
)
from autograder.checks import SubmissionTestCase, discloses, measures
from autograder.checks.clean_room import does_not_follow, for_clean_room, own_accuracy
from autograder.checks.contamination import FloatArray, contaminated_share
from autograder.checks.images_trained_on import images_trained_on
from autograder.checks.learning_rate import WHOLE_NETWORK
from autograder.checks.low_accuracy import likely_cause
from autograder.checks.pickled_batches import read_batch
from autograder.checks.plots import confusion_of, line_of
from autograder.checks.training_seen import GUESSING, See, Training, training_seen
from autograder.model.plot import Curve, Interval
from autograder.wire.network import Layer

GIVEN_FILES = [f"cifar-10-batches-py/data_batch_{n}" for n in range(1, 6)]
TEST_FILE = "cifar-10-batches-py/test_batch"
LEAK = (
    0.04  # share of the images trained on that are from test_batch; all of it beside the others would be 0.17 or more
)
EVENING_S = 3600  # the sandbox's own budgets end a probe long before; this bounds the rest
POINTS = 10
SEE = See(scale="1.2", images="1.1", files="2.1", loop="5.1", gradients="5.2", network="4.7")


class TestAccuracy(SubmissionTestCase):
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
        set_score(POINTS * step.share)
        if step.share == 1.0:
            self.remark(f"Accuracy: {step.words} of the held-out images; {full:.0%} is asked for.")
            return
        cause = likely_cause(self.once("low accuracy", lambda: self._training(seen, step.high)))
        self.explain(
            expected=f"{full:.0%} or more; from {floor:.0%} on there is part of the points",
            seen=f"{step.words} of the held-out images\n{cause.seen}",
            hint=cause.hint,
        )

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

    def _reference_accuracy(self) -> float:
        seen, digest = self.reference(Trained), self.evidence.reference.digest
        found = [self._judged(self.reference, digest, seen.chain, one) for one in seen.passes]
        return max(measures.accuracy(confusion) for confusion, _ in found)

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

    def _trained(self) -> Trained:
        """Return what came of the training; fails where there is nothing fair to count."""
        seen = self.observe_partial(Trained, needs="passes")
        self.require(
            bool(seen.passes),
            expected="run_model() returns the trained network",
            seen=f"it returns {seen.returned}",
            hint="End run_model with: return model.",
        )
        self._withhold_if_leaked(seen)
        return seen

    def _confusion(self, seen: Trained) -> measures.IntArray:
        """Return the confusion matrix of the better pass."""
        digest = self.evidence.submission.digest
        found = [(one, *self._judged(self.observe, digest, seen.chain, one)) for one in seen.passes]
        best, confusion, agreement = max(found, key=lambda one: measures.accuracy(one[1]))
        self._withhold_if_not_the_weights(best, measures.accuracy(confusion), agreement)
        if best.way == "plain":
            self.remark(
                "Measured on plain images in [-1, 1]: with them your network recognises more than with your transform."
            )
        return confusion

    def _judged(
        self, observe: Callable[..., Any], digest: str, chain: list[Layer], one: Pass
    ) -> tuple[measures.IntArray, float]:
        """Return the confusion matrix of one pass, and how far our network agrees with the student's."""
        images, labels = heldout_for(self.evidence, digest)
        public = read_batch(self.evidence.data / TEST_FILE)[0]
        inputs = for_clean_room(
            chain, one, public, images, lambda: observe(PreparedHeldout, deferred_inputs(self.evidence)).images
        )
        self.require(
            inputs is not None,
            expected="images of shape (3, 32, 32) from get_transform",
            seen="something else for the held-out images",
            hint="See test 1.1.",
        )
        found = observe(HeldoutLogits, inputs)
        if not len(found.logits):
            return np.zeros((len(CLASSES), len(CLASSES)), np.int64), 0.0
        self.require(
            len(found.logits) == len(labels),
            expected=f"get_transform gives one image for each of the {len(labels)} held-out ones",
            seen=f"{len(found.logits)} images",
            hint="See test 1.1.",
        )
        return self._confusion_of(found.logits, labels), found.agreement

    def _withhold_if_not_the_weights(self, one: Pass, ours: float, agreement: float) -> None:
        own = own_accuracy(one, read_batch(self.evidence.data / TEST_FILE)[1])
        if does_not_follow(agreement, own, ours):
            self.withhold(
                expected="the network's answers follow from its weights, layer by layer, as the handout's table says",
                seen=f"your network recognises {own:.0%} of some images of test_batch. The same layers and weights, "
                f"without your code, recognise {ours:.0%} of the held-out ones",
                hint="Let forward do nothing but call the layers of the table, one after the other.",
            )

    def _confusion_of(self, logits: FloatArray, labels: measures.IntArray) -> measures.IntArray:
        try:
            predicted = measures.predictions(logits, len(CLASSES))
        except ValueError as error:
            self.fail_because(
                expected=f"finite logits for {len(CLASSES)} classes",
                seen=str(error),
                hint="Look at the loss while you train. If it becomes NaN, try a smaller learning rate.",
            )
        return measures.confusion_matrix(labels, predicted, len(CLASSES))

    def _withhold_if_leaked(self, seen: Trained) -> None:
        if not len(seen.trained_on):
            return
        share = self.once("share of test_batch", lambda: self._share_of_test_batch(seen.trained_on))
        if share < LEAK:
            return
        self.leaked(
            expected="test_batch is used to measure, never to train",
            seen=f"about {share:.0%} of the {seen.images_trained_on:,} images that the network was trained on are from "
            "test_batch, so its accuracy says nothing, and the points for it are withheld",
            hint="Train only on the data set with train=True; build_loaders returns its loader first.",
        )

    def _share_of_test_batch(self, trained_on: FloatArray) -> float:
        test = self.reference(FileThumbnails, files=[TEST_FILE]).thumbnails
        given = self.reference(FileThumbnails, files=GIVEN_FILES).thumbnails
        return contaminated_share(trained_on, test, given)
