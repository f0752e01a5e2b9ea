"""Judges the images that a network recognises: counts them by logits, and shows the accuracy."""

from collections.abc import Sequence

from autograder.checks import measures
from autograder.checks.case import SubmissionTestCase
from autograder.checks.clean_room import does_not_follow, is_never_finite
from autograder.checks.measures import FloatArray, IntArray
from autograder.checks.plots import confusion_of
from autograder.model.plot import Interval
from autograder.wire.network import ShownImages

LOOK_AT_THE_LOSS = "Look at the loss while you train. If it becomes NaN, try a smaller learning rate."


def confusion_by(case: SubmissionTestCase, logits: FloatArray, labels: IntArray, classes: int) -> IntArray:
    """Return the confusion matrix of a network's logits, (C, C); fails the test if they predict no class.

    Args:
        case: the test.
        logits: (N, D ≥ C), of which the first C count.
        labels: (N,) in [0, C).
        classes: C.
    """
    try:
        predicted = measures.predictions(logits, classes)
    except ValueError as error:
        case.fail_because(
            expected=f"finite logits for {classes} classes",
            seen=str(error),
            hint=LOOK_AT_THE_LOSS,
        )
    return measures.confusion_matrix(labels, predicted, classes)


def require_finite(case: SubmissionTestCase, passes: Sequence[ShownImages], classes: int, *, public: str) -> None:
    """Fail the test if the student's network has finite outputs for none of the public images.

    Args:
        case: the test.
        passes: the network's answers for the public images.
        classes: number of classes.
        public: a noun for one of these images, such as `"image of test_batch"`.
    """
    case.require(
        not is_never_finite(passes),
        expected=f"finite logits for {classes} classes",
        seen=f"the logits are not finite for any {public}",
        hint=LOOK_AT_THE_LOSS,
    )


def show_accuracy(
    case: SubmissionTestCase, title: str, confusion: IntArray, names: Sequence[str], asked: float, reference: float
) -> None:
    """Show an accuracy with its 95 % interval, beside the threshold and the reference's, and the confusion matrix.

    Args:
        case: the test.
        title: of the plot.
        confusion: (C, C) counts; rows are true classes and columns predicted ones.
        names: of the classes.
        asked: the accuracy that earns all points.
        reference: the reference solution's accuracy.
    """
    fraction = measures.accuracy(confusion)
    low, high = measures.wilson_interval(fraction, int(confusion.sum()))
    case.show(Interval(title, fraction, low, high, asked, reference))
    case.show(confusion_of(confusion, names))


def withhold_unless_explained(
    case: SubmissionTestCase, agreement: float, own: float, ours: float, *, public: str, expected: str, hint: str
) -> None:
    """Leave the points to a person if a network answers better than its weights explain.

    Args:
        case: the test.
        agreement: share of public images for which our network with the same weights predicts the same.
        own: accuracy of the student's network on the public images.
        ours: accuracy of our network on the held-out images.
        public: a noun for the public images, such as `"images of test_batch"`.
        expected: the origin that answers must have, for the student.
        hint: how to mend it.
    """
    if does_not_follow(agreement, own, ours):
        case.withhold(
            expected=expected,
            seen=f"your network recognises {own:.0%} of some {public}. The same layers and weights, without your code, "
            f"recognise {ours:.0%} of the held-out ones",
            hint=hint,
        )
