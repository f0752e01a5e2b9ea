"""Judges `history.json` and `predictions.json`."""

from typing import Any

import numpy as np
from gradescope_utils.autograder_utils.decorators import leaderboard, number, visibility, weight

from autograder.assignments.animals_transfer.images import CLASSES, prediction_key
from autograder.assignments.animals_transfer.observed import HistoryFile, PredictionsFile
from autograder.assignments.animals_transfer.told_by_history import told_by
from autograder.checks import SubmissionTestCase, discloses, measures
from autograder.checks.low_accuracy import NO_CAUSE, likely_cause
from autograder.checks.plots import confusion_of
from autograder.checks.uploaded_accuracy import Uploaded, cause_of_upload
from autograder.model.plot import Interval

EPOCHS = 50
CURVES = ("train_loss", "train_acc", "val_loss", "val_acc", "lr", "time")


class TestHistoryFile(SubmissionTestCase):
    """2.3 Training"""

    @number("2.3f")
    @weight(4)
    @visibility("visible")
    def test_history_of_50_epochs(self) -> None:
        """history.json holds six curves of 50 epochs for each network in it."""
        found = self.observe(HistoryFile).histories
        for name, curves in found.items():
            for curve in CURVES:
                numbers = curves.get(curve, [])
                self.require(
                    len(numbers) == EPOCHS,
                    expected=f"{EPOCHS} numbers in {curve} of {name}",
                    seen=f"{len(numbers)}",
                    hint="Train for 50 epochs, with one entry for each, and save the result of train_model.",
                )
                wrong = [one for one in numbers if not _plausible(curve, one)]
                self.require(
                    not wrong,
                    expected=f"{curve} of {name} holds {_range_in_words(curve)}",
                    seen=f"{len(wrong)} other entries, such as {wrong[0] if wrong else ''!r}",
                    hint="Write plain numbers: float(tensor) or tensor.item().",
                )
        if len(found) < 3:
            self.remark(f"Costs nothing: history.json holds {len(found)} of three networks.")


def _plausible(curve: str, value: Any) -> bool:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return False
    if curve.endswith("acc"):
        return 0 <= value <= 100
    return 0 <= value < 1e9


def _range_in_words(curve: str) -> str:
    return "fractions, or percents" if curve.endswith("acc") else "numbers of 0 or more"


class TestPredictionsFile(SubmissionTestCase):
    """2.6 Prediction"""

    @number("2.6d")
    @weight(3)
    @visibility("visible")
    def test_predictions_are_complete(self) -> None:
        """predictions.json names a class for each image of animals/prediction."""
        answers, names = self.observe(PredictionsFile).answers, prediction_key(self.evidence.data)
        missing = sorted(names.keys() - answers.keys())
        self.require(
            not missing,
            expected=f"an answer for each of the {len(names)} images, by its name",
            seen=f"{len(missing)} are missing: {', '.join(missing[:4])}{' …' if len(missing) > 4 else ''}",
            hint='{"image_01.jpg": "cats", "image_02.jpg": …}',
        )
        foreign = sorted({answers[name] for name in names} - set(CLASSES))
        self.require(
            not foreign,
            expected=f"answers among {', '.join(CLASSES)}",
            seen=f"{foreign[0] if foreign else ''!r}",
            hint="Write the name of the class, as predict returns it.",
        )

    @leaderboard("accuracy on unlabelled images")
    @discloses("accuracy of predictions.json")
    @number("2.6e")
    @weight(1)
    @visibility("after_due_date")
    def test_predictions_are_useful(self, set_leaderboard_value: Any = None) -> None:
        """The answers in predictions.json are better than guesses."""
        answers, key = self.observe(PredictionsFile).answers, prediction_key(self.evidence.data)
        threshold = self.threshold("prediction_accuracy")
        seen = self.observation(HistoryFile).value
        told = told_by(seen.histories) if seen else None

        def measure() -> float:
            accuracy = _accuracy(answers, key)
            low, high = measures.wilson_interval(accuracy, len(key))
            reference = _accuracy(self.reference(PredictionsFile).answers, key)
            set_leaderboard_value(round(accuracy, 4))
            self.show(Interval("Accuracy of predictions.json", accuracy, low, high, threshold, reference))
            confusion = _confusion(answers, key)
            self.show(confusion_of(confusion, CLASSES))
            if accuracy < threshold:
                cause = cause_of_upload(Uploaded(confusion, CLASSES, stated=told.stated if told else None))
                self.remark(f"{cause.seen}. {cause.hint}")
            if threshold and measures.implausible(round(accuracy * len(key)), len(key), reference):
                self.withhold(
                    expected=f"about as much as the {reference:.0%} of the reference solution's network",
                    seen=f"{accuracy:.0%}, which is more than a network learns from the training images",
                    hint="Ask the student how they made these answers.",
                )
            return accuracy

        step = self.disclosed(measure, full=threshold)
        given = [answers[name] for name in key if name in answers]
        history = likely_cause(told.training) if told else NO_CAUSE
        explained = history is not NO_CAUSE
        self.require(
            len(set(given)) > 1,
            expected="answers that tell the images apart",
            seen="the same answer for all of them" if given else "no answer for any of them",
            hint="Predict with a trained network in evaluation mode.",
        )
        self.require(
            step.share == 1.0,
            expected=f"{threshold:.0%} or more right; guesses get a third right",
            seen=f"{step.words} of {len(key)} images" + (f"\n{history.seen}" if explained else ""),
            hint=(f"{history.hint} " if explained else "") + "Predict with the best of your three networks, in "
            "evaluation mode, with the validation transform.",
        )
        self.remark(f"{step.words} of {len(key)} images are right.")


def _accuracy(answers: dict[str, str], key: dict[str, str]) -> float:
    return sum(answers.get(name) == right for name, right in key.items()) / len(key)


def _confusion(answers: dict[str, str], key: dict[str, str]) -> measures.IntArray:
    """Return the confusion matrix of the images that have an answer among the classes."""
    pairs = [
        (CLASSES.index(right), CLASSES.index(answers[name]))
        for name, right in key.items()
        if answers.get(name) in CLASSES
    ]
    labels, predicted = np.array(pairs, np.int64).reshape(-1, 2).T
    return measures.confusion_matrix(labels, predicted, len(CLASSES))
