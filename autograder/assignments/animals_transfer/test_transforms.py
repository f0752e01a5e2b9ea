"""Judges the transforms."""

from typing import Any

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.animals_transfer.appearance import fault_of, tiles_of
from autograder.assignments.animals_transfer.pictures import IMAGENET_MEAN, IMAGENET_STD, SIDE, normalised
from autograder.assignments.animals_transfer.test_loaders import BATCH, layout
from autograder.checks import SubmissionTestCase
from autograder.checks.value_range import wrong_range
from autograder.model.verdict import Verdict

SIZES = [[300, 180], [90, 150], [224, 224], [60, 60]]  # width, height
COLOURS = [[0, 0, 0], [255, 255, 255], [200, 110, 40]]
DRAWS = 24  # a fair coin that falls 24 times on one side is as good as none
KEEP_PLACES = "Mend this first: transforms.ToTensor() puts the colours first and keeps rows and columns in place."
CLOSE, ROUGHLY = 0.03, 0.4  # network units: a fixed picture, and the middle of several that vary in colour


class TestTransforms(SubmissionTestCase):
    """1.1 Transforms and loaders"""

    @number("1.1a")
    @weight(4)
    @visibility("visible")
    def test_size(self) -> None:
        """Both transforms make float tensors of 3 × 224 × 224 of pictures of any shape."""
        for phase, seen in self._transforms().items():
            shapes = [self._value(phase, one) for one in seen["shapes"]]
            for (width, height), shape in zip(SIZES, shapes, strict=True):
                self.require(
                    shape == [3, SIDE, SIDE],
                    expected=f'data_transforms["{phase}"] makes 3 × {SIDE} × {SIDE} of a picture {width} wide and '
                    f"{height} high",
                    seen=" × ".join(map(str, shape)) + (self._shown(phase) if shape != [3, SIDE, SIDE] else ""),
                    hint=f"Resize({SIDE}) sets the shorter side alone; Resize(({SIDE}, {SIDE})) sets both.",
                )
            self.require(
                self._value(phase, seen["floats"]),
                expected=f'data_transforms["{phase}"] gives a float tensor',
                seen="integers",
                hint="transforms.ToTensor() makes floats in [0, 1].",
            )

    @number("1.1b")
    @weight(4)
    @visibility("visible")
    def test_flip_on_train_only(self) -> None:
        """Pictures are flipped horizontally at random in training, and never in validation or test."""
        both = self._transforms()
        flipped = np.array(self._value("train", both["train"]["tilts"])) < 0
        told = "" if 0 < flipped.sum() < DRAWS else self._shown("train")
        self.require(
            0 < flipped.sum() < DRAWS,
            expected=f'data_transforms["train"] flips one picture at random: of {DRAWS} times, about half',
            seen=f"{flipped.sum()} times{told}",
            hint=KEEP_PLACES
            if told
            else "Put transforms.RandomHorizontalFlip() into the transform of the training pictures.",
        )
        kept = np.array(self._value("val", both["val"]["tilts"])) > 0
        self.require(
            bool(kept.all()),
            expected='data_transforms["val"] flips no picture',
            seen=f"{(~kept).sum()} of {DRAWS} times it did" + ("" if kept.all() else self._shown("val")),
            hint="What is measured must not depend on chance: keep flips for training.",
        )
        loaders = self.observation("loaders", layout=layout(), batch_size=BATCH)
        phases = loaders.value["phases"] if loaders.verdict is Verdict.RETURNED else {}
        for phase in ("val", "test"):
            turned = sum(tilt < 0 for tilt in phases.get(phase, {}).get("tilts", ()))
            self.require(
                turned == 0,
                expected=f'the pictures of the loader "{phase}" are not flipped',
                seen=f"{turned} of {len(phases.get(phase, {}).get('tilts', ()))} are",
                hint='Give data_transforms["train"] to the training pictures only. A part that is split off from '
                "them keeps their transform.",
            )

    @number("1.1c")
    @weight(4)
    @visibility("visible")
    def test_normalisation(self) -> None:
        """Both transforms normalise with ImageNet's mean and standard deviation."""
        want = normalised(COLOURS)
        for phase, seen in self._transforms().items():
            levels = np.array(self._value(phase, seen["levels"]))  # (colours, draws, channels)
            if levels.shape[-1] != 3:
                self.fail_because(
                    expected="three channels",
                    seen=f"{levels.shape[-1]}",
                    hint="Keep red, green and blue: no Grayscale; Normalize takes three means and three deviations.",
                )
            varies = float(np.ptp(levels, axis=1).max()) > CLOSE and phase == "train"
            tolerance = ROUGHLY if varies else CLOSE
            found = np.median(levels, axis=1)
            wrong = wrong_range(found, np.array(COLOURS) / 255, IMAGENET_MEAN, IMAGENET_STD)
            for colour, one, right in zip(COLOURS, found, want, strict=True):
                fits = bool(np.abs(one - right).max() <= tolerance)
                self.require(
                    fits,
                    expected=f'data_transforms["{phase}"] makes ({_listed(right)}) of the colour {tuple(colour)}, '
                    f"each within {tolerance:g}",
                    seen=f"({_listed(one)})" + (f": {wrong}" if wrong else "") + ("" if fits else self._shown(phase)),
                    hint="After ToTensor: Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]).",
                )

    def _transforms(self) -> dict[str, Any]:
        seen: dict[str, Any] = self.observe("transforms", sizes=SIZES, colours=COLOURS, draws=DRAWS)
        return seen

    def _shown(self, phase: str) -> str:
        """Show what a transform makes of a picture; return what is wrong with its layout, behind a semicolon."""
        picture = self._transforms()[phase]["picture"]["value"]
        if picture is None:
            return ""
        self.show(tiles_of(phase, picture))
        fault = fault_of(picture, may_be_mirrored=phase == "train")
        return f"; {fault}" if fault else ""

    def _value(self, phase: str, attempt: dict[str, Any]) -> Any:
        """Return what was observed, or fail with the error that was raised instead."""
        self.require(
            not attempt["error"],
            expected=f'data_transforms["{phase}"] takes a PIL picture in RGB',
            seen=attempt["error"],
            hint='Try it at home: data_transforms["train"](Image.open(path).convert("RGB")).',
        )
        return attempt["value"]


def _listed(values: Any) -> str:
    return ", ".join(f"{value:.2f}" for value in values)
