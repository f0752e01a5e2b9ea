"""Judges the transforms."""

from typing import TypeVar

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.animals_transfer.appearance import fault_of, tiles_of
from autograder.assignments.animals_transfer.images import IMAGENET_MEAN, IMAGENET_STD, SIDE, FloatArray, normalised
from autograder.assignments.animals_transfer.observed import Loaders, Sample, Transform, Transforms
from autograder.assignments.animals_transfer.test_loaders import BATCH, layout
from autograder.checks import SubmissionTestCase
from autograder.checks.draw import Draw
from autograder.checks.paired import paired
from autograder.checks.value_range import wrong_range

Value = TypeVar("Value")
EXTREMES = [[0, 0, 0], [255, 255, 255]]
LEVELS = ((20, 60), (90, 140), (180, 230))  # from which those of another colour are drawn
DRAWS = 24  # a fair coin that falls 24 times on one side is as good as none
KEEP_PLACES = "Fix this first: transforms.ToTensor() puts the colours first and keeps rows and columns in place."
CLOSE, ROUGHLY = 0.03, 0.4  # network units: a fixed image, and the middle of several that vary in colour


def sizes_of(draw: Draw) -> list[list[int]]:
    """Return width and height of a wide image, a high one, one of the right size, and a small one."""
    short, long = draw.whole(80, 120), draw.whole(150, 300)
    return [[long, short], [short, long], [SIDE, SIDE], [draw.whole(50, 70)] * 2]


def colours_of(draw: Draw) -> list[list[int]]:
    """Return black, white, and a colour of three levels."""
    return [*EXTREMES, draw.order([draw.whole(*bounds) for bounds in LEVELS])]


def ramp_of(draw: Draw) -> list[int]:
    """Return grey levels of an image's left and right edge; either may be the darker."""
    return draw.order([draw.whole(70, 100), draw.whole(150, 180)])


class TestTransforms(SubmissionTestCase):
    """1.1 Transforms and loaders"""

    @number("1.1a")
    @weight(4)
    @visibility("visible")
    def test_size(self) -> None:
        """Both transforms turn images of any shape into float tensors of 3 × 224 × 224."""
        for phase, seen in self._transforms():
            shapes = [self._value(phase, one) for one in seen.shapes]
            for (width, height), shape in paired(sizes_of(self.draw("sizes")), shapes):
                self.require(
                    shape == [3, SIDE, SIDE],
                    expected=f'data_transforms["{phase}"] turns an image {width} wide and {height} high into '
                    f"3 × {SIDE} × {SIDE}",
                    seen=" × ".join(map(str, shape)) + (self._shown(phase) if shape != [3, SIDE, SIDE] else ""),
                    hint=f"Resize({SIDE}) sets the shorter side only; Resize(({SIDE}, {SIDE})) sets both.",
                )
            self.require(
                self._value(phase, seen.floats),
                expected=f'data_transforms["{phase}"] returns a float tensor',
                seen="integers",
                hint="transforms.ToTensor() makes floats in [0, 1].",
            )

    @number("1.1b")
    @weight(4)
    @visibility("visible")
    def test_flip_on_train_only(self) -> None:
        """Images are flipped horizontally at random in training, and never in validation or test."""
        (_, train), (_, val) = self._transforms()
        left, right = ramp_of(self.draw("ramp"))
        up = np.sign(right - left)
        flipped = up * np.array(self._value("train", train.tilts)) < 0
        told = "" if 0 < flipped.sum() < DRAWS else self._shown("train")
        self.require(
            0 < flipped.sum() < DRAWS,
            expected=f'data_transforms["train"] flips an image at random, about half of {DRAWS} times',
            seen=f"{flipped.sum()} times{told}",
            hint=KEEP_PLACES
            if told
            else "Put transforms.RandomHorizontalFlip() into the transform of the training images.",
        )
        kept = up * np.array(self._value("val", val.tilts)) > 0
        self.require(
            bool(kept.all()),
            expected='data_transforms["val"] flips no image',
            seen=f"it did {(~kept).sum()} of {DRAWS} times" + ("" if kept.all() else self._shown("val")),
            hint="A measurement must not depend on chance: keep flips for training.",
        )
        self._require_flips_of_the_training_loader_alone()

    def _require_flips_of_the_training_loader_alone(self) -> None:
        loaders = self.observation(Loaders, layout=layout(self.draw("layout")), batch_size=BATCH).value
        for phase, loader in loaders.phases.items() if loaders else ():
            turned = sum(tilt < 0 for tilt in loader.tilts)
            self.require(
                phase != "train" or turned > 0 or not loader.tilts,
                expected=f'the images of the loader "{phase}" are flipped at random',
                seen=f"none of {len(loader.tilts)} images is flipped",
                hint='Use data_transforms["train"] for the training images.',
            )
            self.require(
                phase == "train" or turned == 0,
                expected=f'the images of the loader "{phase}" are not flipped',
                seen=f"{turned} of {len(loader.tilts)} are",
                hint='Give data_transforms["train"] to the training images only. A part that is split off from '
                "them keeps their transform.",
            )

    @number("1.1c")
    @weight(4)
    @visibility("visible")
    def test_normalisation(self) -> None:
        """Both transforms normalise with ImageNet's mean and standard deviation."""
        colours = colours_of(self.draw("colours"))
        want = normalised(colours)
        for phase, seen in self._transforms():
            levels = np.array(self._value(phase, seen.levels))  # (colours, draws, channels)
            if levels.shape[-1] != 3:
                self.fail_because(
                    expected="three channels",
                    seen=f"{levels.shape[-1]}",
                    hint="Keep red, green and blue: no Grayscale; Normalize takes three means and three deviations.",
                )
            varies = float(np.ptp(levels, axis=1).max()) > CLOSE and phase == "train"
            tolerance = ROUGHLY if varies else CLOSE
            found = np.median(levels, axis=1)
            wrong = wrong_range(found, np.array(colours) / 255, IMAGENET_MEAN, IMAGENET_STD)
            for colour, one, right in paired(colours, found, want):
                fits = bool(np.abs(one - right).max() <= tolerance)
                self.require(
                    fits,
                    expected=f'data_transforms["{phase}"] turns the colour {tuple(colour)} into ({_listed(right)}), '
                    f"each within {tolerance:g}",
                    seen=f"({_listed(one)})" + (f": {wrong}" if wrong else "") + ("" if fits else self._shown(phase)),
                    hint="After ToTensor: Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]).",
                )

    def _transforms(self) -> tuple[tuple[str, Transform], tuple[str, Transform]]:
        """Return the transforms with their names."""
        seen = self.observe(
            Transforms,
            sizes=sizes_of(self.draw("sizes")),
            colours=colours_of(self.draw("colours")),
            draws=DRAWS,
            ramp=ramp_of(self.draw("ramp")),
        )
        return ("train", seen.train), ("val", seen.val)

    def _shown(self, phase: str) -> str:
        """Show a transformed image; return the fault in its layout, behind a semicolon."""
        sample = dict(self._transforms())[phase].sample
        if not isinstance(sample, Sample):
            return ""
        self.show(tiles_of(phase, sample))
        fault = fault_of(sample, may_be_mirrored=phase == "train")
        return f"; {fault}" if fault else ""

    def _value(self, phase: str, attempt: Value | str) -> Value:
        """Return the observed value, or fail with the error that was raised instead."""
        if isinstance(attempt, str):
            self.fail_because(
                expected=f'data_transforms["{phase}"] takes a PIL image in RGB',
                seen=attempt,
                hint='Try it at home: data_transforms["train"](Image.open(path).convert("RGB")).',
            )
        return attempt


def _listed(values: FloatArray) -> str:
    return ", ".join(f"{value:.2f}" for value in values)
