"""Judges the transform."""

from typing import Any

from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.checks import SubmissionTestCase
from autograder.checks.layout import shows, wrong_layout, wrong_shape
from autograder.checks.plots import tile_of
from autograder.checks.value_range import wrong_range
from autograder.model.plot import Tiles

LEVELS = [0, 51, 128, 255]
CLOSE = 0.01  # a little more than one step of 8-bit levels in [-1, 1]
SHAPE = (3, 32, 32)
ONE_HALF = (0.5, 0.5, 0.5)  # mean and standard deviation


class TestTransform(SubmissionTestCase):
    """1. Transform"""

    @number("1.1")
    @weight(3)
    @visibility("visible")
    def test_float_tensor(self) -> None:
        """get_transform makes a float tensor of shape (3, 32, 32) of a PIL image."""
        seen = self.observe("picture")
        form = wrong_shape(seen["picture"], SHAPE)
        if form:
            self._show(seen)
        self.require(
            (seen["is_tensor"], seen["dtype"], seen["shape"]) == (True, "float32", [*SHAPE]),
            expected="a float32 tensor of shape (3, 32, 32)",
            seen=f"{seen['kind']} of {seen['dtype']} numbers, shape {tuple(seen['shape'])}"
            + (f": {form}" if form else ""),
            hint="transforms.ToTensor() makes one, colours first; put it before Normalize.",
        )

    @number("1.2")
    @weight(4)
    @visibility("visible")
    def test_scale(self) -> None:
        """Its values lie in [-1, 1]: black becomes -1, and white 1."""
        ranges = self.observe("grey_pictures", levels=LEVELS)["ranges"]
        fault = self._fault_of_scale()
        for level, found in zip(LEVELS, ranges, strict=True):
            want = level / 127.5 - 1
            self.require(
                len(found) == 2 and max(abs(value - want) for value in found) <= CLOSE,
                expected=f"a picture whose values are all {level} becomes {want:.2f} everywhere, within {CLOSE:g}",
                seen=(f"values from {found[0]:.3g} to {found[1]:.3g}" if found else "no numbers")
                + (f": {fault}" if fault else ""),
                hint="ToTensor() gives [0, 1]; Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)) takes that to [-1, 1].",
            )

    @number("1.3")
    @weight(3)
    @visibility("visible")
    def test_shows_the_picture(self) -> None:
        """It leaves the picture as it is: nothing random, and pixels and colours in place."""
        seen = self.observe("picture")
        self.require(
            seen["same_each_time"],
            expected="the same picture gives the same tensor each time",
            seen="it does not",
            hint="The transform serves the test images as well, so it holds no random change.",
        )
        right = shows(seen["picture"], seen["true"])
        if not right:
            self._show(seen)
        self.require(
            right,
            expected="the tensor shows the picture, red, green and blue plane in turn",
            seen=wrong_layout(seen["picture"], seen["true"]) or "another picture, or one that is distorted",
            hint="Let ToTensor() do the work: it puts the colours first and keeps rows and columns.",
        )

    def _show(self, seen: dict[str, Any]) -> None:
        """Show what the transform makes of a picture beside what is right."""
        tiles = (
            tile_of("yours", seen["picture"], seen["dtype"]),
            tile_of("right", seen["true"] / 127.5 - 1, "float32"),
        )
        self.show(Tiles("A picture after get_transform()", tiles))

    def _fault_of_scale(self) -> str:
        """Return what is wrong with the values of a picture; empty where that cannot be named."""
        seen = self.observe("picture")
        if seen["picture"].shape != SHAPE:
            return ""
        pixels, levels = (planes.reshape(3, -1).T for planes in (seen["picture"], seen["true"] / 255))
        fault = wrong_range(pixels, levels, ONE_HALF, ONE_HALF)
        if fault:
            self._show(seen)
        return fault
