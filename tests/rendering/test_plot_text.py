"""A text describes each plot."""

import pytest

from autograder.model.plot import Confusion, Curve, Interval, Line, Tile, Tiles
from autograder.rendering.gradescope import to_results
from autograder.rendering.plot_text import in_words, number
from tests.rendering.test_student_page import line, report_of


def test_tiles_are_described_by_shape_and_range() -> None:
    """The text gives shape and range of each, and the result of the comparison."""
    tiles = tuple(Tile(name, f"{name} detail", 1, 1, "AAAA") for name in ("yours", "right"))

    assert in_words(Tiles("A sample", tiles, "It is mirrored.")) == (
        "A sample. yours: yours detail; right: right detail. It is mirrored."
    )


def test_curve_is_described_by_some_of_its_values() -> None:
    """The text gives the first value, the last, and some between; it names gaps."""
    values = (2.0, 1.9, 1.8, 1.7, 1.6, 1.5, 1.4, 1.3, 1.2, 1.1, None)
    curve = Curve("Loss", "steps", (Line("yours", values, 10), Line("reference solution", (2.0,), 0)), 1.7)

    assert in_words(curve).splitlines() == [
        "Loss:",
        "  yours, 10 steps: 2 → 1.8 → 1.6 → 1.4 → 1.2 → no finite number",
        "  reference solution, 0 steps: 2",
        "  must end below: 1.7",
    ]


def test_confusion_is_a_table_with_recalls() -> None:
    """Counts stand below the names of the predicted classes."""
    table = in_words(Confusion(((58, 2), (60_000, 0)), ("airplane", "dog"))).splitlines()

    assert table == [
        "true / predicted airpl   dog  recall",
        "airplane            58     2   96.7%",
        "dog              60000     0    0.0%",
    ]


def test_interval_is_a_sentence() -> None:
    """It includes the reference solution if that was measured."""
    assert in_words(Interval("Accuracy", 0.8, 0.75, 0.85, 0.94, 0.967)) == (
        "Accuracy: 80.0% (95 % interval 75.0% to 85.0%), 94.0% is required; the reference solution reaches 96.7%."
    )
    assert in_words(Interval("Accuracy", 0.8, 0.75, 0.85, 0.94)).endswith("94.0% is required.")


@pytest.mark.parametrize(
    ("value", "shown"), [(None, "no finite number"), (0.02214, "0.0221"), (4183.2, "4,183"), (1e20, "1e+20")]
)
def test_numbers_are_short(value: float | None, shown: str) -> None:
    """Numbers have three digits, and no exponent where people use none."""
    assert number(value) == shown


def test_gradescope_gets_the_words() -> None:
    """The words stand below the explanation and before the remarks."""
    shown = line(plots=(Interval("Accuracy", 0.8, 0.75, 0.85, 0.94),), remarks=("A remark.",))
    output = to_results(report_of(shown))["tests"][0]["output"]

    assert output.startswith("Accuracy: 80.0%")
    assert output.endswith("\n\nA remark.")
