"""Judges the loaders, on a folder of images with a different colour each."""

import itertools
from collections.abc import Iterator

from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.animals_transfer.images import CLASSES
from autograder.assignments.animals_transfer.observed import Loader, Loaders
from autograder.checks import SubmissionTestCase
from autograder.checks.draw import Draw
from autograder.checks.paired import paired

BATCH = 3
MOSTLY = 0.75  # of training images; one whose colour varies may look like another one
COUNTS = {"train": (5, 3, 5), "val": (2, 2, 1), "test": (3, 4, 2)}  # 13, 5 and 9 images
LEVELS = (20, 128, 235)  # so far apart that no flip, crop or JPEG turns one into another


def layout(draw: Draw) -> dict[str, dict[str, list[list[int]]]]:
    """Return a colour for each image of each class and split; no two are alike."""
    colours = iter([list(colour) for colour in draw.order(list(itertools.product(LEVELS, repeat=3)))])
    return {
        split: {name: [next(colours) for _ in range(count)] for name, count in zip(CLASSES, counts, strict=True)}
        for split, counts in COUNTS.items()
    }


def places() -> Iterator[tuple[str, int]]:
    """Yield split and label of each image, in the layout's order."""
    for split, counts in COUNTS.items():
        for label, count in enumerate(counts):
            yield from [(split, label)] * count


KEYS = 'build_dataloaders returns dicts with the keys "train", "val" and "test", like the folders.'


class TestLoaders(SubmissionTestCase):
    """1.1 Transforms and loaders"""

    @number("1.1d")
    @weight(1)
    @visibility("visible")
    def test_batches(self) -> None:
        """Each loader gives each image of its own folder once, in batches of the size asked for; sizes agree."""
        seen = self._loaders()
        for phase in COUNTS:
            self.require(
                phase in seen.phases,
                expected='dataloaders with "train", "val" and "test"',
                seen=f'no "{phase}", only {" and ".join(sorted(seen.phases)) or "other keys"}',
                hint=KEYS,
            )
            self._check_phase(phase, seen)
        self.require(
            seen.first_batch_by_default == 4,
            expected="batches of 4 where no batch_size is given",
            seen=f"batches of {seen.first_batch_by_default}",
            hint="def build_dataloaders(data_dir, batch_size=4)",
        )

    def _check_phase(self, phase: str, seen: Loaders) -> None:
        own = [place for place, (split, _) in enumerate(places()) if split == phase]
        loader = _by_name(seen)[phase]
        images = loader.passes[0]
        foreign = len(set(images) - set(own))
        different = len(set(images)) >= (MOSTLY * len(own) if phase == "train" else len(own))
        self.require(
            len(images) == len(own) and not foreign and different,
            expected=f'the loader "{phase}" gives the {len(own)} images of {phase}/ once each',
            seen=f"{len(images)} images, {foreign} of them from other folders",
            hint="Leave out drop_last: it drops the last, smaller batch."
            if len(images) == len(own) // BATCH * BATCH
            else f"Make its data set from all of the folder {phase}/, and from nothing else.",
        )
        *full, last = loader.batches
        self.require(
            set(full) == {BATCH} and last == (len(own) % BATCH or BATCH),
            expected=f"{len(own)} images in batches of {BATCH}; the last may be smaller",
            seen=f"batches of {loader.batches}",
            hint="Pass batch_size on to the DataLoader.",
        )
        size = {str(name): one for name, one in seen.sizes.items()}.get(phase)
        self.require(
            size == len(own),
            expected=f'dataset_sizes["{phase}"] == {len(own)}',
            seen="none" if size is None else f"{size}",
            hint="It is the number of images, len(dataset), and not of batches.",
        )

    @number("1.1e")
    @weight(1)
    @visibility("visible")
    def test_shuffling(self) -> None:
        """The training images come in a new order in each pass."""
        first, second = self._phase("train").passes
        self.require(
            first != sorted(first) and first != second,
            expected="another order in each pass over the training images",
            seen="the order of the folder" if first == sorted(first) else "the same order twice",
            hint="DataLoader(…, shuffle=True) for the training images.",
        )

    @number("1.1f")
    @weight(1)
    @visibility("visible")
    def test_classes(self) -> None:
        """Classes are in sorted order, and labels are their places in it."""
        seen = self._loaders()
        self.require(
            seen.classes == list(CLASSES),
            expected=f"class_names = {list(CLASSES)}",
            seen=f"{seen.classes}" if seen.classes else "no names in the result of build_dataloaders",
            hint="Folders come in any order: sort them, or use ImageFolder's classes.",
        )
        loader, labels = self._phase("train"), [label for _, label in places()]
        want = [labels[place] for place in loader.passes[0]]
        self.require(
            sum(a == b for a, b in paired(loader.labels, want)) >= MOSTLY * len(want),
            expected="each image's label is the place of its folder in class_names",
            seen=f"{sum(a != b for a, b in zip(loader.labels, want, strict=False))} of {len(want)} are not",
            hint="ImageFolder numbers the classes in sorted order.",
        )

    def _loaders(self) -> Loaders:
        return self.observe(Loaders, layout=layout(self.draw("layout")), batch_size=BATCH)

    def _phase(self, phase: str) -> Loader:
        phases = _by_name(self._loaders())
        seen = ", ".join(phases) or "no loader"
        self.require(phase in phases, expected=f'a loader "{phase}"', seen=seen, hint=KEYS)
        return phases[phase]


def _by_name(seen: Loaders) -> dict[str, Loader]:
    return {str(phase): loader for phase, loader in seen.phases.items()}
