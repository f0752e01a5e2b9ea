"""Measures of held-out predictions are right at their edges."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.checks import measures

fractions = st.floats(0, 1)


def test_prediction_is_the_largest_of_the_first_logits() -> None:
    """Outputs beyond the counted classes are never predicted."""
    logits = np.array([[1.0, 3.0, 2.0, 9.0], [5.0, -1.0, 0.0, np.nan]])

    assert measures.predictions(logits, 3).tolist() == [1, 0]


@pytest.mark.parametrize("shape", [(4,), (4, 2), (4, 3, 1), ()])
def test_wrong_shape_of_logits_is_named(shape: tuple[int, ...]) -> None:
    """The student reads the shape and the expected one."""
    with pytest.raises(ValueError, match=r"\(N, 3\) is expected") as caught:
        measures.predictions(np.zeros(shape), 3)

    assert str(shape) in str(caught.value)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_logits_that_are_not_finite_are_counted_and_never_judged(value: float) -> None:
    """NaN would win or lose each comparison by chance."""
    logits = np.zeros((5, 3), np.float32)
    logits[2, 1] = logits[3, 0] = value

    with pytest.raises(ValueError, match="2 logits are not finite"):
        measures.predictions(logits, 3)


def test_confusion_matrix_has_true_classes_in_rows() -> None:
    """An image of class 0 that is predicted as class 2 counts in row 0, column 2."""
    confusion = measures.confusion_matrix(np.array([0, 1, 1, 2]), np.array([2, 1, 1, 2]), 3)

    assert confusion.tolist() == [[0, 0, 1], [0, 2, 0], [0, 0, 1]]


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int16, np.int64])
def test_small_label_types_do_not_overflow(dtype: type) -> None:
    """99 × 100 does not fit into the byte in which data sets store labels."""
    labels = np.array([99, 3], dtype)

    assert np.argwhere(measures.confusion_matrix(labels, labels, 100)).tolist() == [[3, 3], [99, 99]]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1))
def test_measures_agree_with_their_definitions(pairs: list[tuple[int, int]]) -> None:
    """Accuracy and recalls equal those counted by hand, for absent classes too."""
    labels, predicted = (np.array(column) for column in zip(*pairs, strict=True))
    confusion = measures.confusion_matrix(labels, predicted, 5)

    assert confusion.sum() == len(pairs)
    assert measures.accuracy(confusion) == pytest.approx(np.mean(labels == predicted))
    for kind, recall in enumerate(measures.recalls(confusion)):
        found = predicted[labels == kind] == kind
        assert recall == pytest.approx(found.mean() if found.size else 0.0)


@given(fractions, st.integers(1, 10**6))
def test_interval_contains_the_fraction_and_stays_in_range(fraction: float, count: int) -> None:
    """The interval never leaves [0, 1], even at 0 % and 100 %."""
    low, high = measures.wilson_interval(fraction, count)

    assert 0.0 <= low <= fraction + 1e-9
    assert fraction - 1e-9 <= high <= 1.0


def test_interval_is_the_published_one() -> None:
    """For eight of ten, Wilson's 95 % interval is 49 % to 94 %."""
    assert measures.wilson_interval(0.8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)


@given(st.floats(), st.floats(0, 0.5), st.floats(0.51, 1))
def test_ramp_stays_in_range_and_earns_nothing_for_nan(value: float, floor: float, full: float) -> None:
    """A partial score is in [0, 1], whatever was measured."""
    share = measures.ramp(value, floor, full)

    assert 0.0 <= share <= 1.0
    assert share == (1.0 if value >= full else share)
    assert share == (0.0 if not value > floor else share)


def test_nothing_measured_is_no_fault() -> None:
    """A network whose layers do not fit together has no predictions: nothing is recognised, and nothing is known."""
    nothing = np.zeros((3, 3), np.int64)

    assert measures.accuracy(nothing) == 0.0
    assert measures.wilson_interval(measures.accuracy(nothing), 0) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("right", "count", "reference", "is_odd"),
    [
        (40, 40, 0.775, True),
        (39, 40, 0.775, True),
        (38, 40, 0.775, False),
        (30, 30, 25 / 30, False),
        (5, 40, 0.8, False),
    ],
)
def test_look_up_is_implausible_and_a_good_network_is_not(
    right: int, count: int, reference: float, is_odd: bool
) -> None:
    """The level is one in a thousand, one-sided."""
    assert measures.implausible(right, count, reference) is is_odd
