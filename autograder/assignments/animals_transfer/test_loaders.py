"""Judges the loaders, on a folder of pictures that are told apart by their colour."""

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.animals_transfer.pictures import CLASSES
from autograder.checks import SubmissionTestCase

BATCH = 3
MOSTLY = 0.75  # of training pictures; those that vary in colour may be taken for their neighbours
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


KEYS = 'build_dataloaders returns dicts with the keys "train", "val" and "test", named as the folders are.'


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
                hint=KEYS,
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
        seen = ", ".join(phases) or "no loader"
        self.require(phase in phases, expected=f'a loader "{phase}"', seen=seen, hint=KEYS)
        loader: dict[str, Any] = phases[phase]
        return loader
