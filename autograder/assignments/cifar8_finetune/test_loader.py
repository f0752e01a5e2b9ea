"""Judges the loader and the preprocessing."""

from collections.abc import Sequence
from typing import Any

from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.cifar8_finetune.observed import Loader, Preprocessed, Preprocessing, TransformOnFetch
from autograder.assignments.cifar8_finetune.questions import POOL, drawn_files
from autograder.checks import SubmissionTestCase
from autograder.checks.pixel_scale import wrong_scale
from autograder.checks.plots import tile_of
from autograder.model.plot import Tiles

FILES = ["cifar10_batches/test_batch"]
SAME_ENDS = 0.1  # of the range of values


class TestLoader(SubmissionTestCase):
    """2. Data loader and preprocessing"""

    @number("2.1")
    @weight(6)
    @visibility("visible")
    def test_batch_shapes(self) -> None:
        """Batches have the shapes (B, 3, 32, 32) and (B,), the last one included."""
        draw = self.draw("uneven")
        batch = draw.whole(9, 20)
        sizes = [batch] * draw.whole(4, 7) + [draw.whole(2, batch - 1)]
        length = sum(sizes)
        seen = self.observe(Loader, length=length, batch_size=batch, shuffle=False)
        want = [[size, 3, 32, 32] for size in sizes]
        images, labels = seen.image_shapes, seen.label_shapes
        if images == want[:-1]:
            self.fail_because(
                expected=f"{length} samples in batches of {batch} end with a batch of {sizes[-1]}",
                seen="the last, smaller batch is missing",
                hint="Every sample counts: leave the DataLoader's drop_last at False.",
            )
        self.require(
            images == want,
            expected=f"images of shape ({batch}, 3, 32, 32), the last ({sizes[-1]}, 3, 32, 32)",
            seen=first_difference(images, want) or f"{len(images)} batches instead of {len(want)}",
            hint='Take the batch size from loader_params["batch_size"], and let DataLoader put the batches together.',
        )
        self.require(
            labels == [[size] for size in sizes],
            expected=f"labels of shape ({batch},), the last ({sizes[-1]},)",
            seen=first_difference(labels, [[size] for size in sizes]) or f"{len(labels)} batches of labels",
            hint="DataLoader makes this shape by itself: leave out your collate_fn and code that reshapes labels.",
        )

    @number("2.2a")
    @weight(2)
    @visibility("visible")
    def test_number_of_batches(self) -> None:
        """The number of batches follows from the batch size that is asked for."""
        batch, count = self._even()
        seen = len(self.observe(Loader, length=batch * count, batch_size=batch, shuffle=False).image_shapes)
        self.require(
            seen == count,
            expected=f"{batch * count} samples in batches of {batch} are {count} batches",
            seen=f"{seen} batches",
            hint='Take the batch size from loader_params["batch_size"].',
        )

    @number("2.2b")
    @weight(2)
    @visibility("visible")
    def test_shuffling(self) -> None:
        """shuffle=True changes the order in each pass, shuffle=False keeps it."""
        batch, count = self._even()
        in_order = list(range(batch * count))
        kept = self.observe(Loader, length=batch * count, batch_size=batch, shuffle=False).orders
        self.require(
            kept == (in_order, in_order),
            expected=f"with shuffle=False the samples come in the order of the data set: {beginning(in_order)}",
            seen=f"they come in another order: {beginning(kept[0] if kept[0] != in_order else kept[1])}",
            hint='Take the setting from loader_params["shuffle"], and do not set it yourself.',
        )
        first, second = self.observe(Loader, length=batch * count, batch_size=batch, shuffle=True).orders
        self.require(
            sorted(first) == sorted(second) == in_order,
            expected="with shuffle=True each sample comes once in a pass",
            seen=f"{len(set(first))} different samples of {batch * count}",
            hint="Let DataLoader do the shuffling, with shuffle=True and no sampler of yours.",
        )
        self.require(
            first != in_order and first != second,
            expected="with shuffle=True the samples come in a new order in each pass",
            seen=f"{'the order of the data set' if first == in_order else 'the same order in both passes'}: "
            f"{beginning(first)}",
            hint='Pass loader_params["shuffle"] to the DataLoader.',
        )

    @number("2.3a")
    @weight(2)
    @visibility("visible")
    def test_preprocessing_gives_float_tensors(self) -> None:
        """The preprocessing gives float tensors in both modes."""
        ways = self._working_ways()
        self.require(
            any(way.floats for way in ways),
            expected="a float tensor of shape (3, 32, 32)",
            seen=ways[0].kind,
            hint="End with a float tensor: transforms.ToTensor(), or .float() and a division by 255.",
        )

    @number("2.3b")
    @weight(3)
    @visibility("visible")
    def test_modes_of_preprocessing(self) -> None:
        """The "test" mode gives the same image each time, and both modes scale images alike."""
        ways = self._working_ways()
        random = next((way for way in ways if not way.repeatable), None)
        if random:  # a data set that keeps its images hides it, so every way must be repeatable
            one, other = map(tile_of, ("one fetch", "the next"), random.fetches)
            self.show(Tiles('An image in the mode "test", fetched twice', (one, other), "They must be equal."))
        self.require(
            random is None,
            expected='get_preprocess_transform("test") gives the same result for an image each time',
            seen="two fetches of the same image differ",
            hint='Keep random changes, such as flips and crops, for the mode "train".',
        )
        telling = self._telling_ways(ways)
        mean, std = telling[0].test
        train_mean, train_std = telling[0].train
        self.require(
            any(map(scale_alike, telling)),
            expected="images have about the same mean and spread in both modes",
            seen=f'mean {train_mean:.2f} and standard deviation {train_std:.2f} in "train", '
            f'{mean:.2f} and {std:.2f} in "test"',
            hint="Put the same Normalize into both modes: the network expects at test time what it learned on.",
        )
        self._remark_on_scale(telling)

    def _even(self) -> tuple[int, int]:
        """Return a batch size, and how many whole batches there are."""
        draw = self.draw("even")
        return draw.whole(9, 20), draw.whole(5, 8)

    def _files(self) -> list[dict[str, Any]]:
        return drawn_files(self.draw("preprocessing", pool=POOL), FILES)

    def _telling_ways(self, ways: list[Preprocessed]) -> list[Preprocessed]:
        """Return the ways that tell how the modes scale.

        The student's own data set comes first, because it passes its transform the right kind of input. If it never
        calls its transform (test 1.4 judges that), try each form of an image that a transform might take.
        """
        files = self._files()
        seen = self.observation(Preprocessing, files=files).value
        if seen and not seen.ways[0].made:
            return ways
        called = self.observation(TransformOnFetch, files=files).value
        return ways[1:] or ways if called and not called.calls[-1] else ways[:1]

    def _remark_on_scale(self, ways: list[Preprocessed]) -> None:
        right = working_ways(self.reference(Preprocessing, files=self._files()))[0].test
        found = [wrong_scale(way.test, right) for way in ways]
        wrong = found[0]
        if wrong and all(found):  # a transform is given forms that it does not take, too
            self.remark(f"Costs nothing here, but may cost accuracy in test 6.1: {wrong.what}. {wrong.hint}")

    def _working_ways(self) -> list[Preprocessed]:
        """Return what the ways that work make; the student's own data set comes first."""
        seen = self.observe(Preprocessing, files=self._files())
        working = working_ways(seen)
        if not working:
            self.fail_because(
                expected="get_preprocess_transform(mode) returns the transform that build_dataset applies to an image",
                seen=seen.ways[0].error,
                hint='Try it at home: build_dataset(files, get_preprocess_transform("test"))[0].',
            )
        return working


def working_ways(seen: Preprocessing) -> list[Preprocessed]:
    """Return the images of the ways that work."""
    return [way.made for way in seen.ways if way.made]


def beginning(order: Sequence[float]) -> str:
    """Return the first few indices of an order."""
    return ", ".join(map(str, order[:4])) + ", …"


def first_difference(shapes: list[list[int]], want: list[list[int]]) -> str:
    """Return the first batch whose shape is another one, and the shape; empty if there is none."""
    for place, (shape, right) in enumerate(zip(shapes, want, strict=False), start=1):
        if shape != right:
            return f"{_shape(shape)} in batch {place} of {len(want)}, where {_shape(right)} is right"
    return ""


def _shape(sizes: list[int]) -> str:
    return f"({', '.join(map(str, sizes))}{',' if len(sizes) == 1 else ''})"


def scale_alike(way: Preprocessed) -> bool:
    """Return whether both modes scale alike: by mean and spread, or by the lowest and the highest value.

    Borders and erased parts move mean and spread as another scale would, but leave the ends in place.
    """
    (mean, std), (train_mean, train_std) = way.test, way.train
    if std <= 0 or train_std <= 0:
        return False
    by_spread = abs(mean - train_mean) <= 0.25 * std and 0.75 <= train_std / std <= 1.33
    (low, high), (train_low, train_high) = way.test_ends, way.train_ends
    close = SAME_ENDS * (high - low)
    return bool(by_spread or max(abs(low - train_low), abs(high - train_high)) < close)
