"""Judges the network of a training by its weights' answers for the held-out images."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.assignments.cifar8_finetune.clean_room import logits_of
from autograder.assignments.cifar8_finetune.heldout import CLASSES, labels_for
from autograder.assignments.cifar8_finetune.observed import FileThumbnails, Pass, Trained, Weights
from autograder.assignments.cifar8_finetune.run_model import TEST_FILE, TRAINING
from autograder.checks import measures
from autograder.checks.clean_room import own_accuracy
from autograder.checks.contamination import FloatArray
from autograder.checks.pickled_batches import read_batch
from autograder.checks.planted_training import JudgedTraining, PlantedTraining
from autograder.checks.planting import Planting, class_means, p_value
from autograder.checks.recognition import confusion_by, require_finite, withhold_unless_explained

ENOUGH = 0.95  # of the held-out images; a data set that is a sample short loses its own points elsewhere

WAY_REMARKS = {
    "train": 'Measured with your "train" preprocessing, because your "test" one scales differently; see test 2.3b.',
    "class": "Measured with your class CIFAR10, because build_dataset did not work on the held-out file.",
    "no transform": "Measured without preprocessing, because yours did not work on the held-out file.",
    "plain tensors": "Measured on plain tensors in [0, 1], because your data set did not work on the held-out file.",
}


@dataclass(frozen=True)
class Judged(JudgedTraining):
    """A training whose network has been judged.

    Attributes:
        labels: (N,), of the held-out images.
    """

    labels: measures.IntArray


class TrainedNetwork(PlantedTraining[Judged]):
    """The parts that all tests of the trained network share."""

    batch = TRAINING
    thumbnails = FileThumbnails
    given_files = tuple(f"cifar10_batches/data_batch_{n}" for n in range(1, 6))
    train_on = "data_batch_1 to data_batch_5"

    def trained(self) -> Trained:
        """Return the training by `run_model`; fails if it returned no network with usable weights."""
        seen: Trained = self.network_of("End run_model by returning the network that you have trained.")
        head = self._weights(seen).head
        self.require(
            not head or len(head[-1]) >= len(CLASSES),
            expected=f"the network has an output for each of the {len(CLASSES)} classes",
            seen=f"it has {len(head[-1]) if head else 0}",
            hint=f"Put nn.Linear(512, {len(CLASSES)}) in place of its last layer.",
        )
        require_finite(self, seen.passes, len(CLASSES), public="image of test_batch")
        return seen

    def judged(self) -> Judged:
        """Return the training that counts; fails if none can count."""
        seen = self.trained()
        return self.once("judged", lambda: self._counted(seen, is_planted=bool(TRAINING.files(self))))

    def right(self) -> Judged:
        """Return the reference's training."""
        return self.once("right", self._right)

    def _right(self) -> Judged:
        seen, digest = self.reference(Trained), self.evidence.reference.digest
        assert seen.weights
        way = seen.passes[0]
        found = logits_of(self.evidence, self.reference, digest, seen.weights, way)
        assert found
        return self._judged_logits(seen, way, found.logits, digest, found.agreement)

    def _counted(self, seen: Trained, is_planted: bool) -> Judged:
        judged = self.judged_for_leaks(seen, is_planted=is_planted)
        if judged.way.way in WAY_REMARKS:
            self.remark(WAY_REMARKS[judged.way.way])
        if judged.logits.shape[1] > len(CLASSES):
            self.remark(f"The network has {judged.logits.shape[1]} outputs; the first {len(CLASSES)} are counted.")
        self._withhold_if_not_the_weights(judged)
        return judged

    def judge(self, seen: Any) -> Judged:
        """Return a training with the better of its passes."""
        return max((self._judged_pass(seen, one) for one in seen.passes), key=lambda one: one.accuracy)

    def _judged_pass(self, seen: Trained, one: Pass) -> Judged:
        digest = self.evidence.submission.digest
        found = logits_of(self.evidence, self.observe, digest, self._weights(seen), one)
        if found is None:
            self.fail_because(
                expected="preprocessed images of shape (3, 32, 32)",
                seen="something else for the held-out file",
                hint="See tests 1.2 and 2.3a.",
            )
        if not found.logits.size:
            labels = labels_for(self.evidence, digest)
            nothing = np.zeros((len(CLASSES), len(CLASSES)), np.int64)
            return Judged(seen, one, found.logits, nothing, 0.0, labels)
        return self._judged_logits(seen, one, found.logits, digest, found.agreement)

    def _weights(self, seen: Trained) -> Weights:
        if seen.weights is None:
            self.withhold(
                expected="run_model returns the network that the handout asks for: the ResNet-18 of models.py, with "
                "linear layers behind it",
                seen="a network with other layers, so its accuracy cannot be computed from its weights",
                hint="Build on resnet18 from models.py; put one nn.Linear in place of its last layer.",
            )
        return seen.weights

    def _judged_logits(self, seen: Trained, way: Pass, logits: FloatArray, digest: str, agreement: float) -> Judged:
        """Return the judged training, from the logits for the submission or reference with this digest."""
        labels = labels_for(self.evidence, digest)
        self.require(
            ENOUGH * len(labels) <= len(logits) <= len(labels),
            expected=f"one sample for each of the {len(labels)} held-out images",
            seen=f"{len(logits)} samples",
            hint="Let build_dataset work for any batch file, whatever its size: count the samples, assume nothing.",
        )
        labels = labels[: len(logits)]
        confusion = confusion_by(self, logits, labels, len(CLASSES))
        return Judged(seen, way, logits, confusion, agreement, labels)

    def p_value(self, judged: Judged, planted: Planting) -> float:
        """Return the share of possible plantings that a network's answers fit at least as well as this one."""
        if not judged.logits.size:
            return 1.0
        seen, right = (class_means(one.logits, one.labels, len(CLASSES)) for one in (judged, self.right()))
        return p_value(seen, right, planted.planted)

    def earns_all(self, judged: Judged) -> bool:
        """Return whether a network earns all points of 6.1 and 6.2."""
        enough = max(self.threshold("accuracy_full"), self.right().accuracy - self.threshold("reference_margin"))
        return judged.accuracy >= enough

    def _withhold_if_not_the_weights(self, judged: Judged) -> None:
        own = own_accuracy(judged.way, read_batch(self.evidence.data / TEST_FILE)[1])
        withhold_unless_explained(
            self,
            judged.agreement,
            own,
            judged.accuracy,
            public="images of test_batch",
            expected="the network's answers follow from its weights, in a ResNet-18 with linear layers behind it",
            hint="In forward, only call the ResNet-18 and the new nn.Linear.",
        )
