"""Judges the transform of digits, and the test set that it is applied to."""

from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.suites import SubmissionTestCase

PICTURES = ((37, 61, "RGB"), (28, 28, "RGB"), (90, 50, "RGB"), (28, 28, "L"))  # width, height, mode
WANTED = [1, 28, 28]


class TestPreprocessing(SubmissionTestCase):
    """2a. Preprocessing"""

    @number("2a(1)")
    @weight(0.75)
    @visibility("visible")
    def test_any_picture_becomes_28_by_28(self) -> None:
        """get_transform makes a float tensor (1, 28, 28) of an RGB picture of any size."""
        made = self.observe("transform", pictures=PICTURES)["made"]
        for (width, height, mode), seen in zip(PICTURES, made, strict=True):
            self.require(
                not seen["error"],
                expected=f"a tensor for a PIL picture in {mode}, {width} wide and {height} high",
                seen=seen["error"],
                hint='Try it at home with a picture of your own: Image.open(…).convert("RGB").',
            )
            self.require(
                seen["shape"] == WANTED,
                expected=f"(1, 28, 28) for a PIL picture in {mode}, {width} wide and {height} high",
                seen=f"({', '.join(map(str, seen['shape']))})",
                hint="transforms.Grayscale() makes one channel. transforms.Resize((28, 28)) sets both sides; "
                "Resize(28) sets the shorter one and keeps the proportion.",
            )
            self.require(
                "float" in seen["dtype"] and seen["finite"],
                expected="finite floats",
                seen=seen["dtype"] if "float" not in seen["dtype"] else "NaN or infinity",
                hint="transforms.ToTensor() makes floats in [0, 1] of a PIL picture.",
            )
            self.require(
                seen["left"] != seen["right"],
                expected="a picture that is dark on the left and bright on the right stays so",
                seen=f"mean {seen['left']:.2f} on the left and {seen['right']:.2f} on the right",
                hint="Look at what comes out: plt.imshow(get_transform()(picture)[0]).",
            )

    @number("2a(2)")
    @weight(0.25)
    @visibility("visible")
    def test_test_pictures_stay(self) -> None:
        """Test pictures come out the same each time: nothing random is done to them."""
        ways = self.observe("test_pictures")["ways"]
        working = [way for way in ways if not way["error"]]
        self.require(
            bool(working),
            expected="load_mnist() returns (trainset, testset), and get_transform() a transform",
            seen="; ".join(way["error"] for way in ways),
            hint="Try it at home: load_mnist()[1][0].",
        )
        # The first that works counts: a get_transform for training may be random where load_mnist has another.
        self.require(
            working[0]["same"],
            expected="the same picture of the test set is the same tensor each time",
            seen=f"it differs from one fetch to the next, by {working[0]['name']}",
            hint="Augment the training set only, with a transform of its own.",
        )
