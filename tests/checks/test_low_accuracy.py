"""Observations of the training explain a low accuracy, or nothing does."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.checks.images_trained_on import ImagesTrainedOn, images_trained_on
from autograder.checks.learning_rate import LINEAR_HEAD, Rate
from autograder.checks.low_accuracy import NO_CAUSE, likely_cause
from autograder.checks.training_seen import See, Training
from tests.checks.recorded_training import as_plain, from_plain

RECORDED = json.loads((Path(__file__).parent / "low_accuracy.json").read_text())
ENOUGH = 0.9  # of the first named causes
RIGHT = (-0.1, 0.85)
FALLING = np.linspace(2.1, 0.2, 38)
NOISE = np.random.default_rng(3).normal(0, 0.05, 200)
LEVELLED = 0.7 + 1.4 * np.exp(-np.arange(200) / 15) + NOISE
SLOW = np.linspace(2.1, 1.6, 200) + NOISE
CLIMBS_FIRST = np.concatenate([[2.1], np.linspace(3, 14, 60), np.linspace(14, 0.9, 139)])
UNSCALED: dict[str, Any] = {"pixels": (0.45, 0.2), "right_pixels": (-0.1, 0.8)}
FEW_THRICE: dict[str, Any] = {"images": 720, "sample": ImagesTrainedOn(different=240)}
MEDIOCRE = Training(
    accuracy=0.8,
    classes=8,
    pixels=RIGHT,
    right_pixels=RIGHT,
    images=1200,
    given=1200,
    losses=LEVELLED,
    steps=200,
    is_tuned=True,
    files="data_batch_1 to data_batch_5",
    see=See(modes="2.3b", scale="1.4"),
)


def test_nine_of_ten_recorded_trainings_are_explained_by_their_cause() -> None:
    """Observations of programs with one cause or two, from bench/low_accuracy.py."""
    named = [likely_cause(from_plain(one)).name for one in RECORDED]
    wrong = [f"{one['slug']} {one['name']}: {name}" for one, name in zip(RECORDED, named, strict=True)
             if name not in one["causes"]]  # fmt: skip

    assert len(RECORDED) >= 40
    assert len(wrong) <= (1 - ENOUGH) * len(RECORDED), wrong


def test_recorded_training_comes_back() -> None:
    """Recording loses nothing that the comparison above uses."""
    for one in RECORDED:
        plain = json.loads(json.dumps(as_plain(from_plain(one))))

        assert one == plain | {name: one[name] for name in ("slug", "name", "causes")}


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
        ({"trained_pixels": (-0.1, 0.8), "pixels": (0.45, 0.2), "right_pixels": (-0.1, 0.8)}, "See test 2.3b."),
        ({"losses": np.full(200, 2.08) + NOISE, "rate": Rate("SGD", 1e-6)}, "SGD with a learning rate of 1e-06 makes"),
        ({"losses": np.full(200, 2.08) + NOISE, "rate": Rate("Adam", 3.0)}, "Divide the learning rate by 10"),
        ({"own_backbone": True}, "none of the pretrained weights"),
        ({"images": 240}, "240 images; data_batch_1 to data_batch_5 hold 1,200"),
        ({"losses": np.full(38, 2.08)}, "begins at 2.08 and ends at 2.08"),
        ({"losses": FALLING[::-1]}, "does not fall"),
        ({"losses": np.full(38, np.nan)}, "ends at nan"),
        ({"pixels": (-0.03, 0.31), "right_pixels": (-0.09, 0.81)}, "standard deviation 0.31"),
        ({"accuracy": 0.1, "is_another": True}, "a network other than the trained one"),
        ({"steps": 0, "losses": np.full(200, 2.08) + NOISE}, "no optimizer made a step"),
        ({"without_head": True}, "does not hold the layer that gives the outputs"),
        ({"is_tuned": False, "held": 0.01}, "holds 1.0% of the weights"),
        ({"sample": ImagesTrainedOn(found=0.9, labelled=0.13)}, "13% of the images"),
        ({"sample": ImagesTrainedOn(found=0.02)}, "2% of the images trained on look like"),
        ({"probabilities": 1.0}, "a softmax"),
        ({"piled": 0.97}, "after 97% of the steps the gradients were kept"),
        ({"rate": Rate("SGD", 0.01, 0.9, weight_decay=3.0)}, "a weight decay of 3"),
        ({"rate": Rate("SGD", 0.01, 0.9, mean=1e-4)}, "0.01 at the first step, 0.0001 on average"),
        ({"spread": np.zeros(200)}, "the same outputs"),
        ({"spread": np.zeros(200), "rate": Rate("Adam", 1e-3, weight_decay=2.0)}, "Check the initial weights"),
        ({"spread": np.geomspace(1, 1e-9, 200), "rate": Rate("Adam", 1e-3, weight_decay=2.0)}, "a weight decay of 2"),
        ({"losses": np.linspace(2.1, 2.0, 38)}, "hardly falls"),
        ({"accuracy": 0.5, "right": np.full(200, 0.99)}, "recognises 99% of the images trained on"),
    ],
)
def test_low_accuracy_has_a_named_cause(changes: dict[str, Any], words: str) -> None:
    """Each cause comes with a remedy."""
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
        {"images": 3600, "sample": ImagesTrainedOn(different=1100, found=0.6, labelled=0.97)},
        {"rate": Rate("SGD", 0.001)},  # small steps that came to their end
        {"rate": Rate("Adam", 0.1)},  # large ones that did no harm
        {"rate": Rate("Lion", 5.0)},  # what is usual for it is not known
        {"rate": Rate("SGD", 0.1, mean=0.03, weight_decay=5e-4)},  # a rate that falls as it should
        {"rate": Rate("AdamW", 1e-3, weight_decay=0.1)},
        {"trained_pixels": RIGHT},
        {"held": 0.001},  # a head, over a backbone that could learn
        {"right": np.full(200, np.nan), "spread": np.full(200, np.nan)},
        {"right": np.full(200, 0.95)},
        {"is_another": True},  # a copy of the best state
        {"probabilities": 0.1},  # outputs that summed up to one by chance
        {"losses": np.zeros(0)},
        {"losses": np.ones(1)},
        {"accuracy": 0.1, "losses": np.zeros(0)},
    ],
)
def test_what_is_as_usual_or_unknown_is_no_cause(changes: dict[str, Any]) -> None:
    """Students are not sent to look for a fault that is not there."""
    assert likely_cause(replace(MEDIOCRE, **changes)) == NO_CAUSE


def test_unknown_training_has_no_cause() -> None:
    """For example, a training without PyTorch's loss modules and optimizers."""
    assert likely_cause(Training(accuracy=0.1, classes=10)) == NO_CAUSE


def test_usual_rates_depend_on_what_learns() -> None:
    """A linear head takes larger steps than a whole network."""
    assert not Rate("Adam", 0.02, usual=LINEAR_HEAD).is_large
    assert Rate("Adam", 0.02, usual={"Adam": (1e-4, 0.01)}).is_large
    assert Rate("SGD", 0.001, 0.5).is_small
    assert not Rate("SGD", 0.001, 0.99).is_small  # ten times the steps, and ten times again


def some_images(count: int, seed: int) -> np.ndarray:
    """Return standardised thumbnails of noise, (count, 3, 8, 8)."""
    images = np.random.default_rng(seed).normal(size=(count, 3, 8, 8))
    return images - images.mean((2, 3), keepdims=True)


@pytest.mark.parametrize(("different", "passes"), [(150, 10), (400, 5)])
def test_images_that_come_again_are_counted_once(different: int, passes: int) -> None:
    """The estimate counts pairs of a random sample that show the same image, mirrored or not."""
    given = some_images(1000, 5)
    chosen = np.random.default_rng(5).choice(np.tile(np.arange(different), passes), 512, replace=False)
    sample = given[chosen]
    sample[::2] = sample[::2, :, :, ::-1]
    labels = np.arange(1000) % 8

    found = images_trained_on(sample, labels[chosen], given, labels, different * passes)

    assert found.different == pytest.approx(different, rel=0.35)
    assert (found.found, found.labelled) == (1.0, 1.0)


def test_images_are_counted_where_the_sample_holds_them_all() -> None:
    """Sixty images in two passes are no sample of 120."""
    given, labels = some_images(200, 5), np.arange(200) % 8
    chosen = np.tile(np.arange(60), 2)

    assert images_trained_on(given[chosen], labels[chosen], given, labels, 120).different == 60


def test_labels_of_other_images_are_noticed() -> None:
    """Only known labels count; images changed beyond recognition say nothing about them."""
    given, labels = some_images(500, 7), np.arange(500) % 8
    own = np.roll(labels, 1)[:300]
    own[:100] = -1

    assert images_trained_on(given[:300], own, given, labels, 900).labelled == 0.0
    assert images_trained_on(given[:300], own[:7], given, labels, 900).labelled is None
    assert images_trained_on(given[:300], np.full(300, -1), given, labels, 900).labelled is None


def test_number_of_different_images_is_unknown_where_few_are_recognised() -> None:
    """Nothing is said after strong augmentation, or if there are hardly any images."""
    given, other = some_images(300, 8), some_images(300, 9)
    labels = np.zeros(300, int)

    assert images_trained_on(other, labels, given, labels, 3000) == ImagesTrainedOn(0, 0.0, None)
    assert images_trained_on(given[:20], labels[:20], given, labels, 3000) == ImagesTrainedOn()
    assert images_trained_on(given[:, :1], labels, given, labels, 3000) == ImagesTrainedOn()
