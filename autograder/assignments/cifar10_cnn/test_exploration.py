"""Judges how the data are explored."""

from typing import Any

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.cifar10_cnn.observed import ClassCounts, UnnormalizedImages
from autograder.assignments.cifar10_cnn.questions import blocks, planes_of
from autograder.checks import SubmissionTestCase
from autograder.checks.differences import first_difference
from autograder.checks.layout import wrong_layout
from autograder.checks.plots import tile_of
from autograder.model.plot import Tiles

MOST_OF_A_CLASS = 9
CLOSE = 0.01


class TestExploration(SubmissionTestCase):
    """3. Exploration"""

    @number("3.1")
    @weight(5)
    @visibility("visible")
    def test_class_counts(self) -> None:
        """class_counts returns the number of images of each class."""
        draw = self.draw("labels")  # some classes do not occur, and all others differ in number
        classes = draw.order(range(10))[: draw.whole(6, 8)]
        uneven = dict(zip(classes, draw.order(range(1, MOST_OF_A_CLASS + 1)), strict=False))
        targets = draw.order([label for label, count in uneven.items() for _ in range(count)])
        counted = self.observe(ClassCounts, targets=targets).counted
        words = [one.label for one in counted if isinstance(one.label, str)]
        self.require(
            not words,
            expected="the keys are the labels, integers from 0 to 9",
            seen=f"keys such as {words[0] if words else ''}",
            hint="Count the labels of dataset.targets; if they are tensors, convert them to int first.",
        )
        found = sorted((one.label, one.count) for one in counted if not isinstance(one.label, str) and one.count != 0)
        want = sorted((label, float(count)) for label, count in uneven.items())
        wrong = next((one for one in want if one not in found), next((one for one in found if one not in want), None))
        self.require(
            wrong is None and len(found) == len(want),
            expected=_as_dict(want),
            seen=_as_dict(found)[:200],
            hint="Go through all labels of the data set that you are given, and add one for each.",
        )

    @number("3.2")
    @weight(3)
    @visibility("visible")
    def test_unnormalize_values(self) -> None:
        """Unnormalize maps images from [-1, 1] back to [0, 1]."""
        colours = blocks(self.draw("image"))
        seen = self.observe(UnnormalizedImages, colours=colours)
        values, right = seen.values, planes_of(colours) / 255
        if _same(values, right) or _same(seen.image_back, right):
            return
        self.show(Tiles("An image after unnormalize()", (tile_of("yours", values), tile_of("right", right))))
        fault = wrong_layout(values, right)
        if values.shape == right.shape:
            fault = fault or first_difference(values, right, CLOSE, ("colour", "row", "column"))
        self.fail_because(
            expected="-1 becomes 0, 0 becomes 0.5, and 1 becomes 1",
            seen=(f"values from {values.min():.2f} to {values.max():.2f}" if values.size else "no values")
            + (f"; {fault}" if fault else ""),
            hint="Undo what Normalize did: it subtracts 0.5 and divides by 0.5.",
        )

    @number("3.3")
    @weight(2)
    @visibility("visible")
    def test_unnormalize_form(self) -> None:
        """The result of unnormalize is a tensor of the image's shape."""
        seen = self.observe(UnnormalizedImages, colours=blocks(self.draw("image")))
        shape = seen.values.shape
        self.require(
            seen.is_tensor and shape == (3, 32, 32),
            expected="a tensor of shape (3, 32, 32)",
            seen=f"{seen.kind} of shape {shape}",
            hint="Return a tensor with the colours first; convert it to an array and move its axes where you plot it.",
        )


def _as_dict(pairs: list[tuple[int, float]]) -> str:
    return "{" + ", ".join(f"{key}: {count:g}" for key, count in pairs) + "}"


def _same(values: np.ndarray[Any, Any], true: np.ndarray[Any, Any]) -> bool:
    """Return whether two images agree, also where the colours come last in the first; the form is judged elsewhere."""
    forms = [values, values.transpose(2, 0, 1)] if values.shape == (32, 32, 3) else [values]
    return any(form.size == true.size and bool(np.allclose(form.ravel(), true.ravel(), atol=CLOSE)) for form in forms)
