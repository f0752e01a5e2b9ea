"""Judges `train_val_split`."""

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.inaturalist_cnn.observed import Split, Splits
from autograder.checks import SubmissionTestCase

CLASSES = 10
FIVES = (3, 16)  # images of a class, in fives, so that 20 % is a whole number
LARGEST_SEED = 1000
ROUNDING = 1  # images of a class more or fewer, for those who round up or down
FRACTIONS = (0.2, 0.4)


class TestSplit(SubmissionTestCase):
    """A2. Training and validation images"""

    @number("A2.1a")
    @weight(1)
    @visibility("visible")
    def test_fraction_and_completeness(self) -> None:
        """20 % of all images, or val_fraction, are for validation; each image is in one of the two parts."""
        counts = self._counts()
        total = sum(counts)
        for fraction in FRACTIONS:
            for one in self._splits(fraction)[:1]:
                both = np.concatenate([one.train, one.val])
                shared = np.intersect1d(one.train, one.val)
                self.require(
                    shared.size == 0,
                    expected="no image is in both parts",
                    seen=f"{shared.size} indices are in both, such as {shared[:3].tolist()}",
                    hint="Train on the indices that are not for validation.",
                )
                self.require(
                    np.array_equal(np.sort(both), np.arange(total)),
                    expected=f"each of the {total} indices once",
                    seen=f"{len(both)} indices, {len(np.unique(both))} different ones",
                    hint="All indices that are not for validation are for training.",
                )
                rounding = ROUNDING * len(counts)
                self.require(
                    abs(len(one.val) - fraction * total) <= rounding,
                    expected=f"val_fraction={fraction}: {fraction * total:.0f} of {total} images for validation, "
                    f"or up to {rounding} more or fewer",
                    seen=f"{len(one.val)}",
                    hint="Return (train_indices, val_indices), in this order, and use val_fraction.",
                )

    @number("A2.1b")
    @weight(1)
    @visibility("visible")
    def test_stratified(self) -> None:
        """Each class gives the same share of its images for validation."""
        counts = self._counts()
        labels = np.repeat(np.arange(len(counts)), counts)
        for one in self._splits(FRACTIONS[0]):
            smaller = min((one.train, one.val), key=len)
            share = len(smaller) / len(labels)
            found = np.bincount(labels[smaller[(smaller >= 0) & (smaller < len(labels))]], minlength=len(counts))
            off = np.abs(found - share * np.array(counts))
            worst = int(off.argmax())
            self.require(
                bool(off.max() <= ROUNDING + 0.5) and len(smaller) > 0,
                expected=f"about {share:.0%} of each class; {share * counts[worst]:.0f} of a class with "
                f"{counts[worst]} images, or one more or fewer",
                seen=f"{found[worst]}",
                hint="Split the indices of each class separately, and put the parts together.",
            )

    @number("A2.1c")
    @weight(0.5)
    @visibility("visible")
    def test_random(self) -> None:
        """Another seed gives another split, and the same seed the same split."""
        first, second, third = self._seeds()
        zero, one, again, two = (set(split.val.tolist()) for split in self._splits(FRACTIONS[0]))
        self.require(
            one == again,
            expected=f"the same split for seed={second} each time",
            seen=f"{len(one - again)} of {len(one)} validation images differ"
            + (f"; the first has the index {min(one - again)}" if one - again else ""),
            hint="Make your own generator from the seed, such as random.Random(seed).",
        )
        self.require(
            zero != one and one != two,
            expected=f"different images for seed={first}, seed={second} and seed={third}",
            seen="the same images",
            hint="Shuffle the indices of each class, by a generator made from the seed, before you cut them.",
        )

    def _splits(self, fraction: float) -> list[Split]:
        first, second, third = self._seeds()
        seeds = [first, second, second, third]
        return self.observe(Splits, counts=self._counts(), val_fraction=fraction, seeds=seeds).splits

    def _counts(self) -> list[int]:
        """Return how many images each class has."""
        draw = self.draw("images of each class")
        return [5 * draw.whole(*FIVES) for _ in range(CLASSES)]

    def _seeds(self) -> list[int]:
        """Return three different seeds."""
        return self.draw("seeds of the split").order(range(LARGEST_SEED))[:3]
