"""Finding the curves of a rubric in a student's history."""

import math

import pytest

from autograder.checks.histories import NAMES, History, curves_called, find, holds, shown

TRAIN, TEST = [0.6, 0.6], [0.75, 0.75]
LOSS, VAL_LOSS, ACC, VAL_ACC = [2.0, 1.0], [2.5, 1.5], [0.1, 0.2], [0.3, 0.4]


@pytest.mark.parametrize(
    "history",
    [
        History({"step": [4, 8], "train_acc": TRAIN, "test_acc": TEST}),
        History({"train accuracy": TRAIN, "Val_Acc": TEST}),
        History(unnamed=[[4, 8], TRAIN, TEST]),
        History(unnamed=[[4, 0.6, 0.75], [8, 0.6, 0.75]]),
    ],
)
def test_curve_is_found_by_its_name_or_its_numbers(history: History) -> None:
    """Lists and rows without names work as well as names."""
    assert find(history, (("train", "acc"),), lambda curve: curve == TRAIN) == TRAIN
    assert find(history, (("test", "acc"), ("val", "acc")), lambda curve: curve == TEST) == TEST


def test_first_words_are_preferred() -> None:
    """A better name wins, wherever it stands."""
    history = History({"loss": LOSS, "train_loss": VAL_LOSS})

    assert find(history, (("train", "loss"), ("loss",)), lambda curve: True) == VAL_LOSS


def test_named_curve_is_not_found_by_its_numbers() -> None:
    """The student has said what it is."""
    assert find(History({"other": TRAIN}), (("train", "acc"),), lambda curve: True) is None


def test_columns_without_names_have_places() -> None:
    """Lists of equal length are read as rows as well; a single number is not a column."""
    assert History(unnamed=[[1, 2], [3, 4]]).columns == {"#1": [1, 2], "#2": [3, 4], "#3": [1, 3], "#4": [2, 4]}
    assert History(unnamed=[[1], [2, 3]]).columns == {"#2": [2, 3]}
    assert History().columns == {}


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (NAMES, [LOSS, ACC, VAL_LOSS, VAL_ACC]),
        (("loss", "accuracy", "test_loss", "test_accuracy"), [LOSS, ACC, VAL_LOSS, VAL_ACC]),
        (("Train Loss", "Train Acc", "Valid Loss", "Valid Acc"), [LOSS, ACC, VAL_LOSS, VAL_ACC]),
    ],
)
def test_curves_are_known_under_similar_names(names: tuple[str, ...], found: list[list[float]]) -> None:
    """Validation curves say so; all others belong to the training."""
    history = History(dict(zip(names, found, strict=True)) | {"lr": [0.1, 0.1]})

    assert [list(curves_called(name, history)) for name in NAMES] == [[curve] for curve in found]


def test_four_lists_are_read_in_both_usual_orders() -> None:
    """Either the losses come first, or the training."""
    history = History(unnamed=[LOSS, ACC, VAL_LOSS, VAL_ACC])

    assert list(curves_called("val_loss", history)) == [VAL_LOSS, ACC]
    assert list(curves_called("train_loss", history)) == [LOSS, LOSS]
    assert list(curves_called("val_loss", History(unnamed=[LOSS, ACC]))) == []


@pytest.mark.parametrize(
    ("curve", "expected"), [([0.1, 0.2], True), ([0.1], False), ([0.1, math.nan], False), ([0.1, 3.0], False)]
)
def test_curve_holds_with_its_length_and_accepted_numbers(curve: list[float], expected: bool) -> None:
    """A number that is not finite is never accepted."""
    assert holds(curve, 2, lambda value: not value > 1) is expected


def test_long_curve_is_shown_by_its_beginning() -> None:
    """Four numbers, then dots."""
    assert shown([0.5, 1, 2, 3]) == "[0.5, 1, 2, 3]"
    assert shown([0.123456, 1, 2, 3, 4]) == "[0.1235, 1, 2, 3, …]"


def test_number_that_is_not_finite_is_shown_wherever_it_stands() -> None:
    """Five finite numbers would not say why finite ones are expected."""
    assert shown([*[0.5] * 59, math.inf]).endswith("; number 60 of 60 is inf")
    assert shown([0.5, math.nan]) == "[0.5, nan]; number 2 of 2 is nan"
