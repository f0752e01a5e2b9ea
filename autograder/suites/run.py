"""Runs planned tests and judges each: one outcome for every test, whatever happens."""

import contextlib
import io
import math
import time
import unittest
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from timeout_decorator import TimeoutError as TestTimeout

from autograder.nouns.outcome import Explanation, LeaderboardEntry, Outcome
from autograder.nouns.verdict import Verdict
from autograder.suites.case import Evidence, Finding, ProbeEnded, SubmissionTestCase
from autograder.suites.explain import explanation_of
from autograder.suites.load import PlannedTest, wrapped_chain

MAX_PRINTED = 4000

Report = Callable[[Outcome], None]


def run_suites(
    planned: Sequence[PlannedTest],
    evidence: Evidence,
    deadline: float = math.inf,
    on_outcome: Report = lambda outcome: None,
) -> list[Outcome]:
    """Run the tests in their order and return one outcome for each.

    Args:
        planned: the tests; each is instantiated already and is run once.
        evidence: what they may ask about.
        deadline: time of `time.monotonic()` after which no test begins.
        on_outcome: called with each outcome as it is known.
    """
    result = _Recorder(planned, deadline, on_outcome)
    for test in planned:
        if isinstance(test.case, SubmissionTestCase):
            test.case.evidence = evidence
    unittest.TestSuite(test.case for test in planned).run(result)
    return [result.outcome_of(test) for test in planned]


@dataclass
class _Events:
    """What unittest reported of one test while it ran."""

    error: BaseException | None = None
    verdict: Verdict = Verdict.PASSED
    reason: str = ""
    lost_points: float = 0.0
    lost: list[Explanation] = field(default_factory=list)
    printed: str = ""
    score: Any = None
    figure: Any = None


class _Recorder(unittest.TestResult):
    """Keeps what happened to each test; what never ran is not run, not absent."""

    def __init__(self, planned: Sequence[PlannedTest], deadline: float, on_outcome: Report) -> None:
        super().__init__()
        self._planned = {test.case.id(): test for test in planned}
        self._deadline = deadline
        self._on_outcome = on_outcome
        self._events: dict[str, _Events] = {}
        self._whole: dict[str, str] = {}  # class or module to what its set-up raised
        self._late = False
        self._streams = contextlib.ExitStack()

    def startTest(self, test: unittest.TestCase) -> None:
        """Forget what an earlier run of the same method has left, and catch what is printed."""
        super().startTest(test)
        events = self._events[test.id()] = _Events()
        for layer in wrapped_chain(self._planned[test.id()].method):
            for name in ("__score__", "__leaderboard_value__"):
                layer.__dict__.pop(name, None)
        stream = self._streams.enter_context(contextlib.redirect_stdout(io.StringIO()))
        self._streams.callback(lambda: setattr(events, "printed", stream.getvalue()[:MAX_PRINTED]))

    def stopTest(self, test: unittest.TestCase) -> None:
        """Read what the decorators' functions have set, and report the outcome."""
        super().stopTest(test)
        self._streams.close()
        planned, events = self._planned[test.id()], self._events[test.id()]
        for layer in wrapped_chain(planned.method):
            events.score = vars(layer).get("__score__", events.score)
            events.figure = vars(layer).get("__leaderboard_value__", events.figure)
        self._on_outcome(self.outcome_of(planned))
        if time.monotonic() > self._deadline:
            self._late = self.shouldStop = True

    def addError(self, test: Any, err: Any) -> None:
        """Note an exception; that of a class's or module's set-up counts for all its tests."""
        if test.id() in self._events:
            self._events[test.id()].error = err[1]
        else:  # "setUpClass (package.module.Class)"
            self._whole[test.id().split("(", 1)[-1].rstrip(")")] = f"{err[0].__name__}: {err[1]}"

    addFailure = addError

    def addSkip(self, test: Any, reason: str) -> None:
        """Note a skipped test; its points stay in the total."""
        if test.id() in self._events:
            self._events[test.id()].verdict = Verdict.NOT_RUN
            self._events[test.id()].reason = f"Skipped: {reason}"
        else:
            self._whole[test.id().split("(", 1)[-1].rstrip(")")] = f"Skipped: {reason}"

    def addExpectedFailure(self, test: Any, err: Any) -> None:
        """Note a failure that the author expects: no points, and a line that says so."""
        self._events[test.id()].verdict = Verdict.FAILED
        self._events[test.id()].reason = "This test is marked as one that is expected to fail, and it did."

    def addUnexpectedSuccess(self, test: Any) -> None:
        """Note that a test passed which its author expected to fail."""
        self._events[test.id()].reason = "This test is marked as one that is expected to fail, but it passed."

    def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:
        """Take a failed part's own points off, or all of the test's where it has none."""
        if err is None:
            return
        events = self._events[test.id()]
        points = subtest.params.get("points", math.inf)
        events.lost_points += points
        part = _explanation(err[1])
        label = str(subtest._message) if isinstance(subtest._message, str) else ""
        seen = f"{label}: {part.seen}" if label else part.seen
        events.lost.append(Explanation(part.expected, seen, part.hint, part.detail))
        if not isinstance(err[1], AssertionError):
            events.verdict = _verdict(err[1])

    def outcome_of(self, test: PlannedTest) -> Outcome:
        """Return the one outcome of a test."""
        events = self._events.get(test.case.id())
        if events is None:
            return self._never_ran(test)
        verdict, score, explanation = _judged(test, events)
        lost = test.weight is not None and score < test.weight
        if lost and verdict is Verdict.PASSED:
            verdict = Verdict.FAILED
        remarks = tuple(getattr(test.case, "remarks", ()))
        if events.printed.strip():
            remarks += (events.printed.strip(),)
        if events.reason and verdict is Verdict.PASSED:
            remarks += (events.reason,)
        if test.hidden_errors is not None and verdict is not Verdict.PASSED:
            explanation, remarks = (
                Explanation(seen=test.hidden_errors or "The details of this test are hidden."),
                (),
            )
        return Outcome(
            key=test.key, suite=test.suite, number=test.number, title=test.title, verdict=verdict,
            weight=test.weight, score=score, explanation=explanation, remarks=remarks,
            visibility=test.visibility, tags=test.tags, leaderboard=_leaderboard(test, events),
        )  # fmt: skip

    def _never_ran(self, test: PlannedTest) -> Outcome:
        identity = test.case.id()
        reason = next((text for name, text in self._whole.items() if identity.startswith(name + ".")), "")
        if not reason and self._late:
            reason = "Not run: the time for the whole grading was used up."
        verdict = Verdict.NOT_RUN if not reason or reason.startswith(("Skipped", "Not run")) else Verdict.HARNESS_FAULT
        return not_run(test, reason or "Not run: the grading was stopped before this test.", verdict)


def not_run(test: PlannedTest, reason: str, verdict: Verdict = Verdict.NOT_RUN) -> Outcome:
    """Return the outcome of a test that never began: no points, and the reason."""
    return Outcome(
        key=test.key, suite=test.suite, number=test.number, title=test.title, verdict=verdict,
        weight=test.weight, explanation=Explanation(seen=reason), visibility=test.visibility, tags=test.tags,
    )  # fmt: skip


def _judged(test: PlannedTest, events: _Events) -> tuple[Verdict, float, Explanation]:
    """Return verdict, score and explanation; passing needs that nothing at all went wrong."""
    if events.error is not None:
        return _verdict(events.error), 0.0, _explanation(events.error)
    if events.verdict is Verdict.NOT_RUN or (events.reason and events.verdict is Verdict.FAILED):
        return events.verdict, 0.0, Explanation(seen=events.reason)
    weight = test.weight or 0.0
    said: Explanation = getattr(test.case, "explanation", Explanation())
    if events.lost:
        verdict = Verdict.FAILED if events.verdict is Verdict.PASSED else events.verdict
        return verdict, max(0.0, weight - events.lost_points), _joined(events.lost)
    if not _takes_score(test):
        return Verdict.PASSED, weight, said
    return _partial(events.score, weight, said)


def _partial(score: Any, weight: float, said: Explanation) -> tuple[Verdict, float, Explanation]:
    if score is None:
        return (
            Verdict.FAILED,
            0.0,
            said if said != Explanation() else Explanation(seen="The test awarded no points."),
        )
    try:
        value = float(score)
    except (TypeError, ValueError):
        value = math.nan
    if not math.isfinite(value):
        return (
            Verdict.HARNESS_FAULT,
            0.0,
            Explanation(seen=f"The test set the score {score!r}, which is not a number."),
        )
    return Verdict.PASSED, round(min(max(value, 0.0), weight), 6), said


def _takes_score(test: PlannedTest) -> bool:
    """Return whether some layer of the test is gradescope-utils' `partial_credit`."""
    return any("set_score" in layer.__code__.co_freevars for layer in wrapped_chain(test.method))


def _leaderboard(test: PlannedTest, events: _Events) -> LeaderboardEntry | None:
    if test.leaderboard is None or events.figure is None:
        return None
    value = float(events.figure)
    return LeaderboardEntry(test.leaderboard[0], value, test.leaderboard[1]) if math.isfinite(value) else None


def _verdict(error: BaseException) -> Verdict:
    match error:
        case ProbeEnded():
            return error.observation.verdict
        case AssertionError():
            return Verdict.FAILED
        case TestTimeout():
            return Verdict.WALL_CLOCK
    return Verdict.HARNESS_FAULT


def _explanation(error: BaseException) -> Explanation:
    match error:
        case Finding():
            return error.explanation
        case ProbeEnded():
            return explanation_of(error.observation)
        case AssertionError():
            return Explanation(seen=str(error))
        case TestTimeout():
            return Explanation(seen="This test took too long by the clock.", hint="Look for something that waits.")
    return Explanation(
        seen=f"The grader itself failed in this test ({type(error).__name__}: {error}).",
        hint="This is not your fault; the staff will look at it.",
    )


def _joined(parts: list[Explanation]) -> Explanation:
    if len(parts) == 1:
        return parts[0]
    columns = zip(*((part.expected, part.seen, part.hint, part.detail) for part in parts), strict=True)
    return Explanation(*("\n".join(dict.fromkeys(filter(None, column))) for column in columns))
