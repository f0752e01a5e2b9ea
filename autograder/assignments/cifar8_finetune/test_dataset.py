"""Judges the data set."""

from typing import Any

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.cifar8_finetune.observed import (
    Dataset,
    OwnTransform,
    Sample,
    TransformOnFetch,
    WithoutTransform,
)
from autograder.assignments.cifar8_finetune.questions import POOL, drawn_files
from autograder.checks import SubmissionTestCase, layout
from autograder.checks.findings import ProbeEnded
from autograder.checks.layout import BLUE_FIRST, INTERLEAVED, MIRRORED, RESHAPED, SWAPPED, UPSIDE_DOWN
from autograder.checks.paired import paired
from autograder.checks.plots import tile_of
from autograder.model.plot import Tiles

ONE_FILE = ["cifar10_batches/test_batch"]
SEVERAL_FILES = ["cifar10_batches/data_batch_2", "cifar10_batches/test_batch"]

# Hints for the student about a wrong layout.
HINTS = {
    INTERLEAVED: "A row holds 1024 red values, then 1024 green, then 1024 blue: reshape it to (3, 32, 32) first.",
    SWAPPED: "Each plane is stored row by row. Move the colours last with transpose(1, 2, 0); transpose(2, 1, 0) turns "
    "rows into columns.",
    BLUE_FIRST: "The planes come in the order red, green, blue; keep them in it.",
    UPSIDE_DOWN: "Keep the rows in the order of the file.",
    MIRRORED: 'Keep the columns in the order of the file; mirror images only in the "train" preprocessing.',
    RESHAPED: "Move the colours last with transpose(1, 2, 0); reshape(32, 32, 3) mixes colours and places.",
}


class TestDataset(SubmissionTestCase):
    """1. Dataset"""

    @number("1.1a")
    @weight(4)
    @visibility("visible")
    def test_length_of_one_file(self) -> None:
        """The data set of one file holds all of its samples."""
        self._check_length(self._one_file())

    @number("1.1b")
    @weight(4)
    @visibility("visible")
    def test_length_of_several_files(self) -> None:
        """The data set of several files holds all of their samples."""
        self._check_length(drawn_files(self.draw("several files", pool=POOL), SEVERAL_FILES))

    def _one_file(self) -> list[dict[str, Any]]:
        return drawn_files(self.draw("one file", pool=POOL), ONE_FILE)

    def _check_length(self, files: list[dict[str, Any]]) -> None:
        seen = self.observe(Dataset, files=files).length
        lengths = [len(file["rows"]) for file in files]
        want, names = sum(lengths), [file["name"] for file in files]
        what, hint = wrong_length(seen, want, lengths[-1])
        self.require(seen == want, expected=f"len(build_dataset({names})) is {want}", seen=what, hint=hint)

    @number("1.2")
    @weight(8)
    @visibility("visible")
    def test_image_layout(self) -> None:
        """A sample shows its image: planes, rows and columns in place, at any scale."""
        true = self.reference(Dataset, files=self._one_file()).samples
        seen = self.observe(Dataset, files=self._one_file()).samples
        if all(map(shows, seen, true)):
            return
        own = self.observation(OwnTransform, files=self._one_file()).value
        if own and all(map(shows, own.samples, true)):
            return
        image, right = next((one, other) for one, other in paired(seen, true) if not shows(one, other))
        what, hint = diagnosis(image, right)
        yours = tile_of("yours", image.array, image.kind)
        self.show(Tiles("The first sample that differs", (yours, tile_of("right", right.array))))
        self.fail_because(
            expected="each sample is the image of its row, of shape (3, 32, 32) or (32, 32, 3)",
            seen=what,
            hint=hint,
        )

    @number("1.3")
    @weight(4)
    @visibility("visible")
    def test_labels(self) -> None:
        """Labels are those of the file, in its order, as integers."""
        seen = self.observe(Dataset, files=self._one_file())
        labels, want = seen.labels, np.array(self._one_file()[0]["labels"])
        self.require(
            bool((labels >= 0).all()),
            expected="each label is an integer from 0 to 7",
            seen=f"{int((labels < 0).sum())} of {len(labels)} are not; the labels have type "
            f"{', '.join(seen.label_types)}",
            hint='b"labels" holds whole numbers already: return them as they are, not as floats or one-hot vectors.',
        )
        count = min(len(labels), len(want))
        wrong = np.flatnonzero(labels[:count] != want[:count])
        self.require(
            count > 0 and wrong.size == 0,
            expected="dataset[i][1] is the i-th label of the file",
            seen=f"{wrong.size} of {count} labels differ; the first at index {wrong[0] if wrong.size else 0}: "
            f"{labels[wrong[0]] if wrong.size else 'none'} instead of {want[wrong[0]] if wrong.size else want[0]}",
            hint="Keep the labels in the file's order, beside their rows; neither sort nor shuffle them.",
        )

    @number("1.4")
    @weight(5)
    @visibility("visible")
    def test_transform_on_fetch(self) -> None:
        """The transform is applied to each sample when it is fetched, and may be left out."""
        seen = self.observe(TransformOnFetch, files=self._one_file())
        built, first, second = seen.calls
        self.require(
            second > built,
            expected="dataset[0] calls the transform each time",
            seen="the transform is never called"
            if second == 0
            else f"it is called {built} times when the data set is built, and not when a sample is fetched",
            hint="Keep the transform in __init__ and call it in __getitem__, so that each epoch sees new images.",
        )
        values = [sample.array for sample in seen.outputs]
        what, hint = stale(values[0])
        self.require(
            second > first > built and not np.array_equal(values[0], values[1]),
            expected="dataset[0] is a new result of the transform each time",
            seen=what,
            hint=hint,
        )
        self._check_without_transform()

    def _check_without_transform(self) -> None:
        plain = self.observation(WithoutTransform, files=self._one_file())
        if plain.value is None:
            raise ProbeEnded(plain, expected="build_dataset(files), without a transform, gives images too")
        for sample in plain.value.samples:
            shape = sample.array.shape
            self.require(
                shape in ((3, 32, 32), (32, 32, 3)),
                expected="without a transform, a sample is still an image of shape (3, 32, 32) or (32, 32, 3)",
                seen=f"{sample.kind} of shape {shape}",
                hint="Reshape the row before the transform is applied, so that it is an image with or without one.",
            )


def wrong_length(seen: int, want: int, last: int) -> tuple[str, str]:
    """Return what is wrong with a length, and how to mend it.

    Args:
        seen: length of the student's data set.
        want: samples in all of its files.
        last: samples in the last of them.
    """
    if want > last and seen in (last, want - last):
        return (
            f"{seen}, as many as one of the files holds",
            "Read every file of the list, and add its samples to those of the files before.",
        )
    if seen == want - 1:
        return f"{seen}, one too few", "The length is the number of samples; the last index is one less."
    return f"{seen}", "Count the samples in the files, and assume no number: files may differ in size."


def stale(image: np.ndarray) -> tuple[str, str]:
    """Return why two fetches gave the same image, and how to fix it; the test's transform makes all pixels equal."""
    if image.size and np.ptp(image) > 0:
        return (
            "the transform is called, but the image does not change",
            "A transform returns a new image and leaves the old one alone: image = self.transform(image).",
        )
    return (
        "the second fetch gives the image of the first, although the transform returned another one",
        "Do not keep a transformed image for the next fetch: each epoch needs new random flips.",
    )


def shows(sample: Sample, true: Sample) -> bool:
    """Return whether a sample shows the true image, CHW or HWC, each plane at any positive scale."""
    return layout.shows(sample.array, true.array)


def diagnosis(sample: Sample, true: Sample) -> tuple[str, str]:
    """Return what is wrong with a sample's image, and how to mend it."""
    array = sample.array
    if not layout.as_planes(array, (3, 32, 32)):
        still_flat = ": the row of the file is still flat" if array.shape == (3072,) else ""
        return (
            f"{sample.kind} of shape {array.shape}{still_flat}",
            "Reshape the row of 3072 values to (3, 32, 32); transpose to (32, 32, 3) only if your transform wants HWC.",
        )
    what = layout.wrong_layout(array, true.array)
    if what:
        return what, HINTS[what]
    return (
        "not the image of the row, or a distorted one",
        "Look at a sample: plt.imshow(image) should show something that fits its label.",
    )
