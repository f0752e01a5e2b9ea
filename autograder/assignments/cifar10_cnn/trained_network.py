"""Judges the network of a training by its weights' answers for the held-out images."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.assignments.cifar10_cnn.heldout import CLASSES, deferred_inputs, heldout_for
from autograder.assignments.cifar10_cnn.observed_accuracy import (
    FileThumbnails,
    HeldoutLogits,
    Pass,
    PreparedHeldout,
    Trained,
)
from autograder.assignments.cifar10_cnn.run_model import TEST_FILE, TRAINING
from autograder.checks.clean_room import for_clean_room, own_accuracy
from autograder.checks.contamination import FloatArray
from autograder.checks.pickled_batches import read_batch
from autograder.checks.planted_training import JudgedTraining, PlantedTraining
from autograder.checks.planting import Planting, class_means, p_value
from autograder.checks.recognition import confusion_by, require_finite, withhold_unless_explained


class Judged(JudgedTraining):
    """A training whose network has been judged.

    Its logits are those of the held-out images, then those of test_batch if our own code could prepare it; empty if the
    layers do not fit together.
    """


class TrainedNetwork(PlantedTraining[Judged]):
    """The parts that all tests of the trained network share."""

    batch = TRAINING
    thumbnails = FileThumbnails
    given_files = tuple(f"cifar-10-batches-py/data_batch_{n}" for n in range(1, 6))
    train_on = "the data set with train=True"

    def trained(self) -> Trained:
        """Return the training by `run_model`; fails if it returned no network."""
        seen: Trained = self.network_of("End run_model with `return model`.")
        require_finite(self, seen.passes, len(CLASSES), public="image of test_batch")
        return seen

    def judged(self) -> Judged:
        """Return the training that counts; fails if none can count."""
        judged = self.judged_for_leaks(self.trained(), is_planted=bool(TRAINING.files(self)))
        self._withhold_if_not_the_weights(judged)
        if judged.way.way == "plain":
            self.remark(
                "Measured on plain images in [-1, 1], because your network recognises more of them than with your "
                "transform."
            )
        return judged

    def right(self) -> Judged:
        """Return the reference's training."""
        return self.once("right", lambda: self._judge(self.reference, self.reference(Trained), is_reference=True))

    def judge(self, seen: Any) -> Judged:
        """Return a training with the better of its passes."""
        return self._judge(self.observe, seen)

    def p_value(self, judged: Judged, planted: Planting) -> float:
        """Return the share of possible plantings that a network's answers fit at least as well as this one."""
        if not len(judged.logits):
            return 1.0
        has_both = len(judged.logits) > int(judged.confusion.sum())  # a network knows best what it was trained on
        digests = self.evidence.submission.digest, self.evidence.reference.digest
        pairs = zip((judged, self.right()), digests, strict=True)
        seen, right = (self._class_means(one.logits, digest, of_test=has_both) for one, digest in pairs)
        return p_value(seen, right, planted.planted)

    def _class_means(self, logits: FloatArray, digest: str, of_test: bool) -> FloatArray:
        heldout = heldout_for(self.evidence, digest)[1]
        if of_test:
            tested = read_batch(self.evidence.data / TEST_FILE)[1]
            return class_means(logits[len(heldout) :], tested, len(CLASSES))
        return class_means(logits[: len(heldout)], heldout, len(CLASSES))

    def earns_all(self, judged: Judged) -> bool:
        """Return whether a network earns all points of 8.1."""
        return judged.accuracy >= self.threshold("accuracy_full")

    def _judge(self, observe: Callable[..., Any], seen: Trained, is_reference: bool = False) -> Judged:
        digest = (self.evidence.reference if is_reference else self.evidence.submission).digest
        return max((self._pass(observe, digest, seen, one) for one in seen.passes), key=lambda one: one.accuracy)

    def _pass(self, observe: Callable[..., Any], digest: str, seen: Trained, one: Pass) -> Judged:
        """Return the training, judged by one pass."""
        images, labels = heldout_for(self.evidence, digest)
        public = read_batch(self.evidence.data / TEST_FILE)[0]
        inputs = for_clean_room(
            seen.chain,
            one,
            public,
            np.concatenate([images, public]),
            lambda: observe(PreparedHeldout, deferred_inputs(self.evidence)).images,
        )
        self.require(
            inputs is not None,
            expected="images of shape (3, 32, 32) from get_transform",
            seen="something else for the held-out images",
            hint="See test 1.1.",
        )
        found = observe(HeldoutLogits, inputs)
        if not len(found.logits):
            return Judged(seen, one, found.logits, np.zeros((len(CLASSES), len(CLASSES)), np.int64), 0.0)
        self.require(
            len(found.logits) in (len(labels), len(labels) + len(public)),
            expected=f"get_transform gives one image for each of the {len(labels)} held-out ones",
            seen=f"{len(found.logits)} images",
            hint="See test 1.1.",
        )
        confusion = confusion_by(self, found.logits[: len(labels)], labels, len(CLASSES))
        return Judged(seen, one, found.logits, confusion, found.agreement)

    def _withhold_if_not_the_weights(self, judged: Judged) -> None:
        own = own_accuracy(judged.way, read_batch(self.evidence.data / TEST_FILE)[1])
        withhold_unless_explained(
            self,
            judged.agreement,
            own,
            judged.accuracy,
            public="images of test_batch",
            expected="the network's answers follow from its weights, layer by layer, as the handout's table says",
            hint="In forward, only call the layers of the table, one after the other.",
        )
