"""Runs planned tests: one outcome for every test, whatever happens.

A process runs one grading at a time, because standard output and the alarm signal of `timeout_decorator` belong
to the process. Several gradings at once need several processes (`autograder/verify/pool.py`).
"""

import contextlib
import math
import time
import unittest
from collections.abc import Callable, Sequence
from typing import Any

from autograder.checks.case import SubmissionTestCase
from autograder.checks.evidence import Evidence
from autograder.model.outcome import Explanation, Outcome
from autograder.model.verdict import Verdict
from autograder.suites.captured_output import CapturedOutput
from autograder.suites.decorators import forget, wrapped_chain
from autograder.suites.judge import HIDDEN, Events, explanation_of_error, not_run, outcome_of, verdict_of
from autograder.suites.load import PlannedTest

__all__ = ["not_run", "run_suites"]

TIME_IS_UP = "Not run: the grader's time was used up before this test."
STOPPED = "Not run: the grading was stopped before this test."

Report = Callable[[Outcome], None]


def run_suites(
    planned: Sequence[PlannedTest],
    evidence: Evidence,
    deadline: float = math.inf,
    on_outcome: Report = lambda outcome: None,
) -> list[Outcome]:
    """Run the tests in their order and return one outcome for each.

    Args:
        planned: the tests; each is run once.
        evidence: answers their questions about the submission and the reference.
        deadline: `time.monotonic()` after which no test begins.
        on_outcome: called with each outcome as soon as it is known.
    """
    result = _Recorder(planned, deadline, on_outcome)
    for test in planned:
        if isinstance(test.case, SubmissionTestCase):
            test.case.evidence = evidence
            test.case.remarks, test.case.measurements, test.case.plots = [], [], []
            test.case.aside_remarks, test.case.aside_plots = [], []
            test.case.explanation = Explanation()
    unittest.TestSuite(test.case for test in planned).run(result)
    return [result.outcome_of(test) for test in planned]


class _Recorder(unittest.TestResult):
    """Records the events of each test; a test that the deadline left out is a fault of the harness."""

    def __init__(self, planned: Sequence[PlannedTest], deadline: float, on_outcome: Report) -> None:
        super().__init__()
        self._planned = {test.case.id(): test for test in planned}
        self._deadline = deadline
        self._on_outcome = on_outcome
        self._events: dict[str, Events] = {}
        self._whole: dict[str, tuple[Verdict, str]] = {}  # class or module to the failure of its set-up
        self._streams = contextlib.ExitStack()
        self._late = False
        self._look_at_clock()

    def startTest(self, test: unittest.TestCase) -> None:
        """Delete the traces of an earlier run of the same method, and start to capture output."""
        super().startTest(test)
        events = self._events[test.id()] = Events()
        forget(self._planned[test.id()].method)
        printed = CapturedOutput()
        self._streams.enter_context(contextlib.redirect_stdout(printed))
        self._streams.callback(lambda: setattr(events, "printed", printed.text))

    def stopTest(self, test: unittest.TestCase) -> None:
        """Read the values that the test gave to its decorators, and report the outcome."""
        super().stopTest(test)
        self._streams.close()
        planned, events = self._planned[test.id()], self._events[test.id()]
        for layer in wrapped_chain(planned.method):
            events.score = vars(layer).get("__score__", events.score)
            events.leaderboard_value = vars(layer).get("__leaderboard_value__", events.leaderboard_value)
        self._on_outcome(self.outcome_of(planned))
        self._look_at_clock()

    def _look_at_clock(self) -> None:
        if time.monotonic() > self._deadline:
            self._late = self.shouldStop = True

    def addError(self, test: Any, err: Any) -> None:
        """Note an exception; one in the set-up of a class or module counts for all of its tests."""
        if test.id() in self._events:
            self._events[test.id()].error = err[1]
        elif test.id().startswith("setUp"):  # a failing tear-down costs nothing: its tests have run
            reason = f"The grader itself failed before this test ({err[0].__name__}: {err[1]})."
            self._whole[_place_of(test)] = Verdict.HARNESS_FAULT, reason

    addFailure = addError

    def addSkip(self, test: Any, reason: str) -> None:
        """Note a skipped test, or a part or a class of them; the points stay in the total."""
        reason = f"Skipped: {reason}"
        if hasattr(test, "test_case"):  # a sub-test
            points = test.params.get("points", math.inf)
            events = self._events[test.test_case.id()]
            events.lose(points, _label(test), Verdict.NOT_RUN, Explanation(seen=reason))
        elif test.id() in self._events:
            self._events[test.id()].verdict = Verdict.NOT_RUN
            self._events[test.id()].reason = reason
        else:
            self._whole[_place_of(test)] = Verdict.NOT_RUN, reason

    def addExpectedFailure(self, test: Any, err: Any) -> None:
        """Note a failure that the author expects: no points, and a line that says so."""
        self._events[test.id()].verdict = Verdict.FAILED
        self._events[test.id()].reason = "This test is marked as expected to fail, and it did."

    def addUnexpectedSuccess(self, test: Any) -> None:
        """Note that a test passed although its author expected it to fail."""
        self._events[test.id()].reason = "This test is marked as expected to fail, but it passed."

    def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:
        """Take off the points of a failed part, or all points of the test if the part has none of its own."""
        if err is not None:
            points = subtest.params.get("points", math.inf)
            part = explanation_of_error(err[1])
            self._events[test.id()].lose(points, _label(subtest), verdict_of(err[1]), part)
            self._events[test.id()].raised.append(err[1])

    def outcome_of(self, test: PlannedTest) -> Outcome:
        """Return the one outcome of a test."""
        events = self._events.get(test.case.id())
        return self._never_ran(test) if events is None else outcome_of(test, events)

    def _never_ran(self, test: PlannedTest) -> Outcome:
        identity = test.case.id()
        for name, (verdict, reason) in self._whole.items():
            if identity.startswith(name + "."):
                return not_run(test, reason if test.hidden_errors is None else test.hidden_errors or HIDDEN, verdict)
        return not_run(test, TIME_IS_UP, Verdict.HARNESS_FAULT) if self._late else not_run(test, STOPPED)


def _place_of(holder: Any) -> str:
    """Return the module or class in "setUpClass (package.module.Class)"."""
    return str(holder.id()).split("(", 1)[-1].removesuffix(")")


def _label(subtest: Any) -> str:
    """Return the label of a sub-test: its message, or its parameters."""
    if isinstance(subtest._message, str):
        return subtest._message
    return ", ".join(f"{name}={value!r}" for name, value in subtest.params.items() if name != "points")
