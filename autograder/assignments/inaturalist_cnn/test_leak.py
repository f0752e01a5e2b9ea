"""Judges what was trained on."""

from typing import Any

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.inaturalist_cnn.pictures import FloatArray, flattened, matches
from autograder.checks import SubmissionTestCase
from autograder.checks.contamination import SAME_IMAGE, contaminated_share

LEAK_SHARE = 0.05  # of the pictures trained on; all of val/ beside all of train/ is a fifth
LEAK_PICTURES = 3  # different test pictures that must be recognised before anybody is accused


class Leaks(SubmissionTestCase):
    """What holds for both training loops."""

    def check_trained_on(self, function: str, augmented: list[bool]) -> None:
        """Forfeit the result if test pictures were trained on; fail if nothing was."""
        seen = self.observe("trained_on", function=function, augmented=augmented)
        at_import = seen["at_import"]
        passes = [*seen["passes"], *([at_import] if len(at_import) and at_import.shape[1] == 3 else [])]
        test, allowed = (self.reference("pictures_of_folder", part=part) for part in ("val", "train"))
        for trained in passes:
            share, different = _share(trained, test, allowed)
            if share >= LEAK_SHARE and different >= LEAK_PICTURES:
                self.forfeit(
                    expected="the pictures of val/ are the test set: used to measure at the end, never to train",
                    seen=f"about {share:.0%} of the pictures that {function} trained on are from val/, "
                    f"{different} different ones",
                    hint="Split train/ into training and validation pictures, and build the training loader from "
                    "the former alone.",
                )
        self.require(
            bool(seen["passes"]),
            expected=f"{function} trains on the pictures of the training loader",
            seen=seen["raised"] or "no picture went through the network in training mode",
            hint="As long as nothing is trained, there is nothing to look at.",
        )


def _share(trained: FloatArray, test: dict[str, Any], allowed: dict[str, Any]) -> tuple[float, int]:
    """Return the share of pictures that are test ones, and how many different test pictures they are."""
    share = contaminated_share(trained, flattened(test), flattened(allowed))
    as_test, as_allowed = matches(trained, test["thumbnails"]), matches(trained, allowed["thumbnails"])
    best = as_test.max(axis=1)
    leaked = (best >= SAME_IMAGE) & (best > as_allowed.max(axis=1))
    return share, len(np.unique(as_test.argmax(axis=1)[leaked]))


class TestLeakInTraining(Leaks):
    """A5. Test data"""

    @number("A5.2")
    @weight(3)
    @visibility("after_due_date")
    def test_train_never_sees_test_pictures(self) -> None:
        """The network is trained on pictures of train/ alone; otherwise the whole result is 0."""
        self.check_trained_on("train", [False, True])


class TestLeakInFinetuning(Leaks):
    """B4. Test data"""

    @number("B4.2")
    @weight(3)
    @visibility("after_due_date")
    def test_finetune_never_sees_test_pictures(self) -> None:
        """The pretrained network is fine-tuned on pictures of train/ alone; otherwise the whole result is 0."""
        self.check_trained_on("finetune", [False])  # the loaders are those of part A
