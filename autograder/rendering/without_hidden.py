"""Merges hidden tests into one, for platforms that cannot hide them.

Gradescope knows hidden tests. On other platforms students may read everything, so the hidden tests become one line
there: it counts their points and says nothing else.
"""

from dataclasses import replace

from autograder.model.construct import SourceLook
from autograder.model.outcome import Outcome
from autograder.model.report import Report
from autograder.model.verdict import Verdict

SHOWN = ("", "visible")
SUITE = "Hidden tests"
SAID = "This report does not show hidden tests. Their points count in the total."
ROOM = 200_000  # characters of all tests together: platforms take 1 MB, and a character has four bytes at most
MOST_OF_ONE = 4_000


def without_hidden(report: Report) -> Report:
    """Return the report with one line in place of its hidden tests; the points stay the same.

    Notes for the staff, on the source and on the grounds of verdicts, disappear always.

    The CPU seconds of single probes disappear with them, because a probe's name may reveal a hidden test.

    A test that forfeits the whole result stays: nobody gets 0 points without a reason. So does an item that a person
    judges; there is nothing to hide about it.
    """
    if report.look != SourceLook() or report.grounds:
        report = replace(report, look=SourceLook(), grounds=())
    hidden = [outcome for outcome in report.outcomes if _is_hidden(outcome)]
    shown = tuple(outcome for outcome in report.outcomes if not _is_hidden(outcome))
    return replace(report, outcomes=(*shown, _as_one(hidden)), budgets=()) if hidden else report


def room_for_each(report: Report) -> int:
    """Return the number of characters for each test with which all tests together fit."""
    return min(MOST_OF_ONE, ROOM // max(len(report.outcomes), 1))


def _is_hidden(outcome: Outcome) -> bool:
    return outcome.visibility not in SHOWN and not outcome.forfeits and outcome.manual is None


def _as_one(hidden: list[Outcome]) -> Outcome:
    weights = [outcome.weight for outcome in hidden if outcome.weight is not None]
    score, weight = round(sum(outcome.score for outcome in hidden), 6), round(sum(weights), 6)
    return Outcome(
        key=SUITE,
        suite=SUITE,
        number="",
        title="1 hidden test" if len(hidden) == 1 else f"{len(hidden)} hidden tests",
        verdict=_verdict(hidden, score >= weight),
        weight=weight if weights else None,
        score=score,
        remarks=(SAID,),
    )


def _verdict(hidden: list[Outcome], full: bool) -> Verdict:
    if any(outcome.verdict is Verdict.HARNESS_FAULT and not outcome.decided for outcome in hidden):
        return Verdict.HARNESS_FAULT
    return Verdict.PASSED if full else Verdict.FAILED
