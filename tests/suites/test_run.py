"""Faults of gradescope-utils 0.5.0, row by row; where it is short, its own result stands beside ours."""

import sys
import time
import unittest
from typing import Any

import pytest
from gradescope_utils.autograder_utils.decorators import hide_errors, visibility, weight
from timeout_decorator import timeout

from autograder.checks import SubmissionTestCase
from autograder.model.verdict import Verdict
from autograder.suites.run import run_suites
from tests.helpers import by_gradescope_utils, module_of, outcome, outcomes, plan, some_evidence


class Two(unittest.TestCase):
    """Two tests worth 2 and 3 points that pass; base of what goes wrong around them."""

    __test__ = False  # not pytest's

    @weight(2)
    def test_one(self) -> None:
        self.assertTrue(True)

    @weight(3)
    def test_two(self) -> None:
        self.assertTrue(True)


class Passes(Two):
    """Nothing goes wrong here."""


def test_failing_class_set_up_costs_that_class_and_no_other() -> None:
    """An exception in setUpClass: the class's tests carry the reason, the rest run."""

    class Broken(Two):
        @classmethod
        def setUpClass(cls) -> None:
            raise FileNotFoundError("labels.npy")

    lines = outcomes(Broken, Passes)

    assert [line.score for line in lines] == [0, 0, 2, 3]
    assert [line.weight for line in lines] == [2, 3, 2, 3]
    assert {line.verdict for line in lines[:2]} == {Verdict.HARNESS_FAULT}, "no student can cause it"
    assert all("FileNotFoundError: labels.npy" in line.explanation.seen for line in lines[:2])
    with pytest.raises(AttributeError):
        by_gradescope_utils(Broken, Passes)


def test_failing_module_set_up_costs_that_module_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for setUpModule, which unittest finds through sys.modules."""

    class InBroken(Two):
        pass

    def set_up() -> None:
        raise OSError("no data")

    module = module_of("suite_with_broken_set_up", InBroken=InBroken, setUpModule=set_up)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    lines = outcomes(InBroken, Passes)

    assert [(line.score, line.weight) for line in lines] == [(0, 2), (0, 3), (2, 2), (3, 3)]
    assert "OSError: no data" in lines[0].explanation.seen
    with pytest.raises(AttributeError):
        by_gradescope_utils(InBroken, Passes)


def test_failing_class_tear_down_takes_nothing_away() -> None:
    """Outcomes already reached stay as they are."""

    class Untidy(Two):
        @classmethod
        def tearDownClass(cls) -> None:
            raise OSError("folder is gone")

    assert [line.score for line in outcomes(Untidy, Passes)] == [2, 3, 2, 3]


def test_failing_class_tear_down_is_not_why_a_later_test_did_not_run() -> None:
    """Tests in the order of their numbers may leave a class and come back to it, or not in time."""

    class Untidy(Two):
        @classmethod
        def tearDownClass(cls) -> None:
            time.sleep(0.05)
            raise OSError("folder is gone")

    (first, second), (other, _) = plan(Untidy), plan(Passes)
    lines = run_suites([first, other, second], some_evidence(), deadline=time.monotonic() + 0.04)

    assert [line.verdict for line in lines] == [Verdict.PASSED, Verdict.PASSED, Verdict.HARNESS_FAULT]
    assert "folder is gone" not in lines[2].explanation.seen


def test_skipped_class_is_lines_with_its_reason() -> None:
    """SkipTest in setUpClass: not run, and no fault of anyone."""

    class Skipped(Two):
        @classmethod
        def setUpClass(cls) -> None:
            raise unittest.SkipTest("needs the real data")

    lines = outcomes(Skipped)

    assert [(line.verdict, line.score, line.weight) for line in lines] == [
        (Verdict.NOT_RUN, 0, 2),
        (Verdict.NOT_RUN, 0, 3),
    ]
    assert lines[0].explanation.seen == "Skipped: needs the real data"


class Unusual(unittest.TestCase):
    """Tests that gradescope-utils leaves out of its results."""

    __test__ = False  # not pytest's

    @weight(1)
    @unittest.skip("not this term")
    def test_a_skipped(self) -> None:
        self.fail()

    @weight(2)
    def test_b_skipped_within(self) -> None:
        self.skipTest("no such file")

    @weight(3)
    @unittest.expectedFailure
    def test_c_expected_failure(self) -> None:
        self.fail()

    @weight(4)
    @unittest.expectedFailure
    def test_d_unexpected_success(self) -> None:
        self.assertTrue(True)


def test_skipped_and_expected_failures_are_lines_with_reasons() -> None:
    """Each test is a line, and the denominator stays."""
    lines = outcomes(Unusual)

    assert [line.weight for line in lines] == [1, 2, 3, 4]
    assert [line.verdict for line in lines[:3]] == [Verdict.NOT_RUN, Verdict.NOT_RUN, Verdict.FAILED]
    assert [line.score for line in lines[:3]] == [0, 0, 0]
    assert lines[0].explanation.seen == "Skipped: not this term"
    assert lines[1].explanation.seen == "Skipped: no such file"
    assert "expected to fail, and it did" in lines[2].explanation.seen
    assert "expected to fail, but it passed" in " ".join(lines[3].remarks)
    assert by_gradescope_utils(Unusual)["tests"] == []


@pytest.mark.parametrize(
    ("message", "shown"), [("", "The details of this test are hidden."), ("Look again.", "Look again.")]
)
def test_hidden_errors_hide_messages_output_and_remarks(message: str, shown: str) -> None:
    """Hidden is hidden, also with an empty message."""

    class Secretive(SubmissionTestCase):
        @weight(1)
        @hide_errors(message)
        @visibility("visible")
        def test_it(self) -> None:
            print("the answer is 42")
            self.remark("the answer is 42")
            self.fail("the answer is 42")

    line = outcome(Secretive)

    assert line.explanation.seen == shown
    assert "42" not in repr(line)
    assert "42" in by_gradescope_utils(Secretive)["tests"][0]["output"]


def test_hidden_errors_hide_a_failing_set_up_too() -> None:
    """The reason of a class's set-up is a detail like any other."""

    class Secretive(unittest.TestCase):
        @classmethod
        def setUpClass(cls) -> None:
            raise ValueError("the answer is 42")

        @weight(1)
        @hide_errors("")
        def test_it(self) -> None:
            self.assertTrue(True)

    line = outcome(Secretive)

    assert line.verdict is Verdict.HARNESS_FAULT
    assert "42" not in repr(line)


def test_output_of_a_test_is_bounded_with_a_note() -> None:
    """A megabyte of prints becomes its beginning, and says how much is missing."""

    class Loud(SubmissionTestCase):
        @weight(1)
        def test_it(self) -> None:
            for _ in range(1000):
                print("x" * 999)

    (remark,) = outcome(Loud).remarks

    assert len(remark) < 5000
    assert remark.endswith("… 996,000 characters left out …")
    assert len(by_gradescope_utils(Loud)["tests"][0]["output"]) == 1_000_000


def test_deadline_stops_before_the_next_test_and_keeps_the_rest_as_lines() -> None:
    """A global time-out discards no finished test, and no denominator."""

    class Slow(unittest.TestCase):
        @weight(2)
        def test_a(self) -> None:
            time.sleep(0.5)

        @weight(3)
        def test_b(self) -> None:
            self.assertTrue(True)

    lines = outcomes(Slow, Passes, deadline=time.monotonic() + 0.4)

    assert [(line.verdict, line.score) for line in lines[:2]] == [(Verdict.PASSED, 2), (Verdict.HARNESS_FAULT, 0)]
    assert [line.weight for line in lines] == [2, 3, 2, 3]
    assert {line.explanation.seen for line in lines[1:]} == {"Not run: the grader's time was used up before this test."}


def test_deadline_in_the_past_runs_nothing() -> None:
    """The time may be used up before the first test."""
    seen: list[Any] = []
    lines = outcomes(Passes, deadline=time.monotonic() - 1, on_outcome=seen.append)

    assert [(line.verdict, line.score, line.weight) for line in lines] == [
        (Verdict.HARNESS_FAULT, 0, 2),
        (Verdict.HARNESS_FAULT, 0, 3),
    ]
    assert seen == []


def test_wall_clock_of_a_test_is_told_from_a_failure() -> None:
    """timeout_decorator's TimeoutError is an AssertionError, and yet no wrong answer."""

    class Waits(unittest.TestCase):
        @weight(1)
        @timeout(0.02)
        def test_it(self) -> None:
            time.sleep(5)

    line = outcome(Waits)

    assert (line.verdict, line.score) == (Verdict.WALL_CLOCK, 0)
    assert "took too long" in line.explanation.seen


def test_outcomes_are_reported_as_they_are_known() -> None:
    """The outcomes reported one by one come back in the end."""
    seen: list[Any] = []

    assert outcomes(Passes, Unusual, on_outcome=seen.append) == seen
