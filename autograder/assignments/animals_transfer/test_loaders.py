"""Judges the transforms and the loaders."""

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.animals_transfer.pictures import CLASSES, SIDE, normalised
from autograder.nouns.verdict import Verdict
from autograder.suites import SubmissionTestCase

SIZES = [[300, 180], [90, 150], [224, 224], [60, 60]]  # width, height
COLOURS = [[0, 0, 0], [255, 255, 255], [200, 110, 40]]
DRAWS = 24  # a fair coin that falls 24 times on one side is as good as none
CLOSE, ROUGHLY = 0.03, 0.4  # network units: a fixed picture, and the middle of several that vary in colour
BATCH = 3
MOSTLY = 0.75
COUNTS = {"train": (5, 3, 4), "val": (2, 3, 1), "test": (3, 4, 2)}  # batches of 3 come out even
LEVELS = (20, 128, 235)  # so far apart that no flip, crop or JPEG makes one of another


def layout() -> dict[str, dict[str, list[list[int]]]]:
    """Return a colour for each picture of each class and split; no two are alike."""
    mixed = np.random.default_rng(9).permutation(list(itertools.product(LEVELS, repeat=3)))
    colours = iter(mixed.tolist())
    return {
        split: {name: [next(colours) for _ in range(count)] for name, count in zip(CLASSES, counts, strict=True)}
        for split, counts in COUNTS.items()
    }


def places() -> Iterator[tuple[str, int]]:
    """Yield split and label of each picture, in the layout's order."""
    for split, counts in COUNTS.items():
        for label, count in enumerate(counts):
            yield from [(split, label)] * count


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
                    seen=" × ".join(map(str, shape)),
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
        self.require(
            0 < flipped.sum() < DRAWS,
            expected=f'data_transforms["train"] flips one picture at random: of {DRAWS} times, about half',
            seen=f"{flipped.sum()} times",
            hint="Put transforms.RandomHorizontalFlip() into the transform of the training pictures.",
        )
        kept = np.array(self._value("val", both["val"]["tilts"])) > 0
        self.require(
            bool(kept.all()),
            expected='data_transforms["val"] flips no picture',
            seen=f"{(~kept).sum()} of {DRAWS} times it did",
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
                self.fail_because(expected="three channels", seen=f"{levels.shape[-1]}")
            varies = float(np.ptp(levels, axis=1).max()) > CLOSE and phase == "train"
            for colour, one, right in zip(COLOURS, np.median(levels, axis=1), want, strict=True):
                self.require(
                    bool(np.abs(one - right).max() <= (ROUGHLY if varies else CLOSE)),
                    expected=f'data_transforms["{phase}"] makes ({_listed(right)}) of the colour {tuple(colour)}',
                    seen=f"({_listed(one)})",
                    hint="After ToTensor: Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]).",
                )

    def _transforms(self) -> dict[str, Any]:
        seen: dict[str, Any] = self.observe("transforms", sizes=SIZES, colours=COLOURS, draws=DRAWS)
        return seen

    def _value(self, phase: str, attempt: dict[str, Any]) -> Any:
        """Return what was observed, or fail with the error that was raised instead."""
        self.require(
            not attempt["error"],
            expected=f'data_transforms["{phase}"] takes a PIL picture in RGB',
            seen=attempt["error"],
            hint='Try it at home: data_transforms["train"](Image.open(path).convert("RGB")).',
        )
        return attempt["value"]


class TestLoaders(SubmissionTestCase):
    """1.1 Transforms and loaders"""

    @number("1.1d")
    @weight(1)
    @visibility("visible")
    def test_batches(self) -> None:
        """Each loader gives each picture of its own folder once, in batches of the size asked for; sizes agree."""
        seen = self._loaders()
        for phase in COUNTS:
            if phase == "test" and phase not in seen["phases"]:
                self.remark('Costs nothing: build_dataloaders gives no loader "test".')
                continue
            self.require(
                phase in seen["phases"],
                expected='dataloaders with "train", "val" and "test"',
                seen=f"{', '.join(sorted(seen['phases'])) or 'none of them'}",
            )
            self._check_phase(phase, seen)
        self.require(
            seen["first_batch_by_default"] == 4,
            expected="batches of 4 where no batch_size is given",
            seen=f"batches of {seen['first_batch_by_default']}",
            hint="def build_dataloaders(data_dir, batch_size=4)",
        )

    def _check_phase(self, phase: str, seen: dict[str, Any]) -> None:
        own = [place for place, (split, _) in enumerate(places()) if split == phase]
        loader = seen["phases"][phase]
        foreign = len(set(loader["pictures"][0]) - set(own))
        # Training pictures may vary in colour so much that one is taken for its neighbour.
        different = len(set(loader["pictures"][0])) >= (MOSTLY * len(own) if phase == "train" else len(own))
        self.require(
            len(loader["pictures"][0]) == len(own) and not foreign and different,
            expected=f'the loader "{phase}" gives the {len(own)} pictures of {phase}/ once each',
            seen=f"{len(loader['pictures'][0])} pictures, {foreign} of them from other folders",
            hint=f"Make its data set of the folder {phase}/ alone, and of all of it.",
        )
        self.require(
            set(loader["batches"]) == {BATCH},
            expected=f"{len(own)} pictures in batches of {BATCH}",
            seen=f"batches of {loader['batches']}",
            hint="Hand batch_size on to the DataLoader.",
        )
        self.require(
            seen["sizes"].get(phase) == len(own),
            expected=f'dataset_sizes["{phase}"] == {len(own)}',
            seen=f"{seen['sizes'].get(phase)}",
            hint="It is the number of pictures, len(dataset), and not that of batches.",
        )

    @number("1.1e")
    @weight(1)
    @visibility("visible")
    def test_shuffling(self) -> None:
        """The training pictures come in a new order in each pass."""
        first, second = self._phase("train")["pictures"]
        self.require(
            first != sorted(first) and first != second,
            expected="another order in each pass over the training pictures",
            seen="the order of the folder" if first == sorted(first) else "the same order twice",
            hint="DataLoader(…, shuffle=True) for the training pictures.",
        )

    @number("1.1f")
    @weight(1)
    @visibility("visible")
    def test_classes(self) -> None:
        """Classes are in sorted order, and labels are their places in it."""
        seen = self._loaders()
        self.require(
            seen["classes"] == list(CLASSES),
            expected=f"class_names = {list(CLASSES)}",
            seen=f"{seen['classes']}",
            hint="Folders are listed in any order: sort them, or take ImageFolder's classes.",
        )
        loader, labels = self._phase("train"), [label for _, label in places()]
        want = [labels[place] for place in loader["pictures"][0]]
        self.require(
            sum(a == b for a, b in zip(loader["labels"], want, strict=True)) >= MOSTLY * len(want),
            expected="each picture's label is the place of its folder in class_names",
            seen=f"{sum(a != b for a, b in zip(loader['labels'], want, strict=False))} of {len(want)} are not",
            hint="ImageFolder numbers the classes in sorted order.",
        )

    def _loaders(self) -> dict[str, Any]:
        seen: dict[str, Any] = self.observe("loaders", layout=layout(), batch_size=BATCH)
        return seen

    def _phase(self, phase: str) -> dict[str, Any]:
        phases = self._loaders()["phases"]
        self.require(phase in phases, expected=f'a loader "{phase}"', seen=f"{', '.join(phases) or 'no loader'}")
        loader: dict[str, Any] = phases[phase]
        return loader


def _listed(values: Any) -> str:
    return ", ".join(f"{value:.2f}" for value in values)
