"""Judges the uploaded network, and what was written about it."""

from typing import Any

import numpy as np
from gradescope_utils.autograder_utils.decorators import leaderboard, number, visibility, weight

from autograder.assignments.inaturalist_cnn.heldout import candidates, deferred_inputs, shown_to, test_set
from autograder.assignments.inaturalist_cnn.pictures import files_of
from autograder.checks import SubmissionTestCase, manual, measures
from autograder.checks.plots import confusion_of
from autograder.model.plot import Interval

ENOUGH = 0.9  # of the test pictures must come out of the loader
ROWS = 30


class TestBestModel(SubmissionTestCase):
    """A4. The best network"""

    @number("A4.1a")
    @weight(1)
    @visibility("visible")
    def test_checkpoint_fits(self) -> None:
        """CNN(**config.json) is built, and best_model.pth fits into it."""
        self._confusion()

    @leaderboard("test accuracy")
    @number("A4.1b")
    @weight(1)
    @visibility("after_due_date")
    def test_accuracy(self, set_leaderboard_value: Any = None) -> None:
        """The network recognises the test pictures, which reach it a little changed."""
        confusion = self._confusion()
        accuracy, count = measures.accuracy(confusion), int(confusion.sum())
        set_leaderboard_value(round(accuracy, 4))
        low, high = measures.wilson_interval(accuracy, count)
        least = self.threshold("test_accuracy")
        figures = f"{accuracy:.1%} of {count} test pictures (95 % interval {low:.1%} to {high:.1%})"
        self.show(Interval("Accuracy on test pictures", accuracy, low, high, least, self._reference_accuracy()))
        self.show(confusion_of(confusion, test_set(self.evidence.data).classes))
        self.require(
            self.measured("test accuracy", accuracy, least),
            expected=f"{least:.0%} or more",
            seen=figures,
            hint="Save the weights of the epoch that is best on the validation pictures, and train with augmentation.",
        )
        self.remark(f"Accuracy: {figures}.")

    @number("A4.1c")
    @weight(1)
    @visibility("after_due_date")
    def test_claim(self) -> None:
        """The test accuracy that config.json states is the one that the network reaches."""
        confusion = self._confusion()
        accuracy = measures.accuracy(confusion)
        claim = self._best_model()["claim"]
        self.require(
            claim is not None and 0 <= claim <= 100,
            expected='config.json has "test_accuracy", a number from 0 to 1, or percent',
            seen="none" if claim is None else f"{claim:g}",
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
            hint="Measure with evaluate over the whole test loader, and after the weights are saved.",
        )

    @number("A4.2")
    @weight(1)
    @visibility("visible")
    def test_predictions(self) -> None:
        """predictions.json has 30 rows: different test pictures, and a class for each."""
        seen = self.observe("predictions")
        known = test_set(self.evidence.data)
        self.require(
            seen["count"] == ROWS,
            expected=f"{ROWS} rows",
            seen=f"{seen['count']}",
            hint='A list of 30 objects such as {"file": "val/Aves/….jpg", "predicted": "Insecta"}.',
        )
        files = ["/".join(file.replace("\\", "/").split("/")[-2:]) for file, _ in seen["rows"]]
        foreign = [file for file in files if file not in known.files]
        self.require(
            not foreign and len(set(files)) == len(files),
            expected="each row has another file of val/, with its folder",
            seen=f"{foreign[0] or 'a row without a file'} is none" if foreign else "a file that comes twice",
            hint='Give the path as val/<class>/<name>.jpg under "file".',
        )
        odd = [predicted for _, predicted in seen["rows"] if predicted not in known.classes]
        self.require(
            not odd,
            expected=f'"predicted" is one of {", ".join(known.classes)}',
            seen=odd[0] if odd and odd[0] else "nothing by that name",
            hint="Write class_names[index], not the index.",
        )

    @manual(1)
    @number("A4.3")
    @visibility("visible")
    def test_grid(self) -> None:
        """A grid of test pictures with predictions."""
        self.remark("What a person will look for: a 10 × 3 grid of test pictures with what the network says of them.")

    def _reference_accuracy(self) -> float:
        passes = self.reference("best_model", deferred_inputs(self.evidence))["passes"]
        found = [self._confusion_of(one, self.evidence.reference.digest) for one in passes if "logits" in one]
        return max(measures.accuracy(one) for one in found if one is not None)

    def _best_model(self) -> dict[str, Any]:
        seen: dict[str, Any] = self.observe("best_model", deferred_inputs(self.evidence))
        return seen

    def _confusion(self) -> measures.IntArray:
        """Return the confusion matrix by the better of both ways to prepare the pictures."""
        digest = self.evidence.submission.digest
        found = [self._confusion_of(one, digest) for one in self._best_model()["passes"] if "logits" in one]
        usable = [one for one in found if one is not None]
        if not usable:
            problem = next((one["error"] for one in self._best_model()["passes"][::-1] if "error" in one), "")
            self.fail_because(
                expected="finite logits for ten classes",
                seen=problem or "logits of another shape, or not finite",
                hint="Try it at home: CNN(**config), load_state_dict, and a picture of input_size.",
            )
        return max(usable, key=measures.accuracy)

    def _confusion_of(self, one: dict[str, Any], digest: str) -> measures.IntArray | None:
        pictures, labels = shown_to(self.evidence, digest)
        classes = len(test_set(self.evidence.data).classes)
        try:
            predicted = measures.predictions(one["logits"], classes)
        except ValueError:
            return None
        places = files_of(one["thumbnails"], candidates(pictures))  # loaders may give them in any order
        if len(predicted) != len(places) or not ENOUGH * len(labels) <= len(np.unique(places)) <= len(places):
            return None
        return measures.confusion_matrix(labels[places], predicted, classes)
