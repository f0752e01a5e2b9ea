"""The suites of `cifar8_finetune` name causes that they work out from values alone."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from autograder.assignments.cifar8_finetune import probe_training, test_training
from autograder.assignments.cifar8_finetune.observed import Preprocessed, Sample
from autograder.assignments.cifar8_finetune.test_dataset import HINTS, diagnosis, stale, wrong_length
from autograder.assignments.cifar8_finetune.test_loader import first_difference, scale_alike
from autograder.assignments.cifar8_finetune.test_training import first_difference as step_difference
from autograder.assignments.cifar8_finetune.test_training import little_learned, standstill
from autograder.checks.layout import WRONG_LAYOUTS
from autograder.model.outcome import Outcome
from tests.assignments.in_process import Program, outcomes_of

PIXELS = np.random.default_rng(0).integers(0, 256, (3, 32, 32)).astype(np.float64)


def sample(array: Any) -> Sample:
    """Return what the probe makes of an array."""
    return Sample(kind="ndarray", array=array.astype(np.float32))


@pytest.mark.parametrize("what", WRONG_LAYOUTS)
def test_wrong_layout_is_named(what: str) -> None:
    """At any scale, planes first or last."""
    wrong = WRONG_LAYOUTS[what](PIXELS)
    true = sample(PIXELS)

    for image in (wrong, wrong.transpose(1, 2, 0) / 255 - 1):
        assert diagnosis(sample(image), true) == (what, HINTS[what])


USUAL: dict[str, Any] = {"test": (-0.02, 0.9), "test_ends": (-1.98, 2.12)}


@pytest.mark.parametrize(
    ("train", "ends", "alike"),
    [
        ((-0.1, 1.0), (-1.9, 2.1), True),
        ((-0.29, 1.03), (-1.98, 2.12), True),  # cropped behind a border, and partly erased
        ((0.47, 0.25), (0.0, 1.0), False),  # not normalised
        ((-0.06, 0.5), (-1.0, 1.0), False),  # normalised by 0.5
        ((0.0, 0.0), (0.0, 0.0), False),
    ],
)
def test_modes_scale_alike_by_spread_or_by_the_ends(train: Any, ends: Any, alike: bool) -> None:
    """Borders around images say nothing of their scale."""
    nothing = np.zeros(0, np.float32)
    made = Preprocessed(
        fetches=(nothing, nothing), kind="", floats=True, repeatable=True, train=train, train_ends=ends, **USUAL
    )

    assert scale_alike(made) is alike


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
    assert "does not change" in stale(PIXELS)[0]
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
    assert "do not change its sign" in little_learned(ended_early=False, fell=False)
    assert "without a softmax" in little_learned(ended_early=False, fell=True)


def build_optimizer(kind: str, parameters: Any, hparams: dict[str, float]) -> torch.optim.Optimizer:
    """Return what the hand-out asks for."""
    if kind == "Adam":
        return torch.optim.Adam(parameters, lr=hparams["lr"])
    return torch.optim.SGD(parameters, lr=hparams["lr"], momentum=hparams["momentum"])


def of_optimizer(build: Callable[..., Any]) -> dict[str, Outcome]:
    """Return the outcomes of 4.1a and 4.1b."""
    made, right = Program(build_optimizer=build), Program(build_optimizer=build_optimizer)
    given = "cifar8_finetune/cifar10_batches"
    return outcomes_of([test_training.TestOptimizer], made, [probe_training], given, reference=right)


def test_settings_that_nobody_asked_for_are_noticed() -> None:
    """Whatever Adam does with the size of a gradient."""

    def with_settings(kind: str, parameters: Any, hparams: dict[str, float], **settings: Any) -> Any:
        return torch.optim.Adam(parameters, lr=hparams["lr"], **settings)

    for settings in ({"weight_decay": 0.1}, {"weight_decay": 1e-4}, {"betas": (0.5, 0.999)}):
        outcome = of_optimizer(lambda *asked, added=settings: with_settings(*asked, **added))["4.1a"]

        assert "perhaps you set more, such as weight decay" in outcome.explanation.seen
    assert of_optimizer(build_optimizer)["4.1a"].score == 2


def test_key_that_hparams_lacks_is_answered_with_the_call() -> None:
    """And with the keys that there are."""
    outcome = of_optimizer(lambda kind, given, hparams: torch.optim.SGD(given, lr=hparams["learning_rate"]))["4.1b"]

    assert outcome.score == 0
    assert 'build_optimizer("SGD", parameters, {' in outcome.explanation.expected
    assert 'the keys of hparams are "lr" and "momentum"' in outcome.explanation.expected
    assert "KeyError" in outcome.explanation.seen
