"""Judges the transform."""

import numpy as np
import numpy.typing as npt
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.cifar10_cnn.observed import GreyImages, Transformed
from autograder.assignments.cifar10_cnn.questions import blocks, planes_of
from autograder.checks import SubmissionTestCase
from autograder.checks.layout import shows, wrong_layout, wrong_shape
from autograder.checks.paired import paired
from autograder.checks.plots import tile_of
from autograder.checks.value_range import wrong_range
from autograder.model.plot import Tiles

FloatArray = npt.NDArray[np.float32]
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
        seen = self._transformed()
        form = wrong_shape(seen.image, SHAPE)
        if form:
            self._show(seen)
        self.require(
            (seen.is_tensor, seen.dtype, seen.shape) == (True, "float32", [*SHAPE]),
            expected="a float32 tensor of shape (3, 32, 32)",
            seen=f"{seen.kind} of {seen.dtype} numbers, shape {tuple(seen.shape)}" + (f": {form}" if form else ""),
            hint="transforms.ToTensor() makes one, colours first; put it before Normalize.",
        )

    @number("1.2")
    @weight(4)
    @visibility("visible")
    def test_scale(self) -> None:
        """Its values lie in [-1, 1]: black becomes -1, and white 1."""
        draw = self.draw("levels")
        levels = [0, draw.whole(30, 110), draw.whole(140, 230), 255]
        ranges = self.observe(GreyImages, levels=levels).ranges
        fault = self._fault_of_scale()
        for level, found in paired(levels, ranges):
            want = level / 127.5 - 1
            self.require(
                found is not None and max(abs(value - want) for value in found) <= CLOSE,
                expected=f"an image whose values are all {level} becomes {want:.2f} everywhere, within {CLOSE:g}",
                seen=(f"values from {found[0]:.3g} to {found[1]:.3g}" if found else "no numbers")
                + (f": {fault}" if fault else ""),
                hint="ToTensor() gives [0, 1]; Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)) takes that to [-1, 1].",
            )

    @number("1.3")
    @weight(3)
    @visibility("visible")
    def test_shows_the_image(self) -> None:
        """It leaves the image as it is: nothing random, and pixels and colours in place."""
        seen = self._transformed()
        self.require(
            seen.same_each_time,
            expected="the same image gives the same tensor each time",
            seen="the tensor varies",
            hint="The test images go through this transform too, so leave out every random change.",
        )
        right = shows(seen.image, self._image())
        if not right:
            self._show(seen)
        self.require(
            right,
            expected="the tensor shows the image: first its red plane, then the green and the blue one",
            seen=wrong_layout(seen.image, self._image()) or "another image, or a distorted one",
            hint="Let ToTensor() do the work: it puts the colours first and keeps rows and columns.",
        )

    def _transformed(self) -> Transformed:
        return self.observe(Transformed, colours=blocks(self.draw("image")))

    def _image(self) -> FloatArray:
        """Return the image that the transform is given, (3, 32, 32) in [0, 255]."""
        return planes_of(blocks(self.draw("image")))

    def _show(self, seen: Transformed) -> None:
        """Show what the transform makes of an image beside what is right."""
        tiles = (tile_of("yours", seen.image, seen.dtype), tile_of("right", self._image() / 127.5 - 1, "float32"))
        self.show(Tiles("An image after get_transform()", tiles))

    def _fault_of_scale(self) -> str:
        """Return what is wrong with the values of an image; empty where that cannot be named."""
        seen = self._transformed()
        if seen.image.shape != SHAPE:
            return ""
        pixels, levels = (planes.reshape(3, -1).T for planes in (seen.image, self._image() / 255))
        fault = wrong_range(pixels, levels, ONE_HALF, ONE_HALF)
        if fault:
            self._show(seen)
        return fault
