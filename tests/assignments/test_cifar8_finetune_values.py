"""The suites of `cifar8_finetune` name causes that they work out from values alone."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autograder.assignments.cifar8_finetune.low_accuracy import NO_CAUSE, Training, likely_cause
from autograder.assignments.cifar8_finetune.observed import Sample
from autograder.assignments.cifar8_finetune.scaling import wrong_scale
from autograder.assignments.cifar8_finetune.test_dataset import HINTS, diagnosis, stale, wrong_length
from autograder.assignments.cifar8_finetune.test_loader import first_difference
from autograder.assignments.cifar8_finetune.test_training import first_difference as step_difference
from autograder.assignments.cifar8_finetune.test_training import little_learned, standstill
from autograder.assignments.cifar8_finetune.training_seen import Rate, different_images
from autograder.checks.layout import WRONG_LAYOUTS

PIXELS = np.random.default_rng(0).integers(0, 256, (3, 32, 32)).astype(np.float64)
MEAN, STD = 0.48, 0.25


def sample(array: Any) -> Sample:
    """Return what the probe makes of an array."""
    return Sample(kind="ndarray", array=array.astype(np.float32))


def statistics(pixels: Any) -> tuple[float, float]:
    """Return mean and standard deviation."""
    return float(np.mean(pixels)), float(np.std(pixels))


RIGHT = statistics((PIXELS / 255 - MEAN) / STD)


@pytest.mark.parametrize(
    ("pixels", "words"),
    [
        ((PIXELS - MEAN) / STD, "normalised without being divided by 255"),
        (PIXELS, "pixels stay in 0 to 255"),
        ((PIXELS / 255 / 255 - MEAN) / STD, "scaled twice"),
        (PIXELS / 255 / 255, "scaled twice"),
        (PIXELS / 255, "are not normalised"),
    ],
)
def test_wrong_range_is_named(pixels: Any, words: str) -> None:
    """Each with what to do about it."""
    wrong = wrong_scale(statistics(pixels), RIGHT)

    assert wrong is not None
    assert words in wrong.what
    assert wrong.hint


@pytest.mark.parametrize(("mean", "std"), [(0.48, 0.25), (0.5, 0.5), (0.47, 0.21), (0.0, 1.1 * STD)])
def test_usual_constants_are_not_complained_of(mean: float, std: float) -> None:
    """Other data sets' means and standard deviations serve as well."""
    assert wrong_scale(statistics((PIXELS / 255 - mean) / std), RIGHT) is None


def test_constant_images_are_named_without_a_division_by_zero() -> None:
    """A network sees nothing in them."""
    assert wrong_scale((0.0, 0.0), RIGHT) is not None
    assert wrong_scale(RIGHT, (0.0, 0.0)) is not None


@pytest.mark.parametrize("what", WRONG_LAYOUTS)
def test_wrong_layout_is_named(what: str) -> None:
    """At any scale, planes first or last."""
    wrong = WRONG_LAYOUTS[what](PIXELS)
    true = sample(PIXELS)

    for image in (wrong, wrong.transpose(1, 2, 0) / 255 - 1):
        assert diagnosis(sample(image), true) == (what, HINTS[what])


def test_flat_row_is_named() -> None:
    """Whoever forgets the reshape reads that."""
    what, hint = diagnosis(sample(PIXELS.ravel()), sample(PIXELS))

    assert what == "ndarray of shape (3072,): the row of the file is still flat"
    assert "Reshape" in hint


def test_first_number_that_differs_is_named_with_the_tolerance() -> None:
    """NaN differs from everything, and another shape is told elsewhere."""
    assert step_difference(np.ones(3), np.ones(3) + 1e-8) == ""
    assert step_difference(np.array([1.0, 0.9]), np.array([1.0, 0.8])) == (
        "; number 1 of the parameter is 0.9 instead of 0.8 (tolerance 1e-06)"
    )
    assert "is nan instead of 1" in step_difference(np.array([np.nan]), np.ones(1))
    assert step_difference(np.ones(2), np.ones(3)) == ""


def test_first_batch_that_differs_is_named() -> None:
    """With what would be right."""
    assert first_difference([[16], [16, 1]], [[16], [7]]) == "(16, 1) in batch 2 of 2, where (7,) is right"
    assert first_difference([[16]], [[16], [7]]) == ""


@pytest.mark.parametrize(
    ("seen", "words"),
    [(240, "as many as one of the files"), (300, "as many as one of the files"), (539, "one too few"), (7, "7")],
)
def test_wrong_length_is_told_by_what_it_equals(seen: int, words: str) -> None:
    """Of two files, with 300 and 240 samples."""
    what, hint = wrong_length(seen, want=540, last=240)

    assert words in what
    assert hint.endswith(".")


def test_one_file_is_not_taken_for_one_of_several() -> None:
    """An empty data set of the only file is just empty."""
    assert wrong_length(0, want=240, last=240)[0] == "0"


def test_transform_that_is_lost_is_told_from_one_that_is_kept() -> None:
    """The test's own transform gives images of one value."""
    assert "stays as it was" in stale(PIXELS)[0]
    assert "the image of the first" in stale(np.ones((3, 32, 32)))[0]
    assert "the image of the first" in stale(np.zeros(0))[0]


def test_weights_that_stand_still_are_explained_by_the_steps() -> None:
    """No step, steps without a gradient, steps with one that moves nothing."""
    told = [standstill(0, 0), standstill(24, 0), standstill(24, 24)]

    assert [what.split(",")[0] for what, _ in told] == [
        "optimizer.step() was never called",
        "optimizer.step() was called 24 times",
        "optimizer.step() was called 24 times",
    ]
    assert len({hint for _, hint in told}) == 3


def test_pass_that_learns_little_is_explained_by_how_it_went() -> None:
    """It ended early, went the wrong way, or was slow."""
    assert "every batch" in little_learned(ended_early=True, fell=True)
    assert "without another sign" in little_learned(ended_early=False, fell=False)
    assert "without a softmax" in little_learned(ended_early=False, fell=True)


FALLING = np.linspace(2.1, 0.2, 38)
NOISE = np.random.default_rng(3).normal(0, 0.05, 200)
LEVELLED = 0.7 + 1.4 * np.exp(-np.arange(200) / 15) + NOISE
SLOW = np.linspace(2.1, 1.6, 200) + NOISE
CLIMBS_FIRST = np.concatenate([[2.1], np.linspace(3, 14, 60), np.linspace(14, 0.9, 139)])
UNSCALED: dict[str, Any] = {"pixels": (0.45, 0.2), "right_pixels": (-0.1, 0.8)}
FEW_THRICE: dict[str, Any] = {"images": 720, "different": 240}
MEDIOCRE = Training(
    accuracy=0.8, pixels=RIGHT, right_pixels=RIGHT, own_backbone=False, images=1200, given=1200, losses=LEVELLED
)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"pixels": (0.45, 0.2), "right_pixels": (-0.1, 0.8)}, "are not normalised"),
        (UNSCALED | {"losses": CLIMBS_FIRST, "rate": Rate("Adam", 0.1)}, "Adam with a learning rate of 0.1"),
        (UNSCALED | {"losses": CLIMBS_FIRST}, "from 2.10 to"),
        (UNSCALED | {"losses": SLOW, "rate": Rate("SGD", 0.01, 0.9)}, "are not normalised"),
        (UNSCALED | {"trained_pixels": (115, 50), "losses": CLIMBS_FIRST, "pixels": (115, 50)}, "stay in 0 to 255"),
        ({"losses": SLOW, "rate": Rate("SGD", 0.001)}, "SGD with a learning rate of 0.001 makes small steps"),
        (FEW_THRICE | {"losses": SLOW, "rate": Rate("SGD", 0.001)}, "SGD with a learning rate of 0.001 makes small"),
        (FEW_THRICE | {"rate": Rate("SGD", 0.01, 0.9)}, "720 images, about 240 different ones"),
        ({"losses": SLOW, "rate": Rate("SGD", 0.01, 0.9)}, "still falls when training ends, at 1.6"),
        ({"trained_pixels": (-0.1, 0.8), "pixels": (0.45, 0.2), "right_pixels": (-0.1, 0.8)}, "see test 2.3b"),
        ({"losses": np.full(200, 2.08) + NOISE, "rate": Rate("SGD", 1e-6)}, "with SGD with a learning rate of 1e-06"),
        ({"own_backbone": True}, "none of the weights"),
        ({"images": 240}, "240 images; data_batch_1 to data_batch_5 hold 1,200"),
        ({"losses": np.full(38, 2.08)}, "begins at 2.08 and ends at 2.08"),
        ({"losses": FALLING[::-1]}, "does not come down"),
        ({"losses": np.full(38, np.nan)}, "ends at nan"),
        ({"pixels": (-0.03, 0.31), "right_pixels": (-0.09, 0.81)}, "standard deviation 0.31"),
        ({"accuracy": 0.1}, "no better than guessing"),
    ],
)
def test_low_accuracy_has_a_named_cause(changes: dict[str, Any], words: str) -> None:
    """Each with what to do about it."""
    cause = likely_cause(replace(MEDIOCRE, **changes))

    assert words in f"{cause.seen}; {cause.hint}"
    assert cause.hint.endswith((".", "?"))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"pixels": None},
        {"images": 0},  # not known
        {"images": 960},  # a fifth was kept aside
        {"images": 3600, "different": 1100},
        {"rate": Rate("SGD", 0.001)},  # small steps that came to their end
        {"rate": Rate("Adam", 0.1)},  # large ones that did no harm
        {"rate": Rate("Lion", 5.0)},  # what is usual for it is not known
        {"trained_pixels": RIGHT},
        {"losses": np.zeros(0)},
        {"losses": np.ones(1)},
        {"accuracy": 0.1, "losses": np.zeros(0)},
    ],
)
def test_what_is_as_usual_or_unknown_is_no_cause(changes: dict[str, Any]) -> None:
    """Students are not sent after what is right."""
    assert likely_cause(replace(MEDIOCRE, **changes)) == NO_CAUSE


@pytest.mark.parametrize(("different", "passes"), [(150, 10), (400, 5)])
def test_images_that_come_again_are_counted_once(different: int, passes: int) -> None:
    """By how often two of a random sample are one image, mirrored or not."""
    random = np.random.default_rng(5)
    given = random.normal(size=(1000, 3, 8, 8))
    given -= given.mean((2, 3), keepdims=True)
    seen = np.tile(np.arange(different), passes)
    sample = given[random.choice(seen, 512, replace=False)]
    sample[::2] = sample[::2, :, :, ::-1]

    assert different_images(sample, given, len(seen)) == pytest.approx(different, rel=0.35)


def test_number_of_different_images_is_unknown_where_few_are_recognised() -> None:
    """After strong augmentation, or where there are hardly any, nothing is said."""
    random = np.random.default_rng(6)
    given, other = random.normal(size=(2, 300, 3, 8, 8))

    assert different_images(other, given, 3000) == 0
    assert different_images(given[:20], given, 3000) == 0
