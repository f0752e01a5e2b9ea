"""A low accuracy of an uploaded network is explained by its answers, its weights and its history, or not at all."""

from dataclasses import replace

import numpy as np
import pytest
from torch import nn

from autograder.assignments.animals_transfer.told_by_history import told_by
from autograder.assignments.mnist_cnn.prepared_otherwise import prepared_otherwise
from autograder.checks.low_accuracy import likely_cause
from autograder.checks.uploaded_accuracy import NOTHING_SEEN, Uploaded, cause_of_upload

NAMES = ("cats", "dogs", "panda")
MEDIOCRE = Uploaded(np.array([[20, 10, 10], [12, 18, 10], [8, 12, 20]]), NAMES)


def layers(trained: bool) -> list[np.ndarray]:
    """Return weights of two new layers, one of which has perhaps learned."""
    found = [one.weight.detach().numpy().copy() for one in (nn.Conv2d(3, 16, 5), nn.Linear(64, 10))]
    found[1][0, 0] += trained
    return found


@pytest.mark.parametrize(
    ("changes", "name", "words"),
    [
        ({"weights": layers(trained=False)}, "untrained", "no training has changed them"),
        ({"otherwise": {"mirrored": 0.3, "with pixels from 0 to 1": 0.97}}, "prepared otherwise", "97% of the same"),
        ({"confusion": np.array([[2, 38, 0], [0, 3, 37], [35, 2, 3]])}, "classes renamed", "'cats' is called 'dogs'"),
        ({"confusion": np.array([[40, 0, 0], [39, 1, 0], [40, 0, 0]])}, "one answer", "99% of all answers are 'cats'"),
        ({"stated": 0.93}, "unlike the history", "93%"),
    ],
)
def test_cause_is_named(changes: dict[str, object], name: str, words: str) -> None:
    """Each cause comes with a remedy."""
    cause = cause_of_upload(replace(MEDIOCRE, **changes))  # type: ignore[arg-type]

    assert cause.name == name
    assert words in cause.seen
    assert cause.hint.endswith(".")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"weights": layers(trained=True)},
        {"weights": [np.zeros((10, 3))]},  # too few to tell
        {"otherwise": {"mirrored": 0.52}},
        {"confusion": np.array([[2, 3, 0], [0, 1, 3], [3, 0, 1]])},  # thirteen images
        {"stated": 0.6},
    ],
)
def test_what_is_as_usual_or_unknown_is_no_cause(changes: dict[str, object]) -> None:
    """Nothing is named for a network that has simply not learned enough."""
    assert cause_of_upload(replace(MEDIOCRE, **changes)) is NOTHING_SEEN  # type: ignore[arg-type]


def test_history_tells_how_the_loss_went() -> None:
    """That of the best network; accuracies may be in percent, and entries may be no numbers."""
    flat = {"train_loss": [1.1] * 50, "val_acc": [34.0] * 49 + [None], "lr": [5.0] * 50, "train_acc": [33.0] * 50}
    told = told_by({"scratch": flat, "fixed": {"val_acc": []}})

    assert told and told.stated == 0.34
    assert likely_cause(told.training).name == "large steps"
    assert told_by({}) is None


def test_digits_are_prepared_in_the_usual_ways() -> None:
    """Scales from the images as they are given; changes of place upon what the student's code makes of them."""
    images = np.random.default_rng(1).integers(0, 256, (2, 1, 28, 28)).astype(np.uint8)
    made = prepared_otherwise({"images": images, "mix": [[0.5]], "shift": [-1.0]}, images)

    assert np.allclose(made["with pixels from -1 to 1"], images / 127.5 - 1, atol=1e-6)
    assert np.allclose(made["with pixels from 0 to 255"], images)
    assert np.allclose(made["mirrored"], 0.5 * images[..., ::-1] - 1)
    assert "mirrored" not in prepared_otherwise({"images": images / 255, "mix": [[1.0]], "shift": [0.0]}, images)
