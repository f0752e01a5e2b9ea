"""Judges the transform of digits, and the test set that goes through it."""

from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.mnist_cnn.observed import FetchedImages, Pattern, Transform
from autograder.checks import SubmissionTestCase
from autograder.checks.layout import shows, wrong_layout, wrong_shape
from autograder.checks.paired import paired
from autograder.checks.plots import tile_of
from autograder.checks.value_range import DIVIDED_TWICE, INVERTED, NOT_DIVIDED, wrong_range
from autograder.model.plot import Tiles

FETCHES = ("one fetch", "another")
ENOUGH_LABELS = 12  # of ten classes
SHORT, LONG = (30, 45), (50, 95)  # sides of images, between which they are drawn
WANTED = [1, 28, 28]
NOTED = (NOT_DIVIDED, DIVIDED_TWICE, INVERTED)  # any mean and standard deviation will do


class TestPreprocessing(SubmissionTestCase):
    """2a. Preprocessing"""

    @number("2a(1)")
    @weight(0.75)
    @visibility("visible")
    def test_any_image_becomes_28_by_28(self) -> None:
        """get_transform makes a float tensor (1, 28, 28) of an RGB image of any size."""
        draw = self.draw("images")
        upright = (draw.whole(*SHORT), draw.whole(*LONG), "RGB")  # width, height, mode
        lying = (draw.whole(*LONG), draw.whole(*SHORT), "RGB")
        images = (upright, (28, 28, "RGB"), lying, (28, 28, "L"))
        observed = self.observe(Transform, images=images)
        pattern = observed.pattern
        self._remark_on_scale(pattern)
        for (width, height, mode), seen in paired(images, observed.made):
            self.require(
                not seen.error,
                expected=f"a tensor for a PIL image in {mode}, {width} wide and {height} high",
                seen=seen.error,
                hint='Try it at home with your own image: Image.open(…).convert("RGB").',
            )
            told = "" if seen.shape == WANTED and seen.left != seen.right else self._shown(pattern)
            self.require(
                seen.shape == WANTED,
                expected=f"(1, 28, 28) for a PIL image in {mode}, {width} wide and {height} high",
                seen=f"({', '.join(map(str, seen.shape))}){told}",
                hint="transforms.Grayscale() makes one channel. transforms.Resize((28, 28)) sets both sides; "
                "Resize(28) sets the shorter one and keeps the proportion.",
            )
            self.require(
                "float" in seen.dtype and seen.finite,
                expected="finite floats",
                seen=seen.dtype if "float" not in seen.dtype else "NaN or infinity",
                hint="transforms.ToTensor() turns a PIL image into floats in [0, 1].",
            )
            self.require(
                seen.left != seen.right,
                expected="an image that is dark on the left and bright on the right stays so",
                seen=f"mean {seen.left:.2f} on the left and {seen.right:.2f} on the right{told}",
                hint="Look at the result: plt.imshow(get_transform()(image)[0]).",
            )

    def _shown(self, pattern: Pattern) -> str:
        """Show a transformed image of 28×28 beside the right one; return the fault, after a semicolon."""
        made, true = pattern.made, pattern.true
        if not made.size or shows(made, true):  # a square one may come out right where others do not
            return ""
        self.show(Tiles("An image after get_transform()", (tile_of("yours", made), tile_of("right", true / 255))))
        fault = wrong_layout(made, true) or wrong_shape(made, true.shape)
        return f"; {fault}" if fault else ""

    def _remark_on_scale(self, pattern: Pattern) -> None:
        made, true = pattern.made, pattern.true
        if made.shape != true.shape:
            return
        fault = wrong_range(made.reshape(-1, 1), true.reshape(-1, 1) / 255, (0,), (1,))
        if fault in NOTED:
            self.remark(f"This costs no points here, but accuracy if training and test images differ in it: {fault}.")

    @number("2a(2)")
    @weight(0.25)
    @visibility("visible")
    def test_test_images_stay(self) -> None:
        """The test set comes second, and its images are the same each time."""
        seen = self.observe(FetchedImages)
        ways = seen.ways
        working = [way for way in ways if not way.error]
        self.require(
            bool(working),
            expected="load_mnist() returns (trainset, testset), and get_transform() a transform",
            seen="; ".join(way.error for way in ways),
            hint="Try it at home: load_mnist()[1][0].",
        )
        # The first that works counts: a get_transform for training may be random where load_mnist has another.
        if working[0].two:
            one, other = (tile_of(name, made) for name, made in zip(FETCHES, working[0].two, strict=True))
            self.show(Tiles("A test image, fetched twice", (one, other), "They must be equal."))
        self.require(
            working[0].same,
            expected="an image of the test set is the same tensor each time it is fetched",
            seen=f"it differs from one fetch to the next, by {working[0].name}",
            hint="Augment the training set only, with a separate transform.",
        )
        fault = _not_as_asked(seen, self.reference(FetchedImages))
        self.require(
            not fault,
            expected="load_mnist() returns (trainset, testset)",
            seen=fault,
            hint="Return datasets.MNIST(…, train=True, …) first, and datasets.MNIST(…, train=False, …) second.",
        )


def _not_as_asked(seen: FetchedImages, right: FetchedImages) -> str:
    """Return which sets load_mnist returned if they are not the two asked for; empty if nothing shows that.

    A part of a set begins with other labels if it was drawn at random. So a second set with unknown labels counts as a
    part of the training set only if both sets together are as large as that: to save time, some take parts of both.
    """
    sizes = " and ".join(map(str, seen.lengths))
    if len(seen.lengths) == 2 and seen.lengths == right.lengths[::-1] != right.lengths:
        return f"the first set has the size of the test set, and the second of the training set ({sizes} images)"
    if len(seen.labels) < 2 or len(right.labels) < 2:
        return ""
    is_train, is_test = ([_begin_alike(one, other) for one in seen.labels] for other in right.labels)
    if is_train[1]:
        return "the second set holds training images"
    if is_test[0]:
        return "the first set holds test images"
    if not is_test[1] and right.lengths[:1] == [sum(seen.lengths)]:
        return f"two parts of the training set ({sizes} images), with other labels than those of the test set"
    return ""


def _begin_alike(one: list[int], other: list[int]) -> bool:
    """Return whether two lists of labels agree as far as both go, and go far enough to tell two sets apart."""
    both = min(len(one), len(other))
    return both >= ENOUGH_LABELS and one[:both] == other[:both]
