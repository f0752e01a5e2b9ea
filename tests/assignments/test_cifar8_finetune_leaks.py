"""Points are withheld from networks that know planted labels twice, and honest programs lose nothing by them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from autograder import project
from autograder.assignments.cifar8_finetune.observed import FileThumbnails, HeldoutLogits, Pass, Trained, Weights
from autograder.assignments.cifar8_finetune.run_model import TEST_FILE, TRAINING
from autograder.assignments.cifar8_finetune.trained_network import Judged, TrainedNetwork
from autograder.checks.evidence import Evidence
from autograder.checks.findings import Leak, ProbeEnded, Withheld
from autograder.checks.perturbation import order_of
from autograder.checks.pickled_batches import read_batch
from autograder.checks.planted_training import FIRST, SECOND
from autograder.checks.planting import Planted
from autograder.manifest import load_assignment
from autograder.model.observation import Observation
from autograder.model.verdict import Verdict
from autograder.wire.network import MOST_SHOWN

SLUG, SECRET, MINE, THEIRS = "cifar8_finetune", "a secret", "digest of a submission", "digest of the reference"
DATA = project.data(SLUG, "embedded")
PUBLIC, PUBLIC_LABELS = read_batch(DATA / TEST_FILE)
SHOWN = (PUBLIC[:MOST_SHOWN] / 255).astype(np.float32)
THUMBNAILS = np.random.default_rng(0).normal(size=(60, 3, 8, 8)).astype(np.float16)
TEST, GIVEN = THUMBNAILS[:20], THUMBNAILS[20:]
RAISED = Observation(Verdict.RAISED, reason="AssertionError")
AS_GIVEN = "as given"


def labels_of(digest: str) -> np.ndarray:
    """Return the labels of the held-out images that a submission gets."""
    labels = read_batch(DATA / "heldout_batch")[1]
    return labels[order_of(SECRET, digest, len(labels))]


def network(digest: str = MINE, right: float = 1.0, knows: list[int] | None = None, **more: Any) -> Observation:
    """Return a training whose network recognises a share of the held-out images, and may know the planted labels.

    Its weights stand for the logits that they lead to.
    """
    labels, random = labels_of(digest), np.random.default_rng(len(digest))
    logits = random.normal(size=(len(labels), 8)).astype(np.float32)
    if knows:
        logits[np.arange(len(labels)), np.array(knows)[labels]] += 2
    logits[np.arange(len(labels)), labels] += np.where(np.arange(len(labels)) < right * len(labels), 9, -9)
    one = Pass(way="test", prepared=SHOWN, inputs=SHOWN, predicted=PUBLIC_LABELS[:MOST_SHOWN])
    seen = Trained(returned="a network", weights=Weights(backbone=[], head=[logits]), passes=[one], **more)
    return Observation(Verdict.RETURNED, seen)


@dataclass
class Submission:
    """Answers for a submission, or for the reference, and notes which trainings were asked for."""

    digest: str
    trainings: Mapping[str | int, Observation]
    plants: Mapping[bytes, int] = field(default_factory=dict)
    asked: list[str | int] = field(default_factory=list)

    def observe(self, probe: str, deferred: Mapping[str, Any] | None = None, **arguments: Any) -> Observation:
        """Return a probe's observation."""
        if probe == FileThumbnails.probe:
            small = TEST if arguments["files"] == [TEST_FILE] else GIVEN
            return Observation(Verdict.RETURNED, FileThumbnails(thumbnails=small))
        if probe == HeldoutLogits.probe and deferred:
            logits = deferred["weights"].value.head[0]
            return Observation(Verdict.RETURNED, HeldoutLogits(logits=logits, agreement=1.0))
        planted = [one for one in (deferred or {}).values() if isinstance(one, Planted)]
        which = self.plants[planted[0].value.tobytes()] if planted else AS_GIVEN
        if which not in self.asked:
            self.asked.append(which)
        return self.trainings[which]


class Case(TrainedNetwork):
    """Stands for a test."""

    def runTest(self) -> None:
        """Does nothing."""


def case_of(trainings: Callable[[TrainedNetwork], Mapping[str | int, Observation]]) -> tuple[Case, Submission]:
    """Return a test of a submission with these trainings, which may depend on the planted labels."""
    case = Case()
    case.setUp()
    case.speaks_aside = True  # as in `disclosed`
    mine, reference = Submission(MINE, {}), Submission(THEIRS, {AS_GIVEN: network(THEIRS)})
    case.evidence = Evidence(mine, reference, load_assignment(SLUG).profiles["embedded"], DATA, SECRET)
    mine.plants = {TRAINING.planting(case, one).files[TEST_FILE].value.tobytes(): one for one in (FIRST, SECOND)}
    mine.trainings = trainings(case)
    return case, mine


def planted(case: TrainedNetwork, training: int) -> list[int]:
    """Return the derangement that is planted for a training."""
    return list(TRAINING.planting(case, training).planted)


def judged(case: Case) -> Judged:
    """Return the training that counts."""
    return case.judged()


def test_honest_network_is_trained_once() -> None:
    """A full score needs no further training, even if the program looked at the test file."""
    case, mine = case_of(lambda _: {FIRST: network(test_file_opened=True)})

    assert judged(case).accuracy == 1.0
    assert mine.asked == [FIRST]
    assert case.remarks == []


def test_network_that_learned_two_derangements_is_withheld_its_points() -> None:
    """Each copy of the test file taught it the labels planted there."""
    case, mine = case_of(lambda of: {one: network(knows=planted(of, one)) for one in (FIRST, SECOND)})

    with pytest.raises(Leak, match="the network had learned the swapped labels"):
        judged(case)
    assert mine.asked == [FIRST, SECOND]


def test_one_finding_is_no_accusation() -> None:
    """One honest network in a hundred answers as if it knew, and trains once more for that."""
    case, mine = case_of(lambda of: {FIRST: network(knows=planted(of, FIRST)), SECOND: network()})

    assert judged(case).accuracy == 1.0
    assert mine.asked == [FIRST, SECOND]


def test_network_that_knows_other_derangements_is_honest() -> None:
    """A network knows another submission's planted labels only by chance."""
    case, mine = case_of(lambda of: {FIRST: network(knows=planted(of, SECOND))})

    assert judged(case).accuracy == 1.0
    assert mine.asked == [FIRST]


def test_person_decides_where_a_second_training_returns_nothing() -> None:
    """One finding does not accuse, and a program that ends otherwise the second time does not clear itself."""
    case, _ = case_of(lambda of: {FIRST: network(knows=planted(of, FIRST)), SECOND: RAISED})

    with pytest.raises(Withheld):
        judged(case)


def test_program_that_was_misled_by_planted_labels_trains_once_more() -> None:
    """Early stopping by the test loss may end too soon; the training with the unchanged file counts if it is better."""
    low = network(right=0.7, test_file_opened=True)
    better, _ = case_of(lambda _: {FIRST: low, AS_GIVEN: network(right=0.96)})
    worse, _ = case_of(lambda _: {FIRST: low, AS_GIVEN: network(right=0.5)})

    assert judged(better).accuracy == pytest.approx(0.96, abs=0.01)
    assert judged(worse).accuracy == pytest.approx(0.7, abs=0.01)


def test_program_that_did_not_look_trains_once_whatever_its_accuracy() -> None:
    """Planted labels cannot have misled it."""
    case, mine = case_of(lambda _: {FIRST: network(right=0.7)})

    assert judged(case).accuracy == pytest.approx(0.7, abs=0.01)
    assert mine.asked == [FIRST]


@pytest.mark.parametrize(
    "lost",
    [RAISED, Observation(Verdict.CPU_BUDGET, Trained(test_file_opened=True))],
    ids=["an assertion on the test accuracy", "a loop until it is high"],
)
def test_program_that_comes_to_grief_gets_the_file_as_handed_out(lost: Observation) -> None:
    """An honest program may assert that its test accuracy is high, or train until it is."""
    case, _ = case_of(lambda _: {FIRST: lost, AS_GIVEN: network()})

    assert judged(case).accuracy == 1.0


def test_program_that_takes_too_long_without_looking_is_not_run_again() -> None:
    """Another minute would end in the same way."""
    case, mine = case_of(lambda _: {FIRST: Observation(Verdict.CPU_BUDGET, Trained())})

    with pytest.raises(ProbeEnded):
        judged(case)
    assert mine.asked == [FIRST]


def test_training_on_the_file_as_handed_out_does_not_count_where_it_is_seen() -> None:
    """A program that trains on test images only where nothing is planted gains nothing by it."""
    leaks: dict[str, Any] = {"trained_on": TEST, "images_trained_on": len(TEST)}
    low, _ = case_of(lambda _: {FIRST: network(right=0.7, test_file_opened=True), AS_GIVEN: network(**leaks)})
    raised, _ = case_of(lambda _: {FIRST: RAISED, AS_GIVEN: network(**leaks)})

    assert judged(low).accuracy == pytest.approx(0.7, abs=0.01)
    with pytest.raises(Withheld, match="look like images of test_batch"):
        judged(raised)


def test_what_hooks_see_alone_is_said_and_costs_nothing() -> None:
    """A gradient of test images that moved nothing is no leak."""
    case, _ = case_of(lambda _: {FIRST: network(trained_on=TEST, images_trained_on=len(TEST))})

    assert judged(case).accuracy == 1.0
    assert any("costs nothing" in one for one in case.remarks)
