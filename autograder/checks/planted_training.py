"""Judges trainings with planted labels in the test file: has the network learned them, and which training counts?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, NoReturn, TypeVar

import numpy as np

from autograder.checks import measures
from autograder.checks.case import SubmissionTestCase
from autograder.checks.contamination import FloatArray, contaminated_share
from autograder.checks.findings import ProbeEnded
from autograder.checks.images_trained_on import ImagesTrainedOn, images_trained_on
from autograder.checks.pickled_batches import read_batch, with_labels
from autograder.checks.planting import DOUBT, SHARE, Planted, Planting, planting
from autograder.checks.plots import line_of
from autograder.model.observation import Observation
from autograder.model.plot import Curve
from autograder.model.verdict import Verdict
from autograder.wire.declaration import Observed

FIRST, SECOND = 1, 2
LEAK = 0.04  # share of the images trained on that hooks take for test images; all of these would be 0.17 or more


@dataclass(frozen=True)
class PlantedBatch:
    """A batch file of CIFAR-10's form in which labels are planted while a probe trains.

    Attributes:
        probe: the declared result of the probe; `passes` and `test_file_opened` are among its fields.
        file: name of the test file among the given files.
        classes: number of classes.
        share: share of the labels that are planted.
    """

    probe: type[Observed]
    file: str
    classes: int
    share: float = SHARE

    def planting(self, case: SubmissionTestCase, training: int) -> Planting:
        """Return the planting for one of the trainings, `FIRST` or `SECOND`."""

        def made() -> Planting:
            path = case.evidence.data / self.file
            labels, content = read_batch(path)[1].tolist(), path.read_bytes()
            draw = case.draw(f"planted in training {training}")
            return planting(draw, self.file, labels, self.classes, lambda new: with_labels(content, new), self.share)

        return case.once(f"planted in training {training}", made)

    def files(self, case: SubmissionTestCase) -> dict[str, Planted]:
        """Return the planted files of the training that counts.

        There are none if the submission may have failed because of planted labels: it raised an exception, or it opened
        the test file and did not end with a network.
        """
        planted = dict(self.planting(case, FIRST).files)
        seen: Any = case.observation(self.probe, planted)
        looked = seen.value is not None and seen.value.test_file_opened
        has_network = seen.verdict is Verdict.RETURNED and bool(seen.value.passes)
        is_lost = seen.verdict is Verdict.RAISED or (looked and not has_network)
        return {} if is_lost else planted

    def observation(self, case: SubmissionTestCase) -> Observation[Any]:
        """Return the observation of the training that counts."""
        return case.observation(self.probe, self.files(case))


@dataclass(frozen=True)
class JudgedTraining:
    """A training whose network has been judged.

    Attributes:
        seen: the probe's answer.
        way: the better of its passes, by the way in which images are prepared.
        logits: (N, C), of the images that our own network got with the student's weights in that pass.
        confusion: (C, C), of true and predicted classes of the held-out images.
        agreement: share of public images for which our network with the same weights predicts the same.
    """

    seen: Any
    way: Any
    logits: FloatArray
    confusion: measures.IntArray
    agreement: float

    @property
    def accuracy(self) -> float:
        """The share of held-out images that the network recognises."""
        return measures.accuracy(self.confusion)


Judged = TypeVar("Judged", bound=JudgedTraining)


class PlantedTraining(SubmissionTestCase, Generic[Judged]):
    """Tests of a trained network; the assignment defines how to judge one.

    Attributes:
        batch: the probe that trains, and its planted file.
        thumbnails: declares small copies of all images in `files`; `thumbnails` is among its fields.
        given_files: the training files, by their names among the given ones.
        train_on: the data to train on, in words.
    """

    batch: PlantedBatch
    thumbnails: type[Observed]
    given_files: Sequence[str]
    train_on: str

    def judge(self, seen: Any) -> Judged:
        """Return a training with its network judged."""
        raise NotImplementedError  # each assignment's TrainedNetwork defines it

    def p_value(self, judged: Judged, planted: Planting) -> float:
        """Return the share of possible plantings that a network's answers fit at least as well as this one."""
        raise NotImplementedError  # each assignment's TrainedNetwork defines it

    def earns_all(self, judged: Judged) -> bool:
        """Return whether a network earns all points that depend on it."""
        raise NotImplementedError  # each assignment's TrainedNetwork defines it

    def network_of(self, hint: str) -> Any:
        """Return the probe's answer for the training that counts; fails if `run_model` returned no network.

        Args:
            hint: how to mend it.
        """
        seen: Any = self.observe_partial(self.batch.probe, self.batch.files(self), needs="passes")
        self.require(
            bool(seen.passes),
            expected="run_model() returns the trained network",
            seen=f"it returns {seen.returned}",
            hint=hint,
        )
        return seen

    def show_losses(self) -> None:
        """Show the course of the loss beside the reference's; loops without a loss module leave no trace of it."""
        seen = self.batch.observation(self).value
        if seen and len(seen.losses) > 1:
            right: Any = self.reference(self.batch.probe)
            lines = (
                line_of("yours", seen.losses, seen.losses_seen),
                line_of("reference solution", right.losses, right.losses_seen),
            )
            self.show(Curve("Loss of each batch while run_model trained", "batches", lines))

    def images_trained_on(self, seen: Any) -> tuple[int, ImagesTrainedOn]:
        """Return the number of images in the given training files, and facts about the images trained on."""
        given = self._thumbnails(*self.given_files)
        labels = np.concatenate([read_batch(self.evidence.data / file)[1] for file in self.given_files])
        sample = images_trained_on(seen.trained_on, seen.labels, given, labels, seen.images_trained_on)
        return len(given), sample

    def share_of_test_file(self, seen: Any) -> float:
        """Return the share of images trained on that look like test images, as far as hooks saw them."""
        if not len(seen.trained_on):
            return 0.0
        test, given = self._thumbnails(self.batch.file), self._thumbnails(*self.given_files)
        return contaminated_share(seen.trained_on, test, given)

    def _thumbnails(self, *files: str) -> FloatArray:
        found: Any = self.reference(self.thumbnails, files=list(files))
        thumbnails: FloatArray = found.thumbnails
        return thumbnails

    def judged_for_leaks(self, seen: Any, *, is_planted: bool) -> Judged:
        """Return the training that counts, perhaps a later one; fails if the network learned the test file.

        Args:
            seen: the probe's answer in the training that `PlantedBatch.files` chose.
            is_planted: whether labels were planted in it.
        """
        judged, share = self.judge(seen), self.share_of_test_file(seen)
        if not is_planted:
            self._withhold_if_seen(share)
            self.remark(
                "This training gave no network while labels were planted in test_batch. It was judged with the file as "
                "handed out, where only hooks look for test images: look at how the source uses test_batch."
            )
        elif self._knows_what_was_planted(judged):
            self._accuse(share)
        elif seen.test_file_opened and not self.earns_all(judged):
            judged = self._better_with_given_file(judged)
        if is_planted and share >= LEAK:
            self.remark(
                f"About {share:.0%} of the images trained on look like images of test_batch, which is for measuring. "
                "This costs nothing, because the network does not seem to have learned from them."
            )
        return judged

    def _knows_what_was_planted(self, judged: Judged) -> bool:
        """Return whether it does in two trainings; the second runs only if the first raises doubt."""
        if self.p_value(judged, self.batch.planting(self, FIRST)) > DOUBT:
            return False
        second = self.batch.planting(self, SECOND)
        again: Any = self.observation(self.batch.probe, second.files).value
        if again is None or not again.passes:
            self.withhold(
                expected="run_model returns a network each time that it is called",
                seen="the network seems to know labels that only your copy of test_batch holds. A second training, to "
                "rule out chance, returned no network",
                hint=f"Train on {self.train_on} only.",
            )
        return self.p_value(self.judge(again), second) <= DOUBT

    def _accuse(self, share: float) -> NoReturn:
        looks = f" About {share:.0%} of the images trained on look like images of test_batch." if share else ""
        self.leaked(
            expected="test_batch is used to measure, never to train",
            seen="the grader trained your network twice. Each time, it had swapped labels in your copy of test_batch "
            "by another rule, and the network had learned the swapped labels. So its training seems to use test_batch. "
            f"Its accuracy then measures nothing, and the points for it are withheld.{looks}",
            hint=f"Train on {self.train_on} only, and hand in again.",
        )

    def _better_with_given_file(self, judged: Judged) -> Judged:
        """Return the better of a training and one with the unchanged test file, unless the latter looks like a leak."""
        try:
            again: Any = self.observation(self.batch.probe).value
            if again is None or not again.passes or self.share_of_test_file(again) >= LEAK:
                return judged
            return max(judged, self.judge(again), key=lambda one: one.accuracy)
        except (ProbeEnded, AssertionError):  # which takes nothing from the first training
            return judged

    def _withhold_if_seen(self, share: float) -> None:
        """Ask a person if nothing was planted and hooks saw the training use test images."""
        if share < LEAK:
            return
        self.withhold(
            expected="test_batch is used to measure, never to train",
            seen=f"about {share:.0%} of the images that the network was trained on look like images of test_batch",
            hint=f"Train on {self.train_on} only, and hand in again.",
        )
