"""Explains a case with an unexpected result: the surprising tests, with their expectations and observations."""

from collections.abc import Iterable
from dataclasses import dataclass

from autograder.model.measurement import Measurement
from autograder.model.outcome import Outcome
from autograder.model.report import Report
from autograder.model.verdict import Verdict
from autograder.rendering.text import points
from autograder.verify.cases import Case


@dataclass(frozen=True)
class Surprise:
    """Tests that keep points they must lose, or lose points they must keep, for the same reason.

    Attributes:
        numbers: of the tests, in the rubric's order.
        expected: the behaviour that a test expected, or the loss that it owes.
        seen: its observation; or the points that it gave, and the measurements that earned them.
    """

    numbers: tuple[str, ...]
    expected: str
    seen: str


def surprises_of(case: Case, report: Report) -> tuple[Surprise, ...]:
    """Return the surprising tests of a graded case; those with the same reason are one surprise."""
    found: dict[tuple[str, str], list[str]] = {}
    for outcome in report.outcomes:
        for why in _why(case, outcome):
            found.setdefault(why, []).append(outcome.number)
    return tuple(Surprise(tuple(numbers), *why) for why, numbers in found.items())


def _why(case: Case, outcome: Outcome) -> Iterable[tuple[str, str]]:
    weight = outcome.weight or 0.0
    must_lose = outcome.number in case.loses
    is_fault = outcome.verdict is Verdict.HARNESS_FAULT or (outcome.forfeits and not case.forfeits)
    if is_fault or (outcome.score < weight and not must_lose):
        yield _lost(outcome)
    elif must_lose and (outcome.score >= weight or (case.all_of_them and outcome.score > 0)):
        owed = "no points" if case.all_of_them else "a loss of points"
        measured = [outcome.explanation.seen, *map(_in_words, outcome.measurements), *outcome.remarks]
        yield owed, "; ".join([f"{points(outcome.score)} of {points(weight)} points", *filter(None, measured)])


def _lost(outcome: Outcome) -> tuple[str, str]:
    """Return a test's expectation and observation; if it states neither, its verdict and the end of its details."""
    said = outcome.explanation
    last = said.detail.strip().rpartition("\n")[2]
    return said.expected, said.seen or ": ".join(filter(None, (outcome.verdict.value, last or said.hint)))


def _in_words(one: Measurement) -> str:
    limit = "at least" if one.at_least else "at most"
    return f"{one.name} {one.value:.6g}, {limit} {one.threshold:.6g}"
