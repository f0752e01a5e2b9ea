"""Plots are bounded and can be stored, whatever a submission returned."""

import base64
from typing import Any

import numpy as np
import pytest
from gradescope_utils.autograder_utils.decorators import hide_errors, weight
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from autograder.checks import SubmissionTestCase
from autograder.checks.case import MAX_PLOTS
from autograder.checks.plots import confusion_of, described, line_of, tile_of
from autograder.classroom.serialization import from_json, to_json
from autograder.model.plot import MAX_POINTS, MAX_SIDE, MAX_TILES, Confusion, Curve, Interval, Plot, Tile, Tiles
from autograder.model.report import Report
from tests.helpers import outcome, report_of

any_array = arrays.arrays(
    st.sampled_from(["float32", "float64", "uint8", "int64", "bool"]),
    arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=90).filter(lambda shape: np.prod(shape) < 40_000),
    fill=st.just(0),
)
PLOTS: tuple[Plot, ...] = (
    Tiles("Two", (tile_of("yours", np.eye(3)),), "They differ."),
    Curve("Loss", "steps", (line_of("yours", [2.0, float("nan"), 1.0]),), 1.5),
    confusion_of(np.array([[3, 1], [0, 0]]), ("cat", "dog")),
    Interval("Accuracy", 0.8, 0.7, 0.9, 0.94, 0.96),
)


def pixels(tile: Tile) -> Any:
    """Return the pixels of a tile, (H, W, 3)."""
    return np.frombuffer(base64.b64decode(tile.pixels), np.uint8).reshape(tile.height, tile.width, 3)


@given(any_array)
def test_any_array_becomes_a_small_tile(array: Any) -> None:
    """Arrays may be empty, flat, far too large, or contain NaN and infinity."""
    tile = tile_of("yours", array)

    assert pixels(tile).shape[2] == 3
    assert max(tile.height, tile.width) <= MAX_SIDE
    assert len(tile.detail) < 100


@pytest.mark.parametrize("turn", [lambda planes: planes, lambda planes: planes.transpose(1, 2, 0)])
@pytest.mark.parametrize("scale", [1.0, 255.0, 1 / 255])
def test_tile_shows_the_image_at_any_scale(turn: Any, scale: float) -> None:
    """With planes first or last, the least value is black and the largest white."""
    planes = np.zeros((3, 4, 5))
    planes[0, 1, 2] = 1.0
    shown = pixels(tile_of("yours", turn(planes) * scale - 7))

    assert shown.shape == (4, 5, 3)
    assert shown[1, 2].tolist() == [255, 0, 0]
    assert int(shown.astype(int).sum()) == 255


def test_flat_row_is_shown_row_by_row() -> None:
    """A student sees that three planes lie one behind the other."""
    tile = tile_of("yours", np.arange(3072.0), "ndarray")

    assert (tile.height, tile.width) == (48, 64)
    assert tile.detail == "ndarray 3072, from 0 to 3.07e+03"


def test_empty_array_is_described() -> None:
    """It has no least value."""
    assert described(np.zeros((0, 3)), "Tensor") == "Tensor 0 × 3, empty"


@given(st.lists(st.floats(), max_size=400))
def test_line_is_bounded_and_valid_json(values: list[float]) -> None:
    """Infinite losses become gaps."""
    line = line_of("yours", values)

    assert len(line.values) == min(len(values), MAX_POINTS)
    assert all(value is None or abs(value) < np.inf for value in line.values)


def test_long_line_keeps_its_steps_and_its_course() -> None:
    """Each point is the mean of its neighbourhood."""
    line = line_of("yours", np.linspace(1.0, 0.0, 12_000))

    assert line.steps == 11_999
    assert [value for value in line.values if value is not None] == sorted(map(float, line.values), reverse=True)  # type: ignore[arg-type]


def test_too_many_classes_are_refused() -> None:
    """A table that nobody can read is the author's mistake."""
    with pytest.raises(ValueError, match="21 classes; at most 20 can be shown"):
        confusion_of(np.eye(21, dtype=int), ("cat",) * 21)


def test_damaged_tile_is_refused() -> None:
    """A tile that cannot be drawn is not read from a class's folder either."""
    report = report_of(outcome(Showing))
    damaged = to_json(report).replace(b'"height": 3', b'"height": 4')

    with pytest.raises(ValueError, match="a tile of 4 × 3"):
        from_json(damaged, Report)


def test_absent_class_has_a_recall_of_0() -> None:
    """Nothing is divided by zero."""
    assert Confusion(((3, 1), (0, 0)), ("cat", "dog")).recalls == (0.75, 0.0)


class Showing(SubmissionTestCase):
    __test__ = False  # not pytest's

    @weight(5)
    def test_it(self) -> None:
        for plot in PLOTS:
            self.show(plot)
        self.fail_because(seen="nothing right")


def test_plots_of_a_failed_test_are_stored_and_read_again() -> None:
    """A class stores its reports as JSON, and judging it again must find no difference."""
    report = report_of(outcome(Showing))

    assert report.outcomes[0].plots == PLOTS
    assert from_json(to_json(report), Report) == report


def test_number_of_plots_is_bounded() -> None:
    """A test that shows a plot for each returned value cannot fill the disk."""

    class Generous(SubmissionTestCase):
        @weight(5)
        def test_it(self) -> None:
            for _ in range(1000):
                self.show(PLOTS[0])

    assert len(outcome(Generous).plots) == MAX_PLOTS


def test_largest_plots_of_a_test_stay_small_as_json() -> None:
    """A test can show at most four rows of four tiles of the largest size."""
    noise = np.random.default_rng(0).random((3, MAX_SIDE, MAX_SIDE))
    row = Tiles("Noise", (tile_of("yours", noise),) * MAX_TILES)

    assert len(to_json(row)) < 70_000


def test_hidden_errors_hide_plots() -> None:
    """They would reveal the hidden words."""

    class Hiding(SubmissionTestCase):
        @weight(5)
        @hide_errors("Ask the staff.")
        def test_it(self) -> None:
            self.show(PLOTS[0])
            self.fail("no")

    assert outcome(Hiding).plots == ()
