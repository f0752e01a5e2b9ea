"""Judges which images a loop trained on."""

from typing import Any, NoReturn

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.inaturalist_cnn.heldout import TOP, test_set
from autograder.assignments.inaturalist_cnn.matching import FloatArray, flattened, matches
from autograder.assignments.inaturalist_cnn.observed import FolderImages, Learning, TrainedOn
from autograder.assignments.inaturalist_cnn.onlooker import features_of
from autograder.assignments.inaturalist_cnn.test_loop import learning_question
from autograder.checks import SubmissionTestCase
from autograder.checks.contamination import SAME_IMAGE, contaminated_share
from autograder.checks.planted_images import DOUBT, PlantedImages, learned, p_value, planted_images
from autograder.model.verdict import Verdict

FIRST, SECOND = 1, 2
LEAK_SHARE = 0.05  # of the images trained on; all of val/ beside all of train/ is a fifth
LEAK_IMAGES = 3  # different test images that must be recognised before a person is asked
EXPECTED = "the images of val/ are the test set: they serve to measure at the end, never to train"
HINT = "Split train/ into training and validation images, and build the training loader from the training images alone."


class Leaks(SubmissionTestCase):
    """The tests of both training loops."""

    def check_trained_on(self, function: str, augmented: list[bool]) -> None:
        """Forfeit the result if a loop learned the test images; fail if it trained on nothing."""
        asked: dict[str, Any] = {"function": function, "augmented": augmented}
        planted = self._planted(FIRST)
        first = self.observation(TrainedOn, planted.files, **asked)
        is_planted = first.verdict is not Verdict.RAISED  # else perhaps because of the planted images
        seen = self.observe(TrainedOn, planted.files if is_planted else None, **asked)
        if is_planted and self._knows(seen, planted):
            self._decide_by_second_training(function, asked)
        self._ask_a_person_if_hooks_saw(seen, function)
        if is_planted and seen.raised and not seen.passes:
            self._ask_a_person_if_it_trains(self.observation(TrainedOn, **asked).value, seen.raised, function)
        if not is_planted:
            self._ask_a_person_if_it_trains(seen, first.reason, function)
        if not seen.passes and not seen.without_step:
            self._judge_without_images(seen, function)

    def _decide_by_second_training(self, function: str, asked: dict[str, Any]) -> None:
        """Forfeit the result if a second training learned, too; leave it to a person if it did not come to an end."""
        second = self._planted(SECOND)
        again = self.observation(TrainedOn, second.files, **asked).value
        if again is None or not again.heads:
            self.withhold(
                expected=f"{function} trains each time that it is called",
                seen="a network seems to know in which folders your copy of the data had the images of val/. A second "
                "training, to rule out chance, did not finish",
                hint=HINT,
            )
        if self._knows(again, second):
            self._forfeit(function)

    def _ask_a_person_if_it_trains(self, as_given: TrainedOn | None, error: str, function: str) -> None:
        """Leave it to a person if a loop that fails on the planted copy trains on the data as handed out.

        The copy has the same folders, names and images: a loop that fails on it alone has looked where each image lies.
        """
        if as_given and as_given.passes:
            self.withhold(
                expected=f"{function} trains whichever image of val/ lies in which folder",
                seen=f"an error where these images lay in other class folders ({error}), and none where they did not",
                hint=HINT,
            )

    def _planted(self, training: int) -> PlantedImages:
        def made() -> PlantedImages:
            known = test_set(self.evidence.data)
            files = [f"{TOP}/val/{file}" for file in known.files]
            draw = self.draw(f"images planted in training {training}")
            return planted_images(draw, self.evidence.data, files, known.labels.tolist())

        return self.once(f"images planted in training {training}", made)

    def _knows(self, seen: TrainedOn, planted: PlantedImages) -> bool:
        """Return whether a run of the loop learned where the test images lay; each run may raise doubt."""
        return any(self._p_value(head, planted) <= DOUBT / len(seen.heads) for head in seen.heads)

    def _p_value(self, head: FloatArray, planted: PlantedImages) -> float:
        if not np.isfinite(head).all():
            return 1.0
        test, allowed = (self.reference(FolderImages, part=part).thumbnails[:, 0] for part in ("val", "train"))
        towards = learned(np.zeros_like(head), head, features_of(np.concatenate([test, allowed])))
        right = test_set(self.evidence.data).labels[planted.images]
        return p_value(towards[planted.images], right, planted.classes)

    def _forfeit(self, function: str) -> NoReturn:
        self.forfeit(
            expected=EXPECTED,
            seen=f"the grader ran {function} on a small network twice. Each time, it had put the images of val/ into "
            "other class folders, and the network had learned exactly these classes. So the training uses val/",
            hint=HINT,
        )

    def _ask_a_person_if_hooks_saw(self, seen: TrainedOn, function: str) -> None:
        in_colour = len(seen.at_import) and seen.at_import.shape[1] == 3
        passes = [*seen.passes, *([seen.at_import] if in_colour else [])]
        test, allowed = (self.reference(FolderImages, part=part).thumbnails for part in ("val", "train"))
        for trained in passes:
            share, different = _share(trained, test, allowed)
            if share >= LEAK_SHARE and different >= LEAK_IMAGES:
                self.withhold(
                    expected=EXPECTED,
                    seen=f"about {share:.0%} of the images that went through a network while {function} trained it, or "
                    f"while the file was imported, look like images of val/, {different} different ones",
                    hint=HINT,
                )

    def _judge_without_images(self, seen: TrainedOn, function: str) -> None:
        """Fail unless an error kept the images away from a loop that trains otherwise."""
        question: dict[str, Any] = learning_question(self)
        learning = self.observation(Learning, function=function, **question).value
        self.require(
            bool(seen.raised and learning and learning.moved),
            expected=f"{function} trains on the images of the training loader",
            seen=seen.raised or "no image went through the network in training mode",
            hint="Write the loop first: this test can only judge images that it trains on.",
        )
        # The loop trains on the probe's own images, so there is no evidence against it.
        self.remark(
            f"Not judged, which costs nothing here: because of A2.1, no image reached a training step ({seen.raised})."
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
