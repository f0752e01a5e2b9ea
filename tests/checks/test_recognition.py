"""Recognised images are counted by logits, and the staff see the accuracy."""

import numpy as np
import pytest

from autograder.checks.case import SubmissionTestCase
from autograder.checks.findings import Finding, Withheld
from autograder.checks.recognition import confusion_by, show_accuracy, withhold_unless_explained
from autograder.model.plot import Confusion, Interval


def case() -> SubmissionTestCase:
    """Return a test that is not run."""
    made = SubmissionTestCase()
    made.setUp()
    return made


def test_logits_become_a_confusion_matrix() -> None:
    """Rows are true classes; outputs beyond the classes do not count."""
    logits = np.array([[2.0, 1.0, 9.0], [0.0, 1.0, 9.0], [5.0, 1.0, 9.0]])

    assert confusion_by(case(), logits, np.array([0, 1, 1]), 2).tolist() == [[1, 0], [1, 1]]


def test_logits_that_are_not_finite_fail_the_test() -> None:
    """The student reads the number of classes, and where to look."""
    with pytest.raises(Finding) as caught:
        confusion_by(case(), np.array([[np.nan, 1.0]]), np.array([0]), 2)

    assert caught.value.explanation.expected == "finite logits for 2 classes"
    assert "smaller learning rate" in caught.value.explanation.hint


def test_accuracy_is_shown_with_its_interval_and_the_confusion_matrix() -> None:
    """The interval contains the accuracy, which stands beside the threshold and the reference's."""
    shown = case()
    show_accuracy(shown, "Accuracy", np.array([[3, 1], [0, 4]]), ("cat", "dog"), 0.9, 0.95)
    interval, matrix = shown.plots

    assert isinstance(interval, Interval) and interval.low < 7 / 8 < interval.high
    assert (interval.value, interval.threshold, interval.reference) == (7 / 8, 0.9, 0.95)
    assert matrix == Confusion(((3, 1), (0, 4)), ("cat", "dog"))


def test_answers_that_weights_do_not_explain_are_left_to_a_person() -> None:
    """The student reads both accuracies; a network that agrees with its weights is not withheld."""
    words = {"public": "public images", "expected": "the answers follow from the weights", "hint": "Mend forward."}

    withhold_unless_explained(case(), 1.0, 0.9, 0.3, **words)
    with pytest.raises(Withheld, match=r"90% of some public images.* 30% of the held-out ones"):
        withhold_unless_explained(case(), 0.4, 0.9, 0.3, **words)
