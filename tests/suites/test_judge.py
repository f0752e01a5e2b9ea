"""How a test is judged by what the probe and its own code did."""

import math
import time
import unittest
from typing import Any

import pytest
from gradescope_utils.autograder_utils.decorators import leaderboard, partial_credit, tags, visibility, weight

from autograder.checks import SubmissionTestCase
from autograder.model.observation import Observation, StudentError
from autograder.model.verdict import Verdict
from autograder.rendering.gradescope import to_results
from autograder.suites.run import run_suites
from tests.helpers import FakeObserver, outcome, outcomes, plan, probe_named, report_of, returned, some_evidence

ENDINGS = [verdict for verdict in Verdict if verdict not in (Verdict.RETURNED, Verdict.PASSED, Verdict.FAILED)]


class Observing(SubmissionTestCase):
    """3. Three kinds of tests"""

    __test__ = False  # not pytest's

    @weight(5)
    @visibility("hidden")
    @tags("loader", "speed")
    def test_plain(self) -> None:
        """The answer is 42."""
        self.assertEqual(self.observe(probe_named("answer"))["value"], 42)

    @partial_credit(3)
    def test_partial(self, set_score: Any = None) -> None:
        set_score(self.observe(probe_named("answer"))["value"] / 14)

    @weight(2)
    @leaderboard("value")
    def test_ranked(self, set_leaderboard_value: Any = None) -> None:
        set_leaderboard_value(self.observe(probe_named("answer"))["value"])


@pytest.mark.parametrize("ending", ENDINGS)
def test_total_never_depends_on_how_the_submission_ends(ending: Verdict) -> None:
    """os._exit(0) on import, a failed import, a patched runner: each test keeps its points to be had."""
    observer = FakeObserver(otherwise=Observation(ending, reason="It ended so."))
    report = report_of(*outcomes(Observing, submission=observer))

    assert (report.score, report.max_score) == (0, 10)
    assert {line.verdict for line in report.outcomes} == {ending}
    assert all(line.explanation.seen for line in report.outcomes)
    assert len(report.faults) == (3 if ending is Verdict.HARNESS_FAULT else 0)


def test_same_suite_earns_all_points_for_a_right_answer() -> None:
    """The companion: the very tests that earned nothing pass with the right observation."""
    report = report_of(*outcomes(Observing, submission=FakeObserver(otherwise=returned({"value": 42}))))

    assert (report.score, report.max_score) == (10, 10)
    assert {line.verdict for line in report.outcomes} == {Verdict.PASSED}


def test_outcome_carries_what_the_decorators_say() -> None:
    """Title, suite, tags and visibility come from the suite, not from the run."""
    lines = outcomes(Observing, submission=FakeObserver(otherwise=Observation(Verdict.CRASHED, reason="SIGSEGV")))
    plain = next(line for line in lines if line.key == "Observing.test_plain")

    assert (plain.title, plain.suite) == ("The answer is 42.", "3. Three kinds of tests")
    assert (plain.visibility, plain.tags) == ("hidden", ("loader", "speed"))


@pytest.mark.parametrize("value", [{}, {"value": None}, None, []])
def test_bug_in_a_test_is_a_fault_and_never_a_wrong_answer(value: Any) -> None:
    """A KeyError or TypeError of the test's own code: 0 points for now, and a person is asked."""

    class Buggy(SubmissionTestCase):
        @weight(5)
        def test_it(self) -> None:
            self.assertGreater(self.observe(probe_named("answer"))["value"], 41)

    report = report_of(*outcomes(Buggy, submission=FakeObserver(otherwise=returned(value))))

    assert [line.verdict for line in report.faults] == [Verdict.HARNESS_FAULT]
    assert report.score == 0
    assert "grader itself failed" in report.faults[0].explanation.seen
    assert "not your fault" in report.faults[0].explanation.hint


@pytest.mark.parametrize(
    "raised", [SystemExit(0), RecursionError(), MemoryError(), TimeoutError("not ours"), OSError()]
)
def test_exception_of_the_trusted_side_is_a_fault(raised: BaseException) -> None:
    """Not even exit() in a test ends the run."""

    class Raises(unittest.TestCase):
        @weight(1)
        def test_a(self) -> None:
            raise raised

        @weight(1)
        def test_b(self) -> None:
            self.assertTrue(True)

    first, second = outcomes(Raises)

    assert (first.verdict, second.verdict) == (Verdict.HARNESS_FAULT, Verdict.PASSED)


def test_reference_that_does_not_return_is_a_fault() -> None:
    """A student never pays for a reference that fails."""

    class Comparing(SubmissionTestCase):
        @weight(1)
        def test_it(self) -> None:
            self.assertEqual(self.observe(probe_named("x")), self.reference(probe_named("x")))

    evidence = some_evidence(reference=FakeObserver(otherwise=Observation(Verdict.CPU_BUDGET, reason="too slow")))
    (line,) = run_suites(plan(Comparing), evidence)

    assert line.verdict is Verdict.HARNESS_FAULT
    assert "too slow" in line.explanation.seen


def test_student_reads_expected_seen_and_hint() -> None:
    """The author's expected, seen and hint arrive apart; numbers need no str()."""

    class Finding(SubmissionTestCase):
        @weight(1)
        def test_it(self) -> None:
            self.fail_because(expected=3, seen=4.5, hint="count", detail=["row"])  # type: ignore[arg-type]

    said = outcome(Finding).explanation

    assert (said.expected, said.seen, said.hint, said.detail) == ("3", "4.5", "count", "['row']")


def test_students_own_traceback_is_the_detail() -> None:
    """The frames that the probe brought are shown, and what they mean."""
    error = StudentError("ValueError", "bad shape", '  File "submitted.py", line 3\n')
    observed = Observation(Verdict.RAISED, error=error, reason="ValueError: bad shape", printed="noise")

    line = outcome(ObservingOnce, submission=FakeObserver(otherwise=observed))

    assert line.explanation.seen == "ValueError: bad shape"
    assert "submitted.py" in line.explanation.detail
    assert "noise" not in line.explanation.detail


class ObservingOnce(SubmissionTestCase):
    __test__ = False  # not pytest's

    @weight(1)
    def test_it(self) -> None:
        self.observe(probe_named("answer"))


def test_said_beside_a_partial_score_is_shown() -> None:
    """`explain` says why points were lost without failing."""

    class Explains(SubmissionTestCase):
        @partial_credit(10)
        def test_it(self, set_score: Any = None) -> None:
            self.explain(expected="92 %", seen="80 %")
            set_score(6)

    line = outcome(Explains)

    assert (line.verdict, line.score, line.explanation.seen) == (Verdict.FAILED, 6, "80 %")


def test_measurements_are_noted_and_shown_to_nobody() -> None:
    """The audit reads them beside the outcome, passed or failed; a NaN never holds."""

    class Measures(SubmissionTestCase):
        @weight(1)
        def test_it(self) -> None:
            held = [
                self.measured("accuracy", 0.94, 0.94),
                self.measured("leak", 0.05, 0.04, at_least=False),
                self.measured("correlation", math.nan, 0.5),
            ]
            self.assertEqual(held, [True, False, False])
            self.fail_because(seen="so it is")

    line = outcome(Measures)

    assert line.explanation.seen == "so it is"
    assert [(one.name, one.threshold, one.at_least, one.holds) for one in line.measurements] == [
        ("accuracy", 0.94, True, True),
        ("leak", 0.04, False, False),
        ("correlation", 0.5, True, False),
    ]
    assert "correlation" not in str(to_results(report_of(line)))


def test_test_without_weight_informs_and_scores_nothing() -> None:
    """A line without points has no denominator."""

    class Informs(SubmissionTestCase):
        def test_it(self) -> None:
            self.remark(0.93)  # type: ignore[arg-type]

    line = outcome(Informs)

    assert (line.weight, line.score, line.remarks) == (None, 0, ("0.93",))


class Sleepy(SubmissionTestCase):
    """Sets the observed score after a wait, and prints it."""

    __test__ = False  # not pytest's

    @partial_credit(10)
    def test_it(self, set_score: Any = None) -> None:
        for _ in range(5):
            value = self.observe(probe_named("score"))
            set_score(value)
            print(value)
            time.sleep(0.003)
