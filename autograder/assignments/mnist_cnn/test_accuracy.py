"""Judges the uploaded checkpoints, on images that nobody has seen."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from gradescope_utils.autograder_utils.decorators import leaderboard, number, visibility, weight

from autograder.assignments.mnist_cnn.heldout import (
    CLASSES,
    ByteArray,
    deferred_inputs,
    digits,
    garments,
    read_idx,
    resized,
    varied,
)
from autograder.assignments.mnist_cnn.observed import (
    DigitsNetwork,
    Garments,
    GarmentsNetwork,
    HeldoutDigits,
    Pass,
    PreparedDigits,
    PreparedGarments,
)
from autograder.assignments.mnist_cnn.prepared_otherwise import as_input, prepared_otherwise
from autograder.checks import SubmissionTestCase, discloses, measures
from autograder.checks.cause import Cause
from autograder.checks.clean_room import for_clean_room, own_accuracy
from autograder.checks.disclosure import Step
from autograder.checks.handed import Handed
from autograder.checks.perturbation import order_of
from autograder.checks.recognition import confusion_by, require_finite, show_accuracy, withhold_unless_explained
from autograder.checks.uploaded_accuracy import Uploaded, cause_of_upload, untrained

DIGITS = tuple(str(digit) for digit in range(CLASSES))
GARMENTS = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
WITHOUT = "Measured with a plain preprocessing, because yours failed on the held-out images."


@dataclass(frozen=True)
class Task:
    """The objects to recognise.

    Attributes:
        recognition: the probe that recognises, without the submission.
        prepared: the probe that prepares the images by the student's code, where ours cannot.
        folder: of the public images.
        resized: makes images as large as the network takes them.
        images: held-out ones, (N, 28, 28).
        labels: (N,).
    """

    recognition: type[HeldoutDigits] | type[Garments]
    prepared: type[PreparedDigits] | type[PreparedGarments]
    folder: str
    resized: Callable[[ByteArray], ByteArray]
    images: ByteArray
    labels: ByteArray

    def public_images(self, data: Path) -> ByteArray:
        """Return the handout's test images, (n, 28, 28)."""
        return read_idx(data / self.folder / "raw" / "t10k-images-idx3-ubyte")

    def public_labels(self, data: Path) -> ByteArray:
        """Return their labels, (n,)."""
        return read_idx(data / self.folder / "raw" / "t10k-labels-idx1-ubyte")


class TestAccuracy(SubmissionTestCase):
    """2d and 2.3. Held-out accuracy"""

    @leaderboard("accuracy on digits")
    @discloses("accuracy on digits")
    @number("2d(3)a")
    @weight(0.75)
    @visibility("after_due_date")
    def test_digits(self, set_leaderboard_value: Any = None) -> None:
        """The network of model.pth recognises digits that it has never seen."""
        images, labels = digits(self.evidence.data)
        seen, right = self.observe(DigitsNetwork), self.reference(DigitsNetwork)
        task = Task(HeldoutDigits, PreparedDigits, "MNIST", lambda images: images, images, labels)
        require_finite(self, seen.passes, CLASSES, public="public test image")
        asked = self.threshold("digits_accuracy")
        weights = [one.tensors[0] for one in seen.chain if one.kind in ("convolution", "linear")]

        def measure() -> float:
            best, confusion = self._best(task, seen.chain, seen.passes)
            uploaded = Uploaded(confusion, DIGITS, weights, tests="test 2a(1)")
            reference = self._reference_accuracy(task, right.chain, right.passes)
            set_leaderboard_value(round(uploaded.accuracy, 4))
            return self._shown("digits", asked, uploaded, reference, partial(self._otherwise, task, best))

        step = self.disclosed(measure, full=asked, name="held-out accuracy on digits")
        self._judge("digits", step, asked, untrained(weights))

    @leaderboard("accuracy on garments")
    @discloses("accuracy on garments")
    @number("2.3")
    @weight(1)
    @visibility("after_due_date")
    def test_garments(self, set_leaderboard_value: Any = None) -> None:
        """Bonus: the network of fashion_mnist.pth recognises garments that it has never seen."""
        images, labels = garments(self.evidence.data, int(self.threshold("garments_measured")))
        seen, right = self.observe(GarmentsNetwork), self.reference(GarmentsNetwork)
        task = Task(Garments, PreparedGarments, "FashionMNIST", resized, images, labels)
        require_finite(self, seen.passes, CLASSES, public="public test image")
        asked = self.threshold("garments_accuracy")

        def measure() -> float:
            _, confusion = self._best(task, None, seen.passes)
            uploaded = Uploaded(confusion, GARMENTS, tests="test 2.2(1)a")
            reference = self._reference_accuracy(task, None, right.passes)
            set_leaderboard_value(round(uploaded.accuracy, 4))
            return self._shown("garments", asked, uploaded, reference, dict)

        self._judge("garments", self.disclosed(measure, full=asked, name="held-out accuracy on garments"), asked)

    def _best(self, task: Task, weights: Any, passes: list[Pass]) -> tuple[Pass, measures.IntArray]:
        """Return the better preprocessing and its confusion matrix; withholds if the weights do not explain it."""
        digest = self.evidence.submission.digest
        found = [(one, *self._recognised(task, self.observe, digest, weights, one)) for one in passes]
        best, confusion, agreement = max(found, key=lambda one: measures.accuracy(one[1]))
        if best.way == "plain":
            self.remark(WITHOUT)
        withhold_unless_explained(
            self,
            agreement,
            own_accuracy(best, task.public_labels(self.evidence.data)),
            measures.accuracy(confusion),
            public="public images",
            expected="the network's answers follow from its weights, layer by layer",
            hint="In forward, only call the layers that the handout names.",
        )
        return best, confusion

    def _reference_accuracy(self, task: Task, weights: Any, passes: list[Pass]) -> float:
        digest = self.evidence.reference.digest
        return max(measures.accuracy(self._recognised(task, self.reference, digest, weights, one)[0]) for one in passes)

    def _recognised(
        self, task: Task, observe: Callable[..., Any], digest: str, weights: Any, one: Pass
    ) -> tuple[measures.IntArray, float]:
        """Return the confusion matrix by one preprocessing, and how far our network agrees with the student's."""
        found = observe(task.recognition, self._inputs(task, observe, digest, weights, one))
        if not len(found.logits):
            return np.zeros((CLASSES, CLASSES), np.int64), 0.0
        return self._confusion(found.logits, self._labels(task, digest)), float(found.agreement)

    def _otherwise(self, task: Task, one: Pass) -> dict[str, float]:
        """Return the accuracies of the same weights on images that are prepared in other ways."""
        digest = self.evidence.submission.digest
        inputs = self._inputs(task, self.observe, digest, self.observe(DigitsNetwork).chain, one)
        prepared = prepared_otherwise(inputs["heldout"].value, varied(self.evidence, task.images, digest)[:, None])
        logits = self.observe(task.recognition, inputs | {"heldout": as_input(prepared)}).logits
        if len(logits) != len(prepared) * len(task.labels) or not np.isfinite(logits).all():
            return {}
        rights = logits.argmax(axis=1).reshape(len(prepared), -1) == self._labels(task, digest)
        return {how: float(right.mean()) for how, right in zip(prepared, rights, strict=True)}

    def _labels(self, task: Task, digest: str) -> ByteArray:
        return task.labels[order_of(self.evidence.secret, digest, len(task.labels))]

    def _inputs(
        self, task: Task, observe: Callable[..., Any], digest: str, weights: Any, one: Pass
    ) -> dict[str, Handed]:
        """Return the inputs of our own network: the weights, public images, and the held-out ones."""
        evidence = self.evidence
        inputs = for_clean_room(
            weights,
            one,
            task.resized(task.public_images(evidence.data)[: len(one.inputs)])[:, None],
            task.resized(varied(evidence, task.images, digest))[:, None],
            lambda: observe(task.prepared, deferred_inputs(evidence, task.images)).images,
        )
        if inputs is None:
            self.fail_because(
                expected="one image of one channel for each image",
                seen="something else for the held-out images",
                hint="See what the tests of your transform found.",
            )
        return inputs

    def _shown(
        self, what: str, asked: float, uploaded: Uploaded, reference: float, otherwise: Callable[[], dict[str, float]]
    ) -> float:
        """Show the staff an accuracy, and explain a low one; return it."""
        show_accuracy(self, f"Accuracy on held-out {what}", uploaded.confusion, uploaded.names, asked, reference)
        if uploaded.accuracy < asked:
            cause = cause_of_upload(replace(uploaded, otherwise=otherwise()))
            worst = uploaded.names[int(np.argmin(measures.recalls(uploaded.confusion)))]
            self.remark(f"{cause.seen}; the weakest class is {worst!r}. {cause.hint}")
        return uploaded.accuracy

    def _judge(self, what: str, step: Step, asked: float, cause: Cause | None = None) -> None:
        """Judge a step; a cause that needs no hidden images explains a low one to the student."""
        self.require(
            step.share == 1.0,
            expected=f"{asked:.0%} or more",
            seen=f"{step.words} of the held-out {what}" + (f"\n{cause.seen}" if cause else ""),
            hint=cause.hint
            if cause
            else "Scale test images like training images, and save the weights of the trained network.",
        )
        self.remark(f"Accuracy: {step.words} of the held-out {what}.")

    def _confusion(self, logits: npt.NDArray[np.float32], labels: ByteArray) -> measures.IntArray:
        self.require(
            logits.ndim == 2 and len(logits) == len(labels),
            expected=f"one row of logits for each of {len(labels)} images",
            seen=f"shape {logits.shape}",
            hint="The network returns (N, 10) for N images.",
        )
        return confusion_by(self, logits, labels, CLASSES)
