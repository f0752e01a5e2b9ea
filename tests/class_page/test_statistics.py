"""Statistics of a class and its tests, with numbers that can be checked by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.class_page.statistics import (
    LEAST_FOR_CORRELATION,
    bins_of,
    discrimination_of,
    gradable,
    items_of,
    nice_step,
    overview_of,
)
from autograder.model.class_result import ClassResult
from autograder.model.hand_in import Student
from autograder.model.verdict import Verdict
from tests.class_page.classes import class_of, classes, points_of, report, row, scored

tenths = st.integers(0, 100).map(lambda tenth: tenth / 10)


def test_overview_counts_by_hand() -> None:
    """0, 2, 4, 10 and 10 of 10 points have the quartiles 2, 4 and 10 and the mean 5.2."""
    seen = overview_of(points_of(0, 2, 4, 10, 10))

    assert (seen.lower, seen.median, seen.upper) == (2, 4, 10)
    assert seen.mean == pytest.approx(5.2)
    assert (seen.hand_ins, seen.students, seen.full, seen.zero, seen.most) == (5, 5, 2, 1, 10)


def test_groups_identical_uploads_and_missing_hand_ins_are_distinguished() -> None:
    """A hand-in counts once, each of its members counts, and a missing hand-in has no score."""
    shared = report(scored("1", 1.0))
    refused = report(scored("1", 0.0), problem="It is a notebook.")
    rows = (
        row("a", shared, students=(Student("Ann"), Student("Bob"))),
        row("b", shared),
        row("c", refused),
        row("d", None),
        row("e", None, students=()),
    )
    seen = overview_of(class_of(*rows))

    assert (seen.hand_ins, seen.students, seen.with_score, seen.gradable, seen.distinct) == (5, 6, 3, 2, 2)
    assert (seen.full, seen.zero) == (2, 1)


def test_class_without_graded_hand_ins_has_no_statistics() -> None:
    """Nothing is divided by zero, and no zero passes for a median."""
    seen = overview_of(class_of(row("a", None)))

    assert all(map(math.isnan, (seen.mean, seen.lower, seen.median, seen.upper)))
    assert (seen.with_score, seen.most) == (0, 0)
    assert bins_of(class_of(row("a", None))) == []
    assert items_of([]) == []


@given(st.lists(tenths, min_size=1, max_size=30))
def test_each_score_lies_in_one_tenth(scores: list[float]) -> None:
    """0 is in the first, 10 of 10 in the last, and a score on an edge begins its tenth."""
    counts = [one.count for one in bins_of(points_of(*scores))]

    assert counts == [
        sum(place <= score < place + 1 or (place == 9 and score == 10) for score in scores) for place in range(10)
    ]


def test_ungradable_hand_ins_are_a_part_of_the_first_bin() -> None:
    """They have 0 points, but are shown apart from earned zeros."""
    refused = report(scored("1", 0.0), problem="It is a notebook.")
    (first, *others) = bins_of(class_of(row("a", refused), row("b", report(scored("1", 0.0)))))

    assert (first.gradable, first.not_gradable, first.count) == (1, 1, 2)
    assert not any(one.count for one in others)


def test_pass_rate_and_mean_share_by_hand() -> None:
    """Of 4, 4, 2 and 0 of 4 points, half pass, and 10 of 16 points are earned."""
    (item,) = items_of(gradable(points_of(4, 4, 2, 0, most=4)))

    assert (item.judged, item.pass_rate, item.mean_share) == (4, 0.5, 0.625)


def test_discrimination_is_the_point_biserial_correlation_with_the_other_tests() -> None:
    """Five who pass have 3, 4, 5, 4 and 4 points elsewhere, five who fail 1, 2, 3, 2 and 2: means 4 and 2."""
    others = [3, 4, 5, 4, 4, 1, 2, 3, 2, 2]
    reports = [report(scored("1", place < 5), scored("2", rest, 5)) for place, rest in enumerate(others)]
    first, second = items_of(reports)
    expected = (4 - 2) / np.std(others) * math.sqrt(0.5 * 0.5)

    assert first.discrimination == pytest.approx(expected)
    assert first.discrimination == pytest.approx(second.discrimination)


@pytest.mark.parametrize(
    ("earned", "others", "reason"),
    [
        ([1.0, 0.0] * 4, [1.0, 2.0] * 4, "fewer than"),
        ([1.0] * 10, [1.0, 2.0] * 5, "in it"),
        ([1.0, 0.0] * 5, [2.0] * 10, "in the other tests"),
    ],
)
def test_undefined_discrimination_gives_its_reason(earned: list[float], others: list[float], reason: str) -> None:
    """The reasons are too few results, or results that do not vary."""
    value, why_none = discrimination_of(np.array(earned), np.array(others))

    assert math.isnan(value)
    assert reason in why_none


def test_only_test_of_an_assignment_has_no_discrimination() -> None:
    """There are no other tests to compare it with."""
    (item,) = items_of(gradable(points_of(*range(11))))

    assert math.isnan(item.discrimination)
    assert item.why_none == "all earned the same in the other tests"


def test_fault_of_the_harness_is_not_a_failure_of_the_class() -> None:
    """Its test's rates leave it out, and no discrimination uses its unfinished total."""
    reports = [report(scored("1", place % 2), scored("2", place % 2)) for place in range(LEAST_FOR_CORRELATION)]
    broken = report(scored("1", 0.0, verdict=Verdict.HARNESS_FAULT), scored("2", 1.0))
    first, second = items_of([*reports, broken])

    assert (first.judged, first.pass_rate, second.judged) == (10, 0.5, 11)
    assert first.discrimination == second.discrimination == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("scores", "remark"),
    [
        ([0.0] * 12, "nobody earns a point"),
        ([1.0] * 12, "everybody passes"),
        ([1.0, 0.0] * 6, ""),
        ([0.0, 1.0] * 6, "negative discrimination"),
        ([1.0, 1.0, 0.0, 0.0] * 3, "weak discrimination"),
    ],
)
def test_poor_test_gets_a_remark(scores: list[float], remark: str) -> None:
    """The other test is passed by every second student."""
    reports = [report(scored("1", score), scored("2", 1.0 - place % 2)) for place, score in enumerate(scores)]

    assert items_of(reports)[0].remark == remark


def test_items_for_a_person_and_items_without_points_do_not_count() -> None:
    """Only tests that the harness judges count."""
    by_hand = replace(scored("2", 0.0), weight=None, manual=4.0)
    informs = replace(scored("3", 0.0), weight=None)

    assert [item.number for item in items_of([report(scored("1", 1.0), by_hand, informs)])] == ["1"]


@given(classes())
def test_statistics_of_any_class_lie_in_their_ranges(result: ClassResult) -> None:
    """Shares are in [0, 1], correlations in [-1, 1], quartiles in order, and everybody is in one bin."""
    items, seen = items_of(gradable(result)), overview_of(result)
    reports = [one.report for one in result.rows if one.report]

    assert all(0 <= item.pass_rate <= item.mean_share + 1e-9 <= 1 + 2e-9 for item in items if item.judged)
    assert all(-1 <= item.discrimination <= 1 for item in items if not item.why_none)
    assert not seen.with_score or seen.lower <= seen.median <= seen.upper
    assert sum(one.count for one in bins_of(result)) == sum(one.max_score > 0 for one in reports)


@given(st.floats(1e-6, 1e9), st.integers(1, 12))
def test_steps_are_nice_and_few(span: float, most: int) -> None:
    """Steps are 1, 2, 2.5 or 5 times a power of ten, within the allowed number, and as fine as possible."""
    step = nice_step(span, most)
    leading = step / 10 ** math.floor(math.log10(step) + 1e-9)

    assert min(abs(leading - nice) for nice in (1, 2, 2.5, 5)) < 1e-6
    assert span / most * (1 - 1e-6) <= step <= span / most * 2 * (1 + 1e-6)
