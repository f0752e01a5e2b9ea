"""Points, ticks and the limit of the plot lie where their values put them."""

import math

from hypothesis import given
from hypothesis import strategies as st

from autograder.class_page.scatter import Point, column_of, scatter_of
from autograder.class_page.standing import Standing
from autograder.model.class_result import ClassResult, ClassRow
from autograder.model.measurement import Measurement
from autograder.model.outcome import LeaderboardEntry
from tests.class_page.classes import class_of, report, row, scored


def at(key: str, cpu_s: float, accuracy: float, threshold: float = 0.55, score: float = 0.5) -> ClassRow:
    """Return the line of a student with this accuracy and these CPU seconds."""
    test = scored(
        "6", score, leaderboard=LeaderboardEntry("accuracy", round(accuracy, 4)),
        measurements=(Measurement("held-out accuracy", accuracy, threshold),),
    )  # fmt: skip
    return row(key, report(test, cpu_s=cpu_s))


def points_of(result: ClassResult) -> dict[str, Point]:
    """Return the points of a plot that must exist."""
    scatter = scatter_of(result)
    assert scatter
    return {point.key: point for point in scatter.points}


def test_values_lie_between_their_ticks() -> None:
    """0 to 40 seconds run from left to right, 0.4 to 0.6 upwards."""
    result = class_of(at("a", 10, 0.45), at("b", 40, 0.6), at("c", 20, 0.4))
    scatter, points = scatter_of(result), points_of(result)

    assert scatter and not scatter.is_log
    assert [tick.label for tick in scatter.x_ticks] == ["0", "10", "20", "30", "40"]
    assert [tick.label for tick in scatter.y_ticks] == ["0.4", "0.45", "0.5", "0.55", "0.6"]
    assert (points["a"].x, points["a"].y) == (25, 75)
    assert (points["b"].x, points["b"].y) == (100, 0)
    assert scatter.limit and (scatter.limit.label, scatter.limit.place) == ("0.55", 25)


def test_axis_of_widely_spread_seconds_is_logarithmic() -> None:
    """From 1 to 100 seconds, 10 lies in the middle."""
    result = class_of(at("a", 1, 0.5), at("b", 10, 0.55), at("c", 100, 0.6))
    scatter = scatter_of(result)

    assert scatter and scatter.is_log
    assert points_of(result)["b"].x == 50
    assert [tick.label for tick in scatter.x_ticks] == ["1", "2", "5", "10", "20", "50", "100"]


def test_limit_that_is_not_the_same_for_all_is_not_drawn() -> None:
    """A limit may depend on the machine or the reference."""
    scatter = scatter_of(class_of(at("a", 1, 0.5, 0.55), at("b", 2, 0.6, 0.56)))

    assert scatter and scatter.limit is None


def test_first_column_in_which_more_is_better_is_shown() -> None:
    """CPU seconds are a column themselves."""
    seconds = scored("1", 1.0, leaderboard=LeaderboardEntry("CPU seconds", 3.0, "asc"))
    accuracy = scored("2", 1.0, leaderboard=LeaderboardEntry("accuracy", 0.5))

    assert column_of(class_of(row("a", None), row("b", report(seconds, accuracy)))) == "accuracy"
    assert column_of(class_of(row("a", None), row("b", report(seconds)))) == ""


def test_hand_ins_without_a_measurement_are_counted() -> None:
    """Missing hand-ins are not counted."""
    without = row("b", report(scored("6", 0.0)))
    scatter = scatter_of(class_of(at("a", 1, 0.5), without, row("c", None)))

    assert scatter and (len(scatter.points), scatter.left_out) == (1, 1)
    assert scatter_of(class_of(without, row("c", None))) is None


def test_urgent_points_lie_on_top() -> None:
    """Later points are drawn over earlier ones."""
    rows = (at("close", 1, 0.551, score=1.0), at("full", 1, 0.6, score=1.0), at("lost", 1, 0.4))
    scatter = scatter_of(class_of(*rows))

    assert scatter
    assert [point.standing for point in scatter.points] == [Standing.LOST_POINTS, Standing.FULL, Standing.BORDERLINE]


values = st.floats(-1e6, 1e6) | st.sampled_from([0.0, 0.5, 1.0])


@given(st.lists(st.tuples(st.floats(1e-3, 1e6), values), min_size=1, max_size=12))
def test_nothing_is_drawn_outside(found: list[tuple[float, float]]) -> None:
    """Whatever the values, each position is a number between 0 and 100."""
    scatter = scatter_of(class_of(*(at(f"s{place}", *one) for place, one in enumerate(found))))
    assert scatter
    places = [place for point in scatter.points for place in (point.x, point.y)]
    places += [tick.place for tick in (*scatter.x_ticks, *scatter.y_ticks)]

    assert all(math.isfinite(place) and -0.01 <= place <= 100.01 for place in places)
    assert 2 <= len(scatter.y_ticks) <= 8
