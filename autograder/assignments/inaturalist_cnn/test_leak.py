"""Judges which images a loop trained on."""

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.inaturalist_cnn.matching import FloatArray, flattened, matches
from autograder.assignments.inaturalist_cnn.observed import FolderImages, Learning, TrainedOn
from autograder.assignments.inaturalist_cnn.test_loop import learning_question
from autograder.checks import SubmissionTestCase
from autograder.checks.contamination import SAME_IMAGE, contaminated_share

LEAK_SHARE = 0.05  # of the images trained on; all of val/ beside all of train/ is a fifth
LEAK_IMAGES = 3  # different test images that must be recognised before anybody is accused


class Leaks(SubmissionTestCase):
    """The tests of both training loops."""

    def check_trained_on(self, function: str, augmented: list[bool]) -> None:
        """Forfeit the result if a loop trained on test images; fail if it trained on nothing."""
        seen = self.observe(TrainedOn, function=function, augmented=augmented)
        in_colour = len(seen.at_import) and seen.at_import.shape[1] == 3
        passes = [*seen.passes, *([seen.at_import] if in_colour else [])]
        test, allowed = (self.reference(FolderImages, part=part).thumbnails for part in ("val", "train"))
        for trained in passes:
            share, different = _share(trained, test, allowed)
            if share >= LEAK_SHARE and different >= LEAK_IMAGES:
                self.forfeit(
                    expected="the images of val/ are the test set: they serve to measure at the end, never to train",
                    seen=f"about {share:.0%} of the images that {function} trained on are from val/, "
                    f"{different} different ones",
                    hint="Split train/ into training and validation images, and build the training loader from the "
                    "training images alone.",
                )
        if seen.passes or seen.without_step:
            return
        learning = self.observation(Learning, function=function, **learning_question(self)).value
        self.require(
            bool(seen.raised and learning and learning.moved),
            expected=f"{function} trains on the images of the training loader",
            seen=seen.raised or "no image went through the network in training mode",
            hint="Write the loop first: this test can only judge images that it trains on.",
        )
        # The loop trains on the probe's own images, so there is no evidence against it.
        self.remark(
            f"Not judged because of A2.1, which costs nothing here: no image came as far as a step ({seen.raised})."
        )


def _share(trained: FloatArray, test: FloatArray, allowed: FloatArray) -> tuple[float, int]:
    """Return the share of trained images that are test images, and how many different test images they are."""
    share = contaminated_share(trained, flattened(test), flattened(allowed))
    as_test, as_allowed = matches(trained, test), matches(trained, allowed)
    best = as_test.max(axis=1)
    leaked = (best >= SAME_IMAGE) & (best > as_allowed.max(axis=1))
    return share, len(np.unique(as_test.argmax(axis=1)[leaked]))


class TestLeakInTraining(Leaks):
    """A5. Test data"""

    @number("A5.2")
    @weight(3)
    @visibility("after_due_date")
    def test_train_never_sees_test_images(self) -> None:
        """The network is trained on images of train/ alone; otherwise the whole result is 0."""
        self.check_trained_on("train", [False, True])


class TestLeakInFinetuning(Leaks):
    """B4. Test data"""

    @number("B4.2")
    @weight(3)
    @visibility("after_due_date")
    def test_finetune_never_sees_test_images(self) -> None:
        """The pretrained network is fine-tuned on images of train/ alone; otherwise the whole result is 0."""
        self.check_trained_on("finetune", [False])  # the loaders are those of part A
