"""Held-out images reach a student's code only where its preprocessing is not understood, and never its network."""

import numpy as np
import pytest

from autograder.checks.clean_room import does_not_follow, for_clean_room, own_accuracy
from autograder.checks.handed import Handed
from autograder.wire.network import ShownImages

PUBLIC = np.random.default_rng(3).integers(0, 256, (6, 3, 8, 8), np.uint8)
HELDOUT = np.random.default_rng(4).integers(0, 256, (9, 3, 8, 8), np.uint8)


def shown(prepared: np.ndarray, inputs: np.ndarray) -> ShownImages:
    """Return what a network was shown."""
    return ShownImages(
        prepared=prepared.astype(np.float32), inputs=inputs.astype(np.float32), predicted=np.arange(len(inputs)) % 3
    )


def refuse() -> np.ndarray:
    """Stand for the student's code, which must not be asked."""
    raise AssertionError("held-out images went to the student's code")


def test_our_own_code_prepares_where_it_can() -> None:
    """The student's preprocessing is not asked; ours gets the images and three numbers for each colour."""
    inputs = for_clean_room([], shown(PUBLIC / 255, PUBLIC / 127.5 - 1), PUBLIC, HELDOUT, refuse)
    assert inputs
    heldout = inputs["heldout"].value

    assert (heldout["images"] == HELDOUT).all()
    assert np.allclose(heldout["mix"], np.eye(3) / 127.5, atol=1e-6)
    assert np.allclose(heldout["shift"], -1, atol=1e-4)


def test_unknown_preprocessing_is_the_students_and_the_networks_own_is_ours() -> None:
    """The operations before the first layer are worked out, since they are not where the images are."""
    squares = (PUBLIC / 255.0) ** 2
    inputs = for_clean_room(
        [], shown(squares, 2 * squares - 1), PUBLIC, HELDOUT, lambda: ((HELDOUT / 255.0) ** 2).astype(np.float32)
    )
    assert inputs
    heldout = inputs["heldout"].value

    assert np.allclose(heldout["images"], (HELDOUT / 255.0) ** 2)
    assert np.allclose(heldout["mix"], 2 * np.eye(3), atol=1e-4)


@pytest.mark.parametrize("prepared", [np.zeros((0, 3, 8, 8)), np.zeros((9, 192))])
def test_images_of_no_use_are_told(prepared: np.ndarray) -> None:
    """The test says so, and no probe runs."""
    squares = (PUBLIC / 255.0) ** 2

    assert for_clean_room([], shown(squares, squares), PUBLIC, HELDOUT, lambda: prepared) is None


@pytest.mark.parametrize(
    ("agreement", "own", "ours", "doubted"),
    [
        (1.0, 0.9, 0.2, False),  # the weights answer, and do badly on other images: that is for the test to judge
        (0.3, 0.9, 0.2, True),
        (0.3, 0.3, 0.2, False),  # nobody gains by it
    ],
)
def test_answers_that_do_not_come_from_the_weights_are_doubted(
    agreement: float, own: float, ours: float, doubted: bool
) -> None:
    """Both have to hold: other answers, and better ones."""
    assert does_not_follow(agreement, own, ours) is doubted


def test_own_accuracy_counts_the_images_shown() -> None:
    """Predictions beyond the labels, or none at all, are no merit."""
    seen = shown(PUBLIC, PUBLIC)

    assert own_accuracy(seen, [0, 1, 2, 1, 1, 1]) == pytest.approx(4 / 6)
    assert own_accuracy(shown(PUBLIC[:0], PUBLIC[:0]), []) == 0.0


def test_handed_values_are_named_by_their_numbers() -> None:
    """Two networks of the same shape are two questions."""
    one, same, other = (Handed({"weights": np.full(3, value, np.float32)}) for value in (1, 1, 2))

    assert one.sha256 == same.sha256 != other.sha256
    assert one("any digest") is one.value
