"""Partial credit and leaderboards, where gradescope-utils 0.5.0 gives points that nobody earned."""

import json
import math
import unittest
from typing import Any

import numpy as np
import pytest
from gradescope_utils.autograder_utils.decorators import leaderboard, partial_credit, weight

from autograder.checks import SubmissionTestCase
from autograder.model.outcome import LeaderboardEntry
from autograder.model.verdict import Verdict
from autograder.suites.run import run_suites
from tests.helpers import by_gradescope_utils, outcome, outcomes, plan, some_evidence


class Steady(unittest.TestCase):
    """A test that passes, whatever happens beside it."""

    __test__ = False  # not pytest's

    @weight(1)
    def test_it(self) -> None:
        self.assertTrue(True)


class Forgetful(unittest.TestCase):
    """Partial credit without a score."""

    __test__ = False  # not pytest's

    @partial_credit(10)
    def test_never_set(self, set_score: Any = None) -> None:
        self.assertTrue(True)


def test_partial_credit_without_a_score_earns_nothing() -> None:
    """No score set is 0, and no pass."""
    line = outcome(Forgetful)

    assert (line.verdict, line.score, line.weight) == (Verdict.FAILED, 0, 10)
    assert line.explanation.seen == "The test awarded no points."
    assert by_gradescope_utils(Forgetful)["tests"][0]["score"] == 10


def test_score_does_not_survive_a_later_exception() -> None:
    """Points are for a test that came to its end."""

    class Late(unittest.TestCase):
        @partial_credit(10)
        def test_set_then_fail(self, set_score: Any = None) -> None:
            set_score(10)
            self.fail("and now the check")

    line = outcome(Late)

    assert (line.verdict, line.score) == (Verdict.FAILED, 0)
    assert line.explanation.seen == "and now the check"
    assert by_gradescope_utils(Late)["tests"][0]["score"] == 10


@pytest.mark.parametrize(("given", "earned"), [(25, 10), (-5, 0), (10, 10), (0, 0), (3.3333333333, 3.333333)])
def test_partial_credit_is_clamped_to_its_weight(given: float, earned: float) -> None:
    """A score lies in [0, weight] and carries no noise of floats."""

    class Clamped(unittest.TestCase):
        @partial_credit(10)
        def test_it(self, set_score: Any = None) -> None:
            set_score(given)

    line = outcome(Clamped)

    assert line.score == earned
    assert line.verdict is (Verdict.PASSED if earned == 10 else Verdict.FAILED)
    assert by_gradescope_utils(Clamped)["tests"][0]["score"] == given


@pytest.mark.parametrize("given", [math.nan, math.inf, -math.inf, "many", [1, 2], 10**400, 1j, object()])
def test_score_that_is_no_number_is_a_fault_and_no_points(given: Any) -> None:
    """NaN is neither a pass nor silently zero: a person is asked."""

    class Odd(unittest.TestCase):
        @partial_credit(10)
        def test_it(self, set_score: Any = None) -> None:
            set_score(given)

    line, other = outcomes(Odd, Steady)

    assert (line.verdict, line.score, line.weight) == (Verdict.HARNESS_FAULT, 0, 10)
    assert "not a number" in line.explanation.seen
    assert other.verdict is Verdict.PASSED


@pytest.mark.parametrize("given", [np.float32(2.5), np.float64(2.5), np.array(2.5), np.int64(2), True])
def test_numpy_scores_are_plain_numbers(given: Any) -> None:
    """A mean of float32 is a score like any other."""

    class FromNumpy(unittest.TestCase):
        @partial_credit(10)
        def test_it(self, set_score: Any = None) -> None:
            set_score(given)

    line = outcome(FromNumpy)

    assert type(line.score) is float
    assert json.loads(json.dumps(line.score)) == float(given)


def test_gradescope_utils_breaks_its_dump_on_numpy_scores() -> None:
    """The companion: half a file, and an exception."""

    class FromNumpy(unittest.TestCase):
        @partial_credit(10)
        def test_it(self, set_score: Any = None) -> None:
            set_score(np.float32(2.5))

    with pytest.raises(TypeError, match="float32"):
        by_gradescope_utils(FromNumpy)


def test_score_does_not_leak_to_a_subclass() -> None:
    """The decorator keeps the score on the function, which subclasses inherit; ours is per instance."""

    class Base(unittest.TestCase):
        sets = True

        @partial_credit(10)
        def test_it(self, set_score: Any = None) -> None:
            if self.sets:
                set_score(7)

    class Silent(Base):
        sets = False

    assert [line.score for line in outcomes(Base, Silent)] == [7, 0]
    assert [test["score"] for test in by_gradescope_utils(Base, Silent)["tests"]] == [7, 7]


def test_score_does_not_leak_to_the_next_submission() -> None:
    """The same plan may serve a second run: nothing of the first is left, remarks included."""
    scores: list[int] = [7]

    class Once(SubmissionTestCase):
        def setUp(self) -> None:
            if not scores:
                self.skipTest("nothing left")
            super().setUp()

        @partial_credit(10)
        @leaderboard("points")
        def test_it(self, set_score: Any = None, set_leaderboard_value: Any = None) -> None:
            self.remark("seven")
            set_leaderboard_value(7)
            set_score(scores.pop())

    tests = plan(Once)
    first, second = (run_suites(tests, some_evidence())[0] for _ in range(2))

    assert (first.score, first.remarks, first.leaderboard) == (7, ("seven",), LeaderboardEntry("points", 7.0))
    assert (second.score, second.remarks, second.leaderboard) == (0, (), None)


@pytest.mark.parametrize("order", ["partial_credit outside", "leaderboard outside"])
def test_partial_credit_and_leaderboard_go_together(order: str) -> None:
    """Stacked either way, the test has its line, its score and its row."""

    def both(self: Any, set_score: Any = None, set_leaderboard_value: Any = None) -> None:
        set_score(6)
        set_leaderboard_value(0.93)

    outer, inner = partial_credit(10), leaderboard("accuracy", "asc")
    if order == "leaderboard outside":
        outer, inner = inner, outer
    Stacked = type("Stacked", (unittest.TestCase,), {"test_both": outer(inner(both))})
    line = outcome(Stacked)
    theirs = by_gradescope_utils(Stacked)

    assert (line.score, line.weight) == (6, 10)
    assert line.leaderboard == LeaderboardEntry("accuracy", 0.93, "asc")
    assert theirs["score"] == 0
    assert theirs["tests"] == []


@pytest.mark.parametrize("value", [math.nan, math.inf, "fast", [1], None, 10**400])
def test_leaderboard_value_that_is_no_number_fills_no_row(value: Any) -> None:
    """The test itself is judged as ever."""

    class Ranked(unittest.TestCase):
        @weight(1)
        @leaderboard("speed")
        def test_it(self, set_leaderboard_value: Any = None) -> None:
            set_leaderboard_value(value)

    line = outcome(Ranked)

    assert (line.verdict, line.score, line.leaderboard) == (Verdict.PASSED, 1, None)


def test_partial_credit_of_a_third_can_be_full() -> None:
    """A weight that no decimal writes is still reached."""

    class Third(unittest.TestCase):
        @partial_credit(1 / 3)
        def test_it(self, set_score: Any = None) -> None:
            set_score(1 / 3)

    line = outcome(Third)

    assert line.verdict is Verdict.PASSED
    assert line.score == line.weight
