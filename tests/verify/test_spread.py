"""Distances of measurements from their thresholds."""

import math

import pytest

from autograder.model.measurement import Measurement
from autograder.verify.spread import Spread, cells_of, spreads_of
from autograder.verify.worker import Graded
from tests.helpers import report_of
from tests.verify.made import outcome


def spread(*values: float, threshold: float = 0.9, at_least: bool = True) -> Spread:
    """Return a measurement with these values, one for each run."""
    return Spread(("6.1",), tuple(Measurement("accuracy", value, threshold, at_least) for value in values))


def test_mean_and_standard_deviation() -> None:
    """The deviation is that of a sample, with n - 1."""
    one = spread(0.94, 0.96, 0.98)

    assert (one.mean, one.spread) == (pytest.approx(0.96), pytest.approx(0.02))
    assert one.distance == pytest.approx(3.0)
    assert spread(0.94, 0.96, 0.98, threshold=0.899).fault == ""


@pytest.mark.parametrize(
    ("values", "threshold", "at_least", "fault"),
    [
        ((0.94, 0.96, 0.98), 0.91, True, "closer than 3 spreads"),
        ((0.94, 0.96, 0.98), 0.95, True, "on the wrong side in 1 of 3 runs"),
        ((0.01, 0.02, 0.03), 0.04, False, "closer than 3 spreads"),
        ((0.01, 0.02, 0.03), 0.02, False, "on the wrong side in 1 of 3 runs"),
        ((0.01, 0.02, 0.03), 0.06, False, ""),
        ((math.nan, 0.96, 0.97), 0.5, True, "on the wrong side in 1 of 3 runs"),
        ((1.0, 1.0, 1.0), 0.95, True, ""),
        ((1.0, 1.0, 1.0), 1.0, True, ""),
    ],
)
def test_threshold_too_close_is_a_fault(
    values: tuple[float, ...], threshold: float, at_least: bool, fault: str
) -> None:
    """It is one on either side; a measurement that never varies may equal its threshold."""
    assert spread(*values, threshold=threshold, at_least=at_least).fault == fault


def test_varying_threshold_counts_with_its_margin() -> None:
    """Both the budget and the CPU seconds follow the machine's speed, so the margin counts."""
    together = Spread((), tuple(Measurement("CPU seconds", 10 * n, 90 * n, at_least=False) for n in (1, 1.1, 1.2)))
    apart = Spread(
        (), tuple(Measurement("CPU seconds", s, 30 * n, at_least=False) for s, n in ((12, 1), (10, 1.4), (20, 1)))
    )

    assert together.distance == pytest.approx(80 * 1.1 / 8)
    assert apart.fault == "closer than 3 spreads"


def test_measurements_of_all_runs_are_grouped_by_test_and_name() -> None:
    """Two measurements of one name in a test stay apart; tests with equal measurements share a line."""

    def run(accuracy: float, leak: float) -> Graded:
        lines = (
            outcome("6.1", 4.0, 4.0, Measurement("leak", leak, 0.1, False), Measurement("accuracy", accuracy, 0.9)),
            outcome(
                "6.2",
                6.0,
                6.0,
                Measurement("leak", leak, 0.1, False),
                Measurement("loss", 1, 2),
                Measurement("loss", 3, 4),
            ),
        )
        return Graded(report_of(*lines), (Measurement("CPU seconds of trained", 3.0, 30.0, False),))

    found = [(one.name, one.tests, one.values) for one in spreads_of([run(0.95, 0.01), run(0.97, 0.0)])]

    assert found == [
        ("leak", ("6.1", "6.2"), [0.01, 0.0]),
        ("accuracy", ("6.1",), [0.95, 0.97]),
        ("loss", ("6.2",), [1, 1]),
        ("loss", ("6.2",), [3, 3]),
        ("CPU seconds of trained", (), [3.0, 3.0]),
    ]


def test_cells_are_short_texts() -> None:
    """A huge distance is not shown exactly."""
    assert cells_of(spread(0.94, 0.96, 0.98)) == (
        "accuracy", "6.1", "0.96", "0.02", "0.94", "0.98", "≥ 0.9", "3.0",
    )  # fmt: skip
    assert cells_of(Spread((), (Measurement("CPU seconds", 3, 30, False),) * 2))[1::6] == ("budget", "over 100")
