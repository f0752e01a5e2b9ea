"""Computes the positions in a scatter plot of a leaderboard's column against CPU seconds."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from autograder.class_page.standing import Standing, standing_of
from autograder.class_page.statistics import nice_step
from autograder.model.class_result import ClassResult
from autograder.model.outcome import Outcome
from autograder.model.report import Report

WIDE = 20.0  # ratio of most to least CPU seconds above which the axis is logarithmic
TICKS = 6
SAME = 1e-3  # relative; leaderboards round numbers that measurements keep exactly


@dataclass(frozen=True)
class Tick:
    """A tick on an axis: its label, and its position in percent of the plot's width or height."""

    label: str
    place: float


@dataclass(frozen=True)
class Point:
    """One hand-in: `x` from the left and `y` from the top, in percent; the values as labels."""

    key: str
    x: float
    y: float
    cpu_s: str
    value: str
    standing: Standing


@dataclass(frozen=True)
class Scatter:
    """The whole plot.

    Attributes:
        column: name of the leaderboard's column.
        points: the points, the most urgent hand-ins last, so that they are drawn on top.
        x_ticks, y_ticks: ticks on the axes.
        is_log: whether the axis of CPU seconds is logarithmic.
        limit: position of the limit for the column's values; None if there is none, or not the same for all.
        left_out: hand-ins that have a report, but no value in the column.
    """

    column: str
    points: tuple[Point, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    is_log: bool
    limit: Tick | None
    left_out: int


@dataclass(frozen=True)
class _Axis:
    low: float
    high: float
    ticks: tuple[float, ...]
    is_log: bool = False

    def place(self, value: float) -> float:
        """Return the position of a value between the ends, in percent."""
        low, high, value = (math.log(v) if self.is_log else v for v in (self.low, self.high, value))
        return round(100 * (value - low) / (high - low), 3)


def column_of(result: ClassResult) -> str:
    """Return the first leaderboard column, in the rubric's order, in which more is better; empty if there is none."""
    for row in result.rows:
        for outcome in row.report.outcomes if row.report else ():
            if outcome.leaderboard and outcome.leaderboard.order == "desc":
                return outcome.leaderboard.name
    return ""


def entry_of(report: Report, column: str) -> Outcome | None:
    """Return the outcome that filled a leaderboard column, if one did."""
    filled = (one for one in report.outcomes if one.leaderboard and one.leaderboard.name == column)
    return next(filled, None)


def value_of(report: Report, column: str) -> float | None:
    """Return the value in a leaderboard column."""
    outcome = entry_of(report, column)
    return outcome.leaderboard.value if outcome and outcome.leaderboard else None


def scatter_of(result: ClassResult) -> Scatter | None:
    """Return the plot of all hand-ins with CPU seconds, or None if no hand-in has a value in such a column."""
    column = column_of(result)
    found = [
        (row, row.report.cpu_s, value)
        for row in result.rows
        if row.report and row.report.cpu_s > 0 and (value := value_of(row.report, column)) is not None
    ]
    if not found:
        return None
    limit = _limit([row.report for row, *_ in found if row.report], column)
    x = _axis_of_times([cpu_s for _, cpu_s, _ in found])
    y = _linear([value for *_, value in found] + ([] if limit is None else [limit]))
    return Scatter(
        column=column,
        points=tuple(sorted((
            Point(row.hand_in.key, x.place(cpu_s), 100 - y.place(it), f"{cpu_s:.3g}", f"{it:.4g}", standing_of(row))
            for row, cpu_s, it in found
        ), key=lambda point: -list(Standing).index(point.standing))),
        x_ticks=tuple(Tick(f"{tick:g}", x.place(tick)) for tick in x.ticks),
        y_ticks=tuple(Tick(f"{tick:g}", 100 - y.place(tick)) for tick in y.ticks),
        is_log=x.is_log,
        limit=None if limit is None else Tick(f"{limit:g}", 100 - y.place(limit)),
        left_out=sum(row.report is not None for row in result.rows) - len(found),
    )  # fmt: skip


def _limit(reports: Iterable[Report], column: str) -> float | None:
    limits = set()
    for report in reports:
        outcome = entry_of(report, column)
        value = value_of(report, column)
        for measurement in outcome.measurements if outcome else ():
            if value is not None and math.isclose(measurement.value, value, rel_tol=SAME, abs_tol=SAME):
                limits.add(measurement.threshold)
    return limits.pop() if len(limits) == 1 else None


def _axis_of_times(seconds: list[float]) -> _Axis:
    least, most = min(seconds), max(seconds)
    if most <= WIDE * least:
        return _linear([0.0, *seconds])
    ends = least / 1.15, most * 1.15
    decades = range(math.floor(math.log10(ends[0])), math.ceil(math.log10(ends[1])) + 1)
    steps = (1, 2, 5) if ends[1] < 1000 * ends[0] else (1,)
    ticks = (step * 10.0**decade for decade in decades for step in steps)
    return _Axis(*ends, tuple(tick for tick in ticks if ends[0] <= tick <= ends[1]), is_log=True)


def _linear(values: list[float]) -> _Axis:
    least, most = min(values), max(values)
    step = nice_step((most - least) or abs(most) or 1.0, TICKS - 1)
    first, last = math.floor(round(least / step, 6)), math.ceil(round(most / step, 6))
    last = max(last, first + 1)
    return _Axis(first * step, last * step, tuple(round(place * step, 12) for place in range(first, last + 1)))
