"""Numbers are compared with a tolerance, and the place that is farthest off is named."""

import numpy as np
import pytest

from autograder.checks import SubmissionTestCase
from autograder.checks.closeness import Apart, close, cosine
from autograder.model.verdict import Verdict
from tests.helpers import outcome


@pytest.mark.parametrize(
    ("seen", "want"),
    [
        (1.0, 1.000001), ([1, 2], np.array([1.0, 2.0])), ([np.inf, np.nan], [np.inf, np.nan]), ([], []),
        (1e9 + 1, 1e9), (np.float32(0.1), 0.1),
    ],
)  # fmt: skip
def test_close_numbers_are_close(seen: object, want: object) -> None:
    """Tolerance and share add up; infinity and NaN are close to themselves."""
    assert close(seen, want) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seen", "want", "apart"),
    [
        (1.5, 1.0, Apart("1, to within 1.1e-05", "1.5, 0.5 of it off")),
        (
            [[1, 2], [3, 5]],
            [[1, 2.5], [3, 4]],
            Apart("at [1, 1]: 4, to within 4.1e-05", "5, 0.25 of it off; 2 of 4 numbers are off"),
        ),
        ([0.5, 0], [0, 0], Apart("at [0]: 0, to within 1e-06", "0.5; 1 of 2 numbers are off")),
        ([np.nan, 1], [2, 1], Apart("at [0]: 2, to within 2.1e-05", "nan; 1 of 2 numbers are off")),
        ([np.inf], [1], Apart("at [0]: 1, to within 1.1e-05", "inf")),
        ([1.0], [np.inf], Apart("at [0]: inf, to within 1e-06", "1")),
        ([1, 2], [[1, 2]], Apart("shape 1 × 2", "shape 2")),
        (["a"], [1], Apart("numbers, shape 1", "something other than numbers")),
        ([[1], [2, 3]], [1], Apart("numbers, shape 1", "something other than numbers")),
    ],
)
def test_what_is_farthest_off_is_named(seen: object, want: object, apart: Apart) -> None:
    """Place, right number, tolerance, seen number, relative error, and how many are off."""
    assert close(seen, want) == apart  # type: ignore[arg-type]


def test_axes_have_names() -> None:
    """Authors name them."""
    found = close(np.zeros((2, 3)), np.eye(2, 3), axes=("row", "column"))

    assert found
    assert found.expected == "at row 0, column 0: 1, to within 1.1e-05"


def test_require_close_explains() -> None:
    """The student reads what the numbers are, the right one and their own."""

    class Close(SubmissionTestCase):
        def test_it(self) -> None:
            self.require_close(
                [0.0, 2.0], [0.0, 1.0], "the gradient of b", tolerance=0.1, relative=0, hint="Add it up."
            )

    seen = outcome(Close)

    assert seen.verdict is Verdict.FAILED
    assert seen.explanation.expected == "the gradient of b: at [1]: 1, to within 0.1"
    assert seen.explanation.seen == "2, 1 of it off; 1 of 2 numbers are off"
    assert seen.explanation.hint == "Add it up."


def test_cosine_tells_the_direction_and_not_the_length() -> None:
    """An array of zeros has no direction."""
    a, b = np.array([[1.0, 0.0]]), np.array([[1.0, 1.0]])

    assert cosine(a, 5 * b) == pytest.approx(0.5**0.5)
    assert cosine(a, -a) == -1.0
    assert cosine(a, 0 * a) == 0.0
