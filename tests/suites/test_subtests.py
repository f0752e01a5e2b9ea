"""Sub-tests count: a failing one costs its own points, and the test keeps its line."""

import unittest
from typing import Any

import pytest
import timeout_decorator
from gradescope_utils.autograder_utils.decorators import partial_credit, weight

from autograder.checks import SubmissionTestCase
from autograder.model.observation import Observation
from autograder.model.verdict import Verdict
from tests.helpers import FakeObserver, by_gradescope_utils, outcome, outcomes, probe_named, returned


class Parts(SubmissionTestCase):
    """Three parts worth 1, 2 and 3 points of 6; the second fails."""

    __test__ = False  # not pytest's

    @weight(6)
    def test_parts(self) -> None:
        for number, points in ((1, 1), (2, 2), (3, 3)):
            with self.subTest(f"part {number}", points=points):
                self.require(number != 2, expected="a 2", seen="a 3", hint="count again")


def test_failing_sub_test_costs_its_own_points() -> None:
    """Four of six points are left, and the student reads which part failed."""
    line = outcome(Parts)

    assert (line.verdict, line.score, line.weight) == (Verdict.FAILED, 4, 6)
    assert line.explanation.expected == "a 2"
    assert line.explanation.seen == "part 2: a 3"


def test_gradescope_utils_loses_the_whole_test() -> None:
    """The companion: neither score nor denominator is left of it."""
    theirs = by_gradescope_utils(Parts)

    assert theirs["tests"] == []
    assert theirs["score"] == 0


def test_failing_sub_test_without_points_costs_the_whole_test() -> None:
    """Where the author gave it no points, all of the test's are lost; the others are still said."""

    class Whole(unittest.TestCase):
        @weight(5)
        def test_it(self) -> None:
            for size in (1, 2, 3):
                with self.subTest(size=size):
                    self.assertEqual(size, 2)

    line = outcome(Whole)

    assert (line.verdict, line.score) == (Verdict.FAILED, 0)
    assert [text.split(":")[0] for text in line.explanation.seen.splitlines()] == ["size=1", "size=3"]


@pytest.mark.parametrize(("points", "left"), [(0.1, 0.7), (100, 0), (-5, 0), ("two", 0), (None, 0), (float("nan"), 0)])
def test_points_of_sub_tests_never_leave_the_range(points: Any, left: float) -> None:
    """Three of them fail: the score stays in [0, weight] and free of noise, whatever the author wrote."""

    class Odd(unittest.TestCase):
        @weight(1)
        def test_it(self) -> None:
            for i in range(3):
                with self.subTest(i=i, points=points):
                    self.fail()

    line = outcome(Odd)

    assert line.score == left
    assert line.verdict is Verdict.FAILED


@pytest.mark.parametrize(("given", "left"), [(4, 3), (10, 9), (0.5, 0), (None, 0)])
def test_sub_test_is_taken_off_a_partial_score(given: float | None, left: float) -> None:
    """A part that fails never earns more than the score that the test set."""

    class Both(unittest.TestCase):
        @partial_credit(10)
        def test_it(self, set_score: Any = None) -> None:
            with self.subTest(points=1):
                self.fail("one part")
            if given is not None:
                set_score(given)

    line = outcome(Both)

    assert (line.verdict, line.score) == (Verdict.FAILED, left)
    assert line.explanation.seen == "one part"


def test_failure_behind_the_sub_tests_costs_everything() -> None:
    """The test itself did not pass."""

    class After(unittest.TestCase):
        @weight(5)
        def test_it(self) -> None:
            with self.subTest(points=1):
                self.fail("a part")
            self.fail("the whole")

    line = outcome(After)

    assert (line.score, line.explanation.seen) == (0, "the whole")


def test_skipped_sub_test_earns_nothing() -> None:
    """A test whose every part was skipped has shown nothing."""

    class Skips(unittest.TestCase):
        @weight(4)
        def test_it(self) -> None:
            for i in range(2):
                with self.subTest(i=i, points=2):
                    self.skipTest("no data")

    line = outcome(Skips)

    assert (line.verdict, line.score, line.weight) == (Verdict.NOT_RUN, 0, 4)
    assert line.explanation.seen.splitlines() == ["i=0: Skipped: no data", "i=1: Skipped: no data"]


def test_fault_of_the_harness_in_a_sub_test_asks_for_a_person() -> None:
    """It outweighs the wrong answers around it, before and behind."""

    class Mixed(SubmissionTestCase):
        @weight(4)
        def test_it(self) -> None:
            with self.subTest("first", points=1):
                self.fail("wrong")
            with self.subTest("second", points=1):
                self.observe(probe_named("dataset"))["lenght"]
            with self.subTest("third", points=1):
                raise timeout_decorator.TimeoutError

    line = outcome(Mixed, submission=FakeObserver(otherwise=returned({"length": 3})))

    assert (line.verdict, line.score) == (Verdict.HARNESS_FAULT, 1)
    assert "KeyError" in line.explanation.seen


@pytest.mark.parametrize("verdict", [Verdict.NOT_RUN, Verdict.CPU_BUDGET, Verdict.RAISED])
def test_probe_that_ended_in_a_sub_test_is_explained(verdict: Verdict) -> None:
    """How the probe ended is the verdict, and its reason is shown."""

    class Observing(SubmissionTestCase):
        @weight(4)
        def test_it(self) -> None:
            with self.subTest("training", points=3):
                self.observe(probe_named("trained"))

    ended = Observation(verdict, reason="This is why.")
    line = outcome(Observing, submission=FakeObserver(otherwise=ended))

    assert (line.verdict, line.score) == (verdict, 1)
    assert line.explanation.seen.startswith("training: ")
    assert len(line.explanation.seen) > len("training: ")


def test_cases_share_the_points_of_their_test() -> None:
    """`case` takes the share from the weight, also from that of a partial credit; each failure is explained."""

    class Cases(SubmissionTestCase):
        @weight(6)
        def test_a(self) -> None:
            for rank in range(3):
                with self.case(f"rank {rank}", of=3):
                    self.require(rank != 1, expected="rank 0 or 2", seen="another")

        @partial_credit(6)
        def test_b(self, set_score: Any = None) -> None:
            set_score(3)
            with self.case("half", of=6):
                self.fail_because(seen="wrong")

    first, second = outcomes(Cases)

    assert (first.score, second.score) == (4, 2)
    assert first.explanation.seen.startswith("rank 1: another")
