"""Turns unittest's reports of a test into its outcome: pure functions of values."""

import math
import reprlib
from dataclasses import dataclass, field, replace
from typing import Any

from timeout_decorator import TimeoutError as TestTimeout

from autograder.checks.disclosure import Undisclosed
from autograder.checks.findings import A_PERSON_LOOKS, Finding, Forfeit, Leak, ProbeEnded, Withheld
from autograder.model.grounds import JudgedAt
from autograder.model.outcome import Aside, Explanation, LeaderboardEntry, Outcome
from autograder.model.verdict import Verdict
from autograder.suites.decorators import wrapped_chain
from autograder.suites.explain import NOT_IMPORTED, explanation_of
from autograder.suites.judged_at import judged_at
from autograder.suites.load import PlannedTest

ROUNDED = 1e-4  # of a step: scores are rounded to six decimals before steps are counted
OUR_FAULT = "This is not your fault; the staff will look at it."
HIDDEN = "The details of this test are hidden."
COUNTABLE = "answers for the hidden data that the grader can count"
NO_VALUE = "The grader cannot count yours; the reason would reveal hidden data."
A_LOOK = "A person must look at yours; the reason would reveal hidden data."
TRY_OTHERS = "Try other data of the same form: any number of samples must give finite numbers and the right shapes."


@dataclass
class Events:
    """Unittest's reports of one test while it ran.

    Attributes:
        error: the exception that ended it.
        verdict: PASSED until something else is known.
        reason: why it was skipped, or the ending that its author expected.
        lost_points: points of the sub-tests that failed; infinite if one of them has no points of its own.
        lost: for each of these the explanation.
        raised: the exceptions of these.
        printed: the test's output.
        score: the value it passed to `set_score`.
        leaderboard_value: the value it passed to `set_leaderboard_value`.
    """

    error: BaseException | None = None
    verdict: Verdict = Verdict.PASSED
    reason: str = ""
    lost_points: float = 0.0
    lost: list[Explanation] = field(default_factory=list)
    raised: list[BaseException] = field(default_factory=list)
    printed: str = ""
    score: Any = None
    leaderboard_value: Any = None

    def lose(self, points: Any, label: str, verdict: Verdict, part: Explanation) -> None:
        """Note a sub-test that did not pass; a fault of the harness outweighs all other verdicts."""
        self.lost_points += _points(points)
        seen = f"{label}: {part.seen}" if label else part.seen
        self.lost.append(Explanation(part.expected, seen, part.hint, part.detail))
        if verdict is not Verdict.FAILED and self.verdict is not Verdict.HARNESS_FAULT:
            self.verdict = verdict


def outcome_of(test: PlannedTest, events: Events) -> Outcome:
    """Return the one outcome of a test that ran."""
    verdict, score, explanation = _judged(test, events)
    if verdict is Verdict.PASSED and score < (test.weight or 0.0):
        verdict = Verdict.FAILED
    remarks, plots = tuple(getattr(test.case, "remarks", ())), tuple(getattr(test.case, "plots", ()))
    if events.printed:
        remarks += (events.printed,)
    if events.reason and verdict is Verdict.PASSED:
        remarks += (events.reason,)
    if test.hidden_errors is not None and verdict is not Verdict.PASSED:
        explanation, remarks, plots = Explanation(seen=test.hidden_errors or HIDDEN), (), ()
    return Outcome(
        key=test.key, suite=test.suite, number=test.number, title=test.title, verdict=verdict,
        weight=test.weight, score=score, explanation=explanation, remarks=remarks,
        visibility=test.visibility, tags=test.tags, leaderboard=_leaderboard(test, events),
        measurements=tuple(getattr(test.case, "measurements", ())),
        manual=test.manual, forfeits=isinstance(events.error, Forfeit),
        leaks=isinstance(_told_of(events.error), (Leak, Withheld)),
        plots=plots, judged_at=() if verdict is Verdict.PASSED else _judged_at(test, events),
        aside=_aside(test, events),
    )  # fmt: skip


def _judged_at(test: PlannedTest, events: Events) -> tuple[JudgedAt, ...]:
    if test.hidden_errors is not None:
        return ()
    errors = [_told_of(events.error)] if events.error else events.raised
    return tuple(dict.fromkeys(place for error in errors or (None,) for place in judged_at(test, error)))


def not_run(test: PlannedTest, reason: str, verdict: Verdict = Verdict.NOT_RUN) -> Outcome:
    """Return the outcome of a test that never began: no points, and the reason."""
    return Outcome(
        key=test.key, suite=test.suite, number=test.number, title=test.title, verdict=verdict,
        weight=test.weight, explanation=Explanation(seen=reason), visibility=test.visibility, tags=test.tags,
        manual=test.manual,
    )  # fmt: skip


def _judged(test: PlannedTest, events: Events) -> tuple[Verdict, float, Explanation]:
    """Return verdict, score and explanation; a test passes only if nothing at all went wrong."""
    if events.error is not None:
        return verdict_of(events.error), 0.0, explanation_of_error(events.error)
    if events.reason and events.verdict is not Verdict.PASSED:
        return events.verdict, 0.0, Explanation(seen=events.reason)
    weight = test.weight or 0.0
    said: Explanation = getattr(test.case, "explanation", Explanation())
    verdict, score = Verdict.PASSED, weight
    if _takes_score(test):
        verdict, score, said = _partial(events.score, weight, said)
        if test.discloses:
            steps = test.discloses.steps
            score = weight * math.floor(score / (weight or 1.0) * steps + ROUNDED) / steps
    if not events.lost or verdict is Verdict.HARNESS_FAULT:
        return verdict, score, said
    verdict = Verdict.FAILED if events.verdict is Verdict.PASSED else events.verdict
    return verdict, round(max(0.0, score - events.lost_points), 6), _joined(events.lost)


def _partial(score: Any, weight: float, said: Explanation) -> tuple[Verdict, float, Explanation]:
    if score is None:
        return Verdict.FAILED, 0.0, said if said != Explanation() else Explanation(seen="The test awarded no points.")
    value = _number(score)
    if not math.isfinite(value):
        seen = f"The grader itself set the score {reprlib.repr(score)}, which is not a number."
        return Verdict.HARNESS_FAULT, 0.0, Explanation(seen=seen, hint=OUR_FAULT)
    return Verdict.PASSED, round(min(max(value, 0.0), weight), 6), said


def _takes_score(test: PlannedTest) -> bool:
    """Return whether some layer of the test is gradescope-utils' `partial_credit`."""
    codes = (getattr(layer, "__code__", None) for layer in wrapped_chain(test.method))
    return any("set_score" in code.co_freevars for code in codes if code)


def _number(value: Any) -> float:
    """Return a value as a float; NaN if it is not a number."""
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return math.nan


def _points(value: Any) -> float:
    points = _number(value)
    return points if points >= 0 else math.inf


def _leaderboard(test: PlannedTest, events: Events) -> LeaderboardEntry | None:
    if test.leaderboard is None or events.leaderboard_value is None:
        return None
    value = _number(events.leaderboard_value)
    name, order = test.leaderboard
    return LeaderboardEntry(name, value, order, test.discloses is None) if math.isfinite(value) else None


def verdict_of(error: BaseException) -> Verdict:
    """Return the verdict on a test that this exception ended; one that no test raises on purpose is our fault."""
    match error:
        case Undisclosed():
            return verdict_of(error.error)
        case ProbeEnded():
            return error.observation.verdict
        case TestTimeout():  # which is an AssertionError too
            return Verdict.WALL_CLOCK
        case AssertionError():
            return Verdict.FAILED
    return Verdict.HARNESS_FAULT


def explanation_of_error(error: BaseException) -> Explanation:
    """Return the explanation of an exception for the student."""
    match error:
        case Undisclosed():
            return _without_words(error.error)
        case Finding():
            return error.explanation
        case ProbeEnded():
            return replace(explanation_of(error.observation), expected=error.expected)
        case TestTimeout():
            return Explanation(seen="This test took too long.", hint="Look for code that waits.")
        case AssertionError():
            return Explanation(seen=str(error))
    return Explanation(
        seen=f"The grader itself failed in this test ({type(error).__name__}: {error}).",
        hint=OUR_FAULT,
    )


def _told_of(error: BaseException | None) -> BaseException | None:
    """Return the exception that the staff may read of."""
    return error.error if isinstance(error, Undisclosed) else error


def _without_words(error: Exception) -> Explanation:
    """Return what students read of a test that found no value on hidden data: it depends on the verdict alone."""
    if isinstance(error, (Leak, Withheld)):
        return Explanation(COUNTABLE, A_LOOK, "Ask the staff, who read the reason.", A_PERSON_LOOKS)
    match verdict_of(error):
        case Verdict.FAILED:
            return Explanation(COUNTABLE, NO_VALUE, TRY_OTHERS)
        case Verdict.NOT_RUN:  # no hidden data were there yet
            return Explanation(seen=NOT_IMPORTED)
        case Verdict.HARNESS_FAULT:
            return Explanation(seen="The grader itself failed in this test.", hint=OUR_FAULT)
    return Explanation(COUNTABLE, f"{NO_VALUE} It ended with: {verdict_of(error).value}.", TRY_OTHERS)


def _aside(test: PlannedTest, events: Events) -> Aside | None:
    said = explanation_of_error(events.error.error) if isinstance(events.error, Undisclosed) else Explanation()
    remarks, plots = (tuple(getattr(test.case, name, ())) for name in ("aside_remarks", "aside_plots"))
    aside = Aside(said, remarks, plots)
    return None if aside == Aside() else aside


def _joined(parts: list[Explanation]) -> Explanation:
    if len(parts) == 1:
        return parts[0]
    columns = zip(*((part.expected, part.seen, part.hint, part.detail) for part in parts), strict=True)
    return Explanation(*("\n".join(dict.fromkeys(filter(None, column))) for column in columns))
