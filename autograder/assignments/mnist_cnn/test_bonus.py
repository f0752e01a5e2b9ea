"""Judges the bonus: a ResNet-18 on garments."""

from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.mnist_cnn.observed import FashionImages, FashionSets, PlainResNet18, ResNet18
from autograder.checks import SubmissionTestCase, manual
from autograder.checks.drawn_weights import first_that_differs
from autograder.checks.shown import Prose

PARAMETERS = 11_175_370
FIRST = [7, 2, 3]  # kernel, stride and padding of its first convolution
CONVOLUTIONS = 20
SIDE = [1, 224, 224]
CLASSES = 10
ASKED = (64, 224)  # sides of the images that networks may be asked about


class TestResNet(SubmissionTestCase):
    """Bonus 2.2. ResNet-18 for garments"""

    @number("2.2(1)a")
    @weight(0.25)
    @visibility("visible")
    def test_resized(self) -> None:
        """Bonus: fashion_transform makes (1, 224, 224) of a garment, in training and in testing."""
        for train in (True, False):
            seen = self._images(train).shape
            self.require(
                seen == SIDE,
                expected=f"fashion_transform({train}) makes (1, 224, 224) of a PIL image of 28×28",
                seen=f"({', '.join(map(str, seen))})",
                hint="Use transforms.Resize((224, 224)), and keep one channel: your ResNet takes one.",
            )

    @number("2.2(1)b")
    @weight(0.25)
    @visibility("visible")
    def test_resnet18(self) -> None:
        """Bonus: build_resnet18 gives a ResNet-18 with 1 input channel and 10 outputs."""
        draw = self.draw("resnet")
        count, seed = draw.whole(1, 4), draw.whole(0, 1 << 30)
        seen = self.observe(ResNet18, count=count, seed=seed)
        self.require(
            seen.channels == 1,
            expected="a first convolution with 1 input channel",
            seen=f"{seen.channels} channels",
            hint="model.conv1 = nn.Conv2d(1, 64, kernel_size=7, stride=2, padding=3, bias=False)",
        )
        self.require(
            seen.output == [count, CLASSES],
            expected=f"({count}, 10) for images ({count}, 1, 224, 224)",
            seen=str(seen.output),
            hint="model.fc = nn.Linear(512, 10)",
        )
        self.require(
            (seen.parameters, seen.convolutions) == (PARAMETERS, CONVOLUTIONS),
            expected="a ResNet-18 with no changes but to its first and last layers, and no bias in the first",
            seen=f"{seen.convolutions} convolutions and {seen.parameters:,} parameters",
            hint="Start from torchvision.models.resnet18.",
        )
        self.require(
            seen.first == FIRST,
            expected="a first convolution with kernel, stride and padding {}, {} and {}".format(*FIRST),
            seen=", ".join(map(str, seen.first)),
            hint="Change its input channels alone; everything else stays as in torchvision.models.resnet18.",
        )
        side = seen.side if seen.side in ASKED else ASKED[0]
        right = self.observe(PlainResNet18, seed=seed, side=side)
        if differs := first_that_differs(seen.filled, right.filled, ("features", "scores")):
            self.withhold(
                expected="for the grader's images and weights, the answers of a ResNet-18",
                seen=differs,
                hint="Use torchvision's resnet18 with conv1 and fc replaced, and pass the images through it once.",
            )

    @number("2.2(2)a")
    @weight(0.25)
    @visibility("visible")
    def test_augmentation(self) -> None:
        """Bonus: augmentation is random in training and absent in testing."""
        varies = {train: self._images(train).varies for train in (True, False)}
        self.require(
            varies[True],
            expected="fashion_transform(True) gives a different result for the same image each time",
            seen="the same result, 16 times",
            hint="Add random crops, flips or small rotations; they are drawn when an image is fetched.",
        )
        self.require(
            not varies[False],
            expected="fashion_transform(False) gives the same result for the same image each time",
            seen="different results for the same image, in 16 calls",
            hint="Leave random transforms out of the transform for testing.",
        )
        sets = self.observation(FashionSets).value
        if sets is None:
            return
        self.require(
            sets.train and not sets.test,
            expected="load_fashion_mnist() returns an augmented training set and a test set without augmentation",
            seen="the test set is augmented" if sets.test else "the training set is not augmented",
            hint="In load_fashion_mnist, give fashion_transform(True) to the first "
            "and fashion_transform(False) to the second.",
        )

    def _images(self, train: bool) -> FashionImages:
        draw = self.draw("garment")
        levels = [draw.whole(120, 170), draw.whole(60, 110), draw.whole(200, 255)]
        return self.observe(FashionImages, train=train, levels=levels)

    @manual(0.25, evidence=[Prose()])
    @number("2.2(2)b")
    @visibility("visible")
    def test_discussion(self) -> None:
        """Bonus, discussion: how the augmentation changes training and test accuracy."""
        self.remark("A person reads your discussion of the augmentation: your choice, your reasons, and the effect.")
