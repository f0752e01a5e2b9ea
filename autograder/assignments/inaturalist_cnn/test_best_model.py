"""Judges the uploaded network, and the uploaded files' claims about it."""

from typing import Any

import numpy as np
from gradescope_utils.autograder_utils.decorators import leaderboard, number, visibility, weight

from autograder.assignments.inaturalist_cnn.heldout import candidates, deferred_inputs, shown_to, test_set
from autograder.assignments.inaturalist_cnn.matching import files_of
from autograder.assignments.inaturalist_cnn.observed import BestModel, Failure, LoaderLogits, Predictions
from autograder.checks import SubmissionTestCase, manual, measures
from autograder.checks.plots import confusion_of
from autograder.checks.shown import Figures
from autograder.checks.uploaded_accuracy import Uploaded, cause_of_upload
from autograder.model.plot import Interval

ENOUGH = 0.9  # of the test images must come out of the loader
ROWS = 30


class TestBestModel(SubmissionTestCase):
    """A4. The best network"""

    @number("A4.1a")
    @weight(1)
    @visibility("visible")
    def test_checkpoint_fits(self) -> None:
        """CNN takes the settings in config.json, and best_model.pth fits the network."""
        self._confusion()

    @leaderboard("test accuracy")
    @number("A4.1b")
    @weight(1)
    @visibility("after_due_date")
    def test_accuracy(self, set_leaderboard_value: Any = None) -> None:
        """The network recognises the test images, which reach it slightly changed."""
        confusion = self._confusion()
        accuracy, count = measures.accuracy(confusion), int(confusion.sum())
        set_leaderboard_value(round(accuracy, 4))
        low, high = measures.wilson_interval(accuracy, count)
        least = self.threshold("test_accuracy")
        reached = f"{accuracy:.1%} of {count} test images (95 % interval {low:.1%} to {high:.1%})"
        reference, names = self._reference_accuracy(), test_set(self.evidence.data).classes
        self.show(Interval("Accuracy on test images", accuracy, low, high, least, reference))
        self.show(confusion_of(confusion, names))
        if least and measures.implausible(int(np.trace(confusion)), count, reference):
            self.withhold(
                expected=f"about as much as the {reference:.0%} of the reference solution's network",
                seen=f"{reached}, which is more than a network of this kind learns from the training images",
                hint="If you trained it longer or in another way, all is well: tell the staff how.",
            )
        cause = cause_of_upload(Uploaded(confusion, names))
        self.require(
            self.measured("test accuracy", accuracy, least),
            expected=f"{least:.0%} or more",
            seen=f"{reached}\n{cause.seen}",
            hint=f"{cause.hint} Save the weights of the best epoch on the validation images.",
        )
        self.remark(f"Accuracy: {reached}.")

    @number("A4.1c")
    @weight(1)
    @visibility("after_due_date")
    def test_claim(self) -> None:
        """The network reaches the test accuracy that config.json states."""
        confusion = self._confusion()
        accuracy = measures.accuracy(confusion)
        claim = self._best_model().claim
        if claim is None or not 0 <= claim <= 100:
            self.fail_because(
                expected='"test_accuracy" in config.json: a number from 0 to 1, or in percent',
                seen="there is none" if claim is None else f"{claim:g}",
                hint='Add "test_accuracy" to the configuration before you save it.',
            )
        fraction = claim / 100 if claim > 1 else claim
        self.require(
            self.measured(
                "distance of claim and accuracy",
                abs(fraction - accuracy),
                self.threshold("claim_tolerance"),
                at_least=False,
            ),
            expected=f"{accuracy:.1%}, give or take {self.threshold('claim_tolerance'):.0%}",
            seen=f"config.json states {fraction:.1%}",
            hint="Measure with evaluate over the whole test loader, with the weights that you save.",
        )

    @number("A4.2")
    @weight(1)
    @visibility("visible")
    def test_predictions(self) -> None:
        """predictions.json has 30 rows: different test images, and a class for each."""
        seen = self.observe(Predictions)
        known = test_set(self.evidence.data)
        self.require(
            seen.count == ROWS,
            expected=f"{ROWS} rows",
            seen=f"{seen.count}",
            hint='A list of 30 objects such as {"file": "val/Aves/….jpg", "predicted": "Insecta"}.',
        )
        files = ["/".join(row.file.replace("\\", "/").split("/")[-2:]) for row in seen.rows]
        foreign = [file for file in files if file not in known.files]
        self.require(
            not foreign and len(set(files)) == len(files),
            expected="each row has a different file of val/, with its folder",
            seen=(f"{foreign[0]} is not such a file" if foreign[0] else "a row without a file")
            if foreign
            else "a file that comes twice",
            hint='Give the path as val/<class>/<name>.jpg under "file".',
        )
        odd = [row.predicted for row in seen.rows if row.predicted not in known.classes]
        self.require(
            not odd,
            expected=f'"predicted" is one of {", ".join(known.classes)}',
            seen=odd[0] if odd and odd[0] else "a row without a class",
            hint="Write class_names[index], not the index.",
        )

    @manual(1, evidence=[Figures()])
    @number("A4.3")
    @visibility("visible")
    def test_grid(self) -> None:
        """A grid of test images with predictions."""
        self.remark(
            "A person will look for a 10 × 3 grid of test images, each with the class that the network predicts."
        )

    def _reference_accuracy(self) -> float:
        reference = self.reference(BestModel, deferred_inputs(self.evidence))
        return max(map(measures.accuracy, self._confusions(reference, self.evidence.reference.digest)))

    def _best_model(self) -> BestModel:
        return self.observe(BestModel, deferred_inputs(self.evidence))

    def _confusion(self) -> measures.IntArray:
        """Return the confusion matrix of the loader that suits the network better."""
        seen = self._best_model()
        usable = self._confusions(seen, self.evidence.submission.digest)
        if not usable:
            problem = next((one.error for one in (seen.by_harness, seen.by_student) if isinstance(one, Failure)), "")
            self.fail_because(
                expected="finite logits for ten classes",
                seen=problem or "logits of another shape, or not finite",
                hint="Try it at home: CNN(**config), load_state_dict, and an image of input_size.",
            )
        return max(usable, key=measures.accuracy)

    def _confusions(self, seen: BestModel, digest: str) -> list[measures.IntArray]:
        logits = [one for one in (seen.by_student, seen.by_harness) if isinstance(one, LoaderLogits)]
        found = [self._confusion_of(one, digest) for one in logits]
        return [one for one in found if one is not None]

    def _confusion_of(self, seen: LoaderLogits, digest: str) -> measures.IntArray | None:
        """Return the confusion matrix of one loader; None if it did not give nearly all images, or no usable logits."""
        images, labels = shown_to(self.evidence, digest)
        classes = len(test_set(self.evidence.data).classes)
        try:
            predicted = measures.predictions(seen.logits, classes)
        except ValueError:
            return None
        places = files_of(seen.thumbnails, candidates(images))  # loaders may give them in any order
        if len(predicted) != len(places):
            return None
        known, first = np.unique(places, return_index=True)  # a loader may repeat an image, which counts once
        if len(known) < ENOUGH * len(labels):
            return None
        return measures.confusion_matrix(labels[known], predicted[first], classes)
