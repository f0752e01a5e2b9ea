"""The state of a hand-in: one word, and the measurements that are close to their limits."""

import math
from enum import StrEnum

from autograder.model.class_result import ClassRow
from autograder.model.measurement import Measurement
from autograder.model.report import Report

BORDER = 0.02


class Standing(StrEnum):
    """The state of a hand-in, in the word that the page's table shows."""

    NOTHING = "nothing handed in"
    NEEDS_A_PERSON = "needs a person"
    NOT_GRADABLE = "cannot be graded"
    FORFEITED = "forfeited"
    BORDERLINE = "borderline"
    FULL = "full marks"
    LOST_POINTS = "lost points"


def standing_of(row: ClassRow) -> Standing:
    """Return the first word that applies, the most urgent first."""
    report = row.report
    if report is None:
        return Standing.NOTHING
    if report.faults:
        return Standing.NEEDS_A_PERSON
    if report.problem:
        return Standing.NOT_GRADABLE
    if report.forfeits:
        return Standing.FORFEITED
    if borderline(report):
        return Standing.BORDERLINE
    return Standing.LOST_POINTS if report.lost else Standing.FULL


def borderline(report: Report) -> list[Measurement]:
    """Return the measurements, including CPU seconds of budgets, that could cross their limits in another run."""
    measurements = [measurement for outcome in report.outcomes for measurement in outcome.measurements]
    return [measurement for measurement in (*measurements, *report.budgets) if is_close(measurement)]


def is_close(measurement: Measurement) -> bool:
    """Return whether a measurement is within 2 % of its limit, on either side.

    The 2 % refer to the larger of the two, so it makes no difference whether a measurement is an accuracy, a loss or a
    number of seconds. For an accuracy of 0.55 that is 0.011, about as much as the choice of 2,000 images changes it.
    A measurement equal to its limit, such as a count of 0 where 0 is required, is not a close call.
    """
    distance = abs(measurement.margin)
    return math.isfinite(distance) and 0 < distance <= BORDER * max(abs(measurement.value), abs(measurement.threshold))
