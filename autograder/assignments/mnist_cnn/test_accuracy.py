"""Judges the uploaded checkpoints, on images that nobody has seen."""

from typing import Any

import numpy as np
from gradescope_utils.autograder_utils.decorators import leaderboard, number, visibility, weight

from autograder.assignments.mnist_cnn.heldout import CLASSES, ByteArray, deferred_inputs, digits, garments
from autograder.assignments.mnist_cnn.observed import Garments, HeldoutDigits, Logits
from autograder.checks import SubmissionTestCase, measures
from autograder.checks.perturbation import order_of
from autograder.checks.plots import confusion_of
from autograder.model.plot import Interval

DIGITS = tuple(str(digit) for digit in range(CLASSES))
GARMENTS = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
WITHOUT = "Measured with a plain preprocessing, because yours failed on the held-out images."
Recognition = type[HeldoutDigits] | type[Garments]


class TestAccuracy(SubmissionTestCase):
    """2d and 2.3. Held-out accuracy"""

    @leaderboard("accuracy on digits")
    @number("2d(3)a")
    @weight(0.75)
    @visibility("after_due_date")
    def test_digits(self, set_leaderboard_value: Any = None) -> None:
        """The network of model.pth recognises digits that it has never seen."""
        images, labels = digits(self.evidence.data)
        passes = self._passes(HeldoutDigits, images)
        own = self._in_order(labels, self.evidence.submission.digest)
        reference = self._reference_accuracy(HeldoutDigits, images, labels)
        fraction = self._judge("digits", "digits_accuracy", passes, own, DIGITS, reference)
        set_leaderboard_value(round(fraction, 4))

    @leaderboard("accuracy on garments")
    @number("2.3")
    @weight(1)
    @visibility("after_due_date")
    def test_garments(self, set_leaderboard_value: Any = None) -> None:
        """Bonus: the network of fashion_mnist.pth recognises garments that it has never seen."""
        images, labels = garments(self.evidence.data, int(self.threshold("garments_measured")))
        passes = self._passes(Garments, images)
        own = self._in_order(labels, self.evidence.submission.digest)
        reference = self._reference_accuracy(Garments, images, labels)
        fraction = self._judge("garments", "garments_accuracy", passes, own, GARMENTS, reference)
        set_leaderboard_value(round(fraction, 4))

    def _passes(self, probe: Recognition, images: ByteArray) -> list[Logits]:
        seen = self.observe(probe, deferred_inputs(self.evidence, images))
        if seen.way == "plain":
            self.remark(WITHOUT)
        return seen.passes

    def _reference_accuracy(self, probe: Recognition, images: ByteArray, labels: ByteArray) -> float:
        passes = self.reference(probe, deferred_inputs(self.evidence, images)).passes
        own = self._in_order(labels, self.evidence.reference.digest)
        return max(measures.accuracy(self._confusion(logits, own)) for logits in passes)

    def _in_order(self, labels: ByteArray, digest: str) -> ByteArray:
        """Return the labels in the order in which a submission got the images."""
        return labels[order_of(self.evidence.secret, digest, len(labels))]

    def _judge(
        self,
        what: str,
        threshold: str,
        passes: list[Logits],
        labels: ByteArray,
        names: tuple[str, ...],
        reference: float,
    ) -> float:
        """Judge the best of the passes; return its fraction of right answers."""
        best = max((self._confusion(logits, labels) for logits in passes), key=measures.accuracy)
        fraction, count = measures.accuracy(best), int(best.sum())
        asked = self.threshold(threshold)
        low, high = measures.wilson_interval(fraction, count)
        measured = f"{fraction:.1%} of {count} held-out {what} (95 % interval {low:.1%} to {high:.1%})"
        enough = self.measured(f"held-out accuracy on {what}", fraction, asked)
        self.show(Interval(f"Accuracy on held-out {what}", fraction, low, high, asked, reference))
        self.show(confusion_of(best, names))
        worst = names[int(np.argmin(measures.recalls(best)))]
        self.require(
            enough,
            expected=f"{asked:.0%} or more",
            seen=measured,
            hint=f"The weakest class is {worst!r}. Scale test images like training images, and save the weights "
            "of the trained network.",
        )
        self.remark(f"Accuracy: {measured}; {asked:.0%} is asked for.")
        return fraction

    def _confusion(self, logits: Logits, labels: ByteArray) -> measures.IntArray:
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
