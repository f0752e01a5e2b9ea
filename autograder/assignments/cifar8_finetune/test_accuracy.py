"""Judges the network that `run_model` trains, on held-out pictures."""

from typing import Any

import numpy as np
from gradescope_utils.autograder_utils.decorators import leaderboard, number, partial_credit, visibility
from timeout_decorator import timeout

from autograder import measures
from autograder.assignments.cifar8_finetune.heldout import CLASSES, heldout, late_inputs
from autograder.assignments.cifar8_finetune.scaling import wrong_scale
from autograder.leaks import FloatArray, share_from
from autograder.nouns.picture import Curve, Interval
from autograder.suites import SubmissionTestCase
from autograder.suites.pictures import confusion_of, line_of

GIVEN_FILES = [f"cifar10_batches/data_batch_{n}" for n in range(1, 6)]
TEST_FILE = ["cifar10_batches/test_batch"]
LEAK = 0.04  # share of trained pictures that are from test_batch; one of six files would be 0.17
WAY_REMARKS = {
    "train": 'Measured with your "train" preprocessing, which scales otherwise than your "test" one.',
    "class": "Measured with your class CIFAR10, because build_dataset did not work on the held-out file.",
    "no transform": "Measured without preprocessing, because yours did not work on the held-out file.",
    "plain tensors": "Measured on plain tensors in [0, 1], because your data set did not work on the held-out file.",
}
ENOUGH = 0.95  # of the held-out pictures; a data set that is a sample short loses its own points elsewhere
EVENING_S = 3600  # the sandbox's own budgets end a probe long before; this bounds what they do not


class TestAccuracy(SubmissionTestCase):
    """6. Held-out accuracy"""

    @leaderboard("accuracy")
    @partial_credit(14)
    @number("6.1")
    @visibility("after_due_date")
    @timeout(EVENING_S)
    def test_heldout_accuracy(self, set_score: Any = None, set_leaderboard_value: Any = None) -> None:
        """run_model trains a network that recognises pictures it has never seen, within the CPU budget."""
        self._show_losses()
        confusion = self._confusion()
        fraction, count = measures.accuracy(confusion), int(confusion.sum())
        low, high = measures.wilson_interval(fraction, count)
        full, floor = self.threshold("accuracy_full"), self.threshold("accuracy_floor")
        self.measured("held-out accuracy", fraction, full)
        share = measures.ramp(fraction, floor, full)
        set_score(14 * share)
        set_leaderboard_value(round(fraction, 4))
        figures = f"{fraction:.1%} of {count} held-out pictures (95 % interval {low:.1%} to {high:.1%})"
        self.show(Interval("Accuracy on held-out pictures", fraction, low, high, full, self._reference_accuracy()))
        self.show(confusion_of(confusion, CLASSES))
        if share == 1.0:
            self.remark(f"Accuracy: {figures}; {full:.0%} is asked for.")
            return
        worst = CLASSES[int(np.argmin(measures.recalls(confusion)))]
        self.explain(
            expected=f"{full:.0%} or more; from {floor:.0%} on there is part of the points",
            seen=figures,
            hint=f"{self._scale()}Mend first what tests 1 to 5 found. If they found nothing, check that the pictures "
            "are normalised as the checkpoint was trained (CIFAR-10's mean and standard deviation), that all five "
            f"files are used, and that the loss has come down and levelled off. Worst is {worst!r}.",
        )

    @partial_credit(4)
    @number("6.2")
    @visibility("after_due_date")
    @timeout(EVENING_S)
    def test_compared_with_reference(self, set_score: Any = None) -> None:
        """The network comes close to the reference solution's accuracy."""
        mine = measures.accuracy(self._confusion())
        theirs = self._reference_accuracy()
        full, floor = theirs - self.threshold("reference_margin"), theirs - self.threshold("reference_floor")
        self.measured("accuracy beyond the reference's", mine - theirs, -self.threshold("reference_margin"))
        share = measures.ramp(mine, floor, full)
        set_score(4 * share)
        compared = f"{mine:.1%}, the reference solution {theirs:.1%}"
        if share == 1.0:
            self.remark(f"Accuracy: {compared}.")
        else:
            self.explain(expected=f"{full:.1%} or more", seen=compared, hint="See test 6.1.")

    @leaderboard("CPU seconds", "asc")
    @number("6.3")
    @visibility("after_due_date")
    def test_cpu_seconds(self, set_leaderboard_value: Any = None) -> None:
        """CPU seconds of training and of the held-out pictures (no points)."""
        self._confusion()  # a network that counts for nothing has no place on the leaderboard
        observation = self.observation("trained", late_inputs(self.evidence))
        set_leaderboard_value(round(observation.cpu_s, 1))
        self.remark(f"{observation.cpu_s:.1f} CPU seconds, {observation.peak_memory_mib:.0f} MiB at most.")

    def _reference_accuracy(self) -> float:
        reference = self.reference("trained", late_inputs(self.evidence))
        return measures.accuracy(self._confusion_of(reference["passes"]))

    def _show_losses(self) -> None:
        """Show how the loss went, as far as training came; loops without a loss module leave no trace of it."""
        seen = self.observation("trained", late_inputs(self.evidence)).value
        if isinstance(seen, dict) and len(seen.get("losses", ())) > 1:
            right = self.reference("trained", late_inputs(self.evidence))
            lines = (
                line_of("yours", seen["losses"], seen["losses_seen"]),
                line_of("reference solution", right["losses"], right["losses_seen"]),
            )
            self.show(Curve("Loss of each batch while run_model trained", "batches", lines))

    def _scale(self) -> str:
        """Return what is wrong with the range of the pictures, where it can be named."""
        seen = self.observation("preprocessing", files=TEST_FILE).value
        right = self.reference("preprocessing", files=TEST_FILE)["ways"][0]
        way = next((one for one in seen["ways"] if not one["error"]), None) if seen else None
        wrong = wrong_scale(tuple(way["test"]), tuple(right["test"])) if way else None
        return f"Your {wrong.what}. {wrong.hint}\n" if wrong else ""

    def _confusion(self) -> measures.IntArray:
        """Return the confusion matrix of the submission; fails where there is nothing fair to count."""
        seen = self.observe_so_far("trained", late_inputs(self.evidence), needs="passes")
        self.require(
            bool(seen["passes"]),
            expected="run_model() returns the trained network",
            seen=seen["returned"],
            hint="End run_model with: return model.",
        )
        self._withhold_if_leaked(seen)
        best = max(seen["passes"], key=lambda one: measures.accuracy(self._confusion_of([one])))
        if best["way"] in WAY_REMARKS:
            self.remark(WAY_REMARKS[best["way"]])
        if best["logits"].shape[1] > len(CLASSES):
            self.remark(f"The network has {best['logits'].shape[1]} outputs; the first {len(CLASSES)} are counted.")
        return self._confusion_of([best])

    def _confusion_of(self, passes: list[dict[str, Any]]) -> measures.IntArray:
        labels = heldout(self.evidence.data)[1]
        logits = passes[0]["logits"]
        self.require(
            ENOUGH * len(labels) <= len(logits) <= len(labels),
            expected=f"one sample for each of the {len(labels)} held-out pictures",
            seen=f"{len(logits)} samples",
            hint="build_dataset must work for any batch file, whatever its size.",
        )
        labels = labels[: len(logits)]
        try:
            predicted = measures.predictions(logits, len(CLASSES))
        except ValueError as error:
            self.fail_because(expected=f"finite logits for {len(CLASSES)} classes", seen=str(error))
        return measures.confusion_matrix(labels, predicted, len(CLASSES))

    def _withhold_if_leaked(self, seen: dict[str, Any]) -> None:
        trained_on = seen["trained_on"]
        if not len(trained_on):
            return
        share = self.once("share of test_batch", lambda: self._share_of_test_batch(trained_on))
        if self.measured("share of test_batch in training", share, LEAK, at_least=False):
            return
        self.leaked(
            expected="test_batch is used to measure, never to train",
            seen=f"about {share:.0%} of the {seen['images_trained_on']} pictures that went through the network "
            "before an optimizer step are from test_batch, so the accuracy says nothing and its points are withheld",
            hint="Train on data_batch_1 to data_batch_5 only.",
        )

    def _share_of_test_batch(self, trained_on: FloatArray) -> float:
        test = self.reference("thumbnails_of_files", files=TEST_FILE)["thumbnails"]
        given = self.reference("thumbnails_of_files", files=GIVEN_FILES)["thumbnails"]
        return share_from(trained_on, test, given)
