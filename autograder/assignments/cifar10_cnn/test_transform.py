"""Judges the transform."""

from typing import Any

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.nouns.picture import Tiles
from autograder.suites import SubmissionTestCase
from autograder.suites.pictures import tile_of

LEVELS = [0, 51, 128, 255]
CLOSE = 0.01  # a little more than one step of 8-bit levels in [-1, 1]
SAME_PICTURE = 0.999  # least correlation of each colour plane with the true one


class TestTransform(SubmissionTestCase):
    """1. Transform"""

    @number("1.1")
    @weight(3)
    @visibility("visible")
    def test_float_tensor(self) -> None:
        """get_transform makes a float tensor of shape (3, 32, 32) of a PIL image."""
        seen = self.observe("picture")
        self.require(
            (seen["is_tensor"], seen["dtype"], seen["shape"]) == (True, "float32", [3, 32, 32]),
            expected="a float32 tensor of shape (3, 32, 32)",
            seen=f"{seen['kind']} of {seen['dtype']} numbers, shape {tuple(seen['shape'])}",
            hint="transforms.ToTensor() makes one, colours first; put it before Normalize.",
        )

    @number("1.2")
    @weight(4)
    @visibility("visible")
    def test_scale(self) -> None:
        """Its values lie in [-1, 1]: black becomes -1, and white 1."""
        ranges = self.observe("grey_pictures", levels=LEVELS)["ranges"]
        for level, found in zip(LEVELS, ranges, strict=True):
            want = level / 127.5 - 1
            self.require(
                len(found) == 2 and max(abs(value - want) for value in found) <= CLOSE,
                expected=f"a picture whose values are all {level} becomes {want:.2f} everywhere",
                seen=f"values from {found[0]:.3g} to {found[1]:.3g}" if found else "no numbers",
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
        shows = any(_shows(planes, seen["true"]) for planes in _as_planes(seen["picture"]))
        if not shows:
            tiles = (tile_of("yours", seen["picture"], seen["dtype"]), tile_of("the picture", seen["true"]))
            self.show(Tiles("A picture before and after get_transform()", tiles))
        self.require(
            shows,
            expected="the tensor shows the picture, red, green and blue plane in turn",
            seen="another picture, or one that is mirrored, turned or has its colours swapped",
            hint="Let ToTensor() do the work: it puts the colours first and keeps rows and columns.",
        )


def _as_planes(array: np.ndarray[Any, Any]) -> list[np.ndarray[Any, Any]]:
    """Return the array as colour planes, also where the colours come last; that is judged elsewhere."""
    found = [array] if array.shape == (3, 32, 32) else []
    return [*found, array.transpose(2, 0, 1)] if array.shape == (32, 32, 3) else found


def _shows(planes: np.ndarray[Any, Any], true: np.ndarray[Any, Any]) -> bool:
    return all(
        np.std(a) > 0 and np.corrcoef(a.ravel(), b.ravel())[0, 1] >= SAME_PICTURE
        for a, b in zip(planes, true, strict=True)
    )
