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
from autograder.checks import SubmissionTestCase, measures
from autograder.checks.clean_room import does_not_follow, for_clean_room, own_accuracy
from autograder.checks.handed import Handed
from autograder.checks.perturbation import order_of
from autograder.checks.plots import confusion_of
from autograder.checks.uploaded_accuracy import Uploaded, cause_of_upload
from autograder.model.plot import Interval

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
    @number("2d(3)a")
    @weight(0.75)
    @visibility("after_due_date")
    def test_digits(self, set_leaderboard_value: Any = None) -> None:
        """The network of model.pth recognises digits that it has never seen."""
        images, labels = digits(self.evidence.data)
        seen, right = self.observe(DigitsNetwork), self.reference(DigitsNetwork)
        task = Task(HeldoutDigits, PreparedDigits, "MNIST", lambda images: images, images, labels)
        best, confusion = self._best(task, seen.chain, seen.passes)
        reference = self._reference_accuracy(task, right.chain, right.passes)
        weights = [one.tensors[0] for one in seen.chain if one.kind in ("convolution", "linear")]
        uploaded = Uploaded(confusion, DIGITS, weights, tests="test 2a(1)")
        fraction = self._judge("digits", "digits_accuracy", uploaded, reference, partial(self._otherwise, task, best))
        set_leaderboard_value(round(fraction, 4))

    @leaderboard("accuracy on garments")
    @number("2.3")
    @weight(1)
    @visibility("after_due_date")
    def test_garments(self, set_leaderboard_value: Any = None) -> None:
        """Bonus: the network of fashion_mnist.pth recognises garments that it has never seen."""
        images, labels = garments(self.evidence.data, int(self.threshold("garments_measured")))
        seen, right = self.observe(GarmentsNetwork), self.reference(GarmentsNetwork)
        task = Task(Garments, PreparedGarments, "FashionMNIST", resized, images, labels)
        _, confusion = self._best(task, None, seen.passes)
        reference = self._reference_accuracy(task, None, right.passes)
        uploaded = Uploaded(confusion, GARMENTS, tests="test 2.2(1)a")
        fraction = self._judge("garments", "garments_accuracy", uploaded, reference, dict)
        set_leaderboard_value(round(fraction, 4))

    def _best(self, task: Task, weights: Any, passes: list[Pass]) -> tuple[Pass, measures.IntArray]:
        """Return the better preprocessing and its confusion matrix; withholds where the weights do not explain it."""
        digest = self.evidence.submission.digest
        found = [(one, *self._recognised(task, self.observe, digest, weights, one)) for one in passes]
        best, confusion, agreement = max(found, key=lambda one: measures.accuracy(one[1]))
        if best.way == "plain":
            self.remark(WITHOUT)
        own, ours = own_accuracy(best, task.public_labels(self.evidence.data)), measures.accuracy(confusion)
        if does_not_follow(agreement, own, ours):
            self.withhold(
                expected="the network's answers follow from its weights, layer by layer",
                seen=f"your network recognises {own:.0%} of some public images. The same layers and weights, without "
                f"your code, recognise {ours:.0%} of the held-out ones",
                hint="Let forward do nothing but call the layers that the handout names.",
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
        """Return the accuracies of the same weights if the images are prepared otherwise."""
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
        """Return what our own network needs: the weights, public images, and the held-out ones."""
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

    def _judge(
        self,
        what: str,
        threshold: str,
        uploaded: Uploaded,
        reference: float,
        otherwise: Callable[[], dict[str, float]],
    ) -> float:
        """Judge an accuracy and return it; where it is low, measure it with other preparations, too."""
        fraction, count = uploaded.accuracy, int(uploaded.confusion.sum())
        asked = self.threshold(threshold)
        low, high = measures.wilson_interval(fraction, count)
        measured = f"{fraction:.1%} of {count} held-out {what} (95 % interval {low:.1%} to {high:.1%})"
        enough = self.measured(f"held-out accuracy on {what}", fraction, asked)
        self.show(Interval(f"Accuracy on held-out {what}", fraction, low, high, asked, reference))
        self.show(confusion_of(uploaded.confusion, uploaded.names))
        if not enough:
            worst = uploaded.names[int(np.argmin(measures.recalls(uploaded.confusion)))]
            found = self.once(f"low accuracy on {what}", lambda: replace(uploaded, otherwise=otherwise()))
            cause = cause_of_upload(found)
            self.fail_because(
                expected=f"{asked:.0%} or more",
                seen=f"{measured}\n{cause.seen}; the weakest class is {worst!r}",
                hint=cause.hint,
            )
        self.remark(f"Accuracy: {measured}; {asked:.0%} is asked for.")
        return fraction

    def _confusion(self, logits: npt.NDArray[np.float32], labels: ByteArray) -> measures.IntArray:
        self.require(
            logits.ndim == 2 and len(logits) == len(labels),
            expected=f"one row of logits for each of {len(labels)} images",
            seen=f"shape {logits.shape}",
            hint="The network returns (N, 10) for N images.",
        )
        try:
            predicted = measures.predictions(logits, CLASSES)
        except ValueError as error:
            self.fail_because(
                expected=f"finite logits for {CLASSES} classes",
                seen=str(error),
                hint="Look at the loss while you train. If it becomes NaN, try a smaller learning rate.",
            )
        return measures.confusion_matrix(labels, predicted, CLASSES)
