"""Judges the bonus: a ResNet-18 on garments."""

from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.checks import SubmissionTestCase, manual
from autograder.model.verdict import Verdict

PARAMETERS = 11_175_370
CONVOLUTIONS = 20
SIDE = [1, 224, 224]
CLASSES = 10


class TestResNet(SubmissionTestCase):
    """Bonus 2.2. ResNet-18 for garments"""

    @number("2.2(1)a")
    @weight(0.25)
    @visibility("visible")
    def test_resized(self) -> None:
        """Bonus: fashion_transform makes (1, 224, 224) of a garment, in training and in testing."""
        for train in (True, False):
            seen = self.observe("fashion_pictures", train=train)["shape"]
            self.require(
                seen == SIDE,
                expected=f"fashion_transform({train}) makes (1, 224, 224) of a PIL picture of 28×28",
                seen=f"({', '.join(map(str, seen))})",
                hint="transforms.Resize((224, 224)); one channel, since that is what your ResNet takes.",
            )

    @number("2.2(1)b")
    @weight(0.25)
    @visibility("visible")
    def test_resnet18(self) -> None:
        """Bonus: build_resnet18 gives a ResNet-18 with 1 input channel and 10 outputs."""
        seen = self.observe("resnet18")
        self.require(
            seen["channels"] == 1,
            expected="a first convolution with 1 input channel",
            seen=f"{seen['channels']} channels",
            hint="model.conv1 = nn.Conv2d(1, 64, kernel_size=7, stride=2, padding=3, bias=False)",
        )
        self.require(
            seen["output"] == [1, CLASSES],
            expected="(1, 10) for a picture (1, 1, 224, 224)",
            seen=str(seen["output"]),
            hint="model.fc = nn.Linear(512, 10)",
        )
        self.require(
            (seen["parameters"], seen["convolutions"]) == (PARAMETERS, CONVOLUTIONS),
            expected="a ResNet-18 that is changed in its first and last layer only, with no bias in the first",
            seen=f"{seen['convolutions']} convolutions and {seen['parameters']:,} parameters",
            hint="Start from torchvision.models.resnet18.",
        )

    @number("2.2(2)a")
    @weight(0.25)
    @visibility("visible")
    def test_augmentation(self) -> None:
        """Bonus: augmentation is random in training and absent in testing."""
        varies = {train: self.observe("fashion_pictures", train=train)["varies"] for train in (True, False)}
        self.require(
            varies[True],
            expected="fashion_transform(True) makes something else of a picture each time",
            seen="the same, 16 times",
            hint="Random crops, flips or small turns; they are drawn when a picture is fetched.",
        )
        self.require(
            not varies[False],
            expected="fashion_transform(False) makes the same of a picture each time",
            seen="something else",
            hint="Leave all that is random out of the transform for testing.",
        )
        sets = self.observation("fashion_sets")
        if sets.verdict is not Verdict.RETURNED:
            return
        self.require(
            sets.value["train"] and not sets.value["test"],
            expected="of what load_fashion_mnist() returns, the training set is augmented and the test set is not",
            seen="the test set is augmented" if sets.value["test"] else "the training set is not augmented",
            hint="load_fashion_mnist: fashion_transform(True) for the first, fashion_transform(False) for the second.",
        )

    @manual(0.25)
    @number("2.2(2)b")
    @visibility("visible")
    def test_discussion(self) -> None:
        """Bonus, discussion: what the augmentation does to training and test accuracy."""
        self.remark("A person reads your discussion of the augmentation: which, why, and what it changed.")
