"""Adds to a report the words and plots that only the staff may read."""

from dataclasses import replace

from autograder.model.outcome import Explanation, Outcome
from autograder.model.report import Report
from autograder.rendering.plot_text import in_words
from autograder.rendering.text import plain


def with_asides(report: Report) -> Report:
    """Return the report for the staff, with words and plots that tell about hidden data."""
    if not any(outcome.aside for outcome in report.outcomes):
        return report
    return replace(report, outcomes=tuple(map(_with_aside, report.outcomes)))


def aside_lines(report: Report) -> list[str]:
    """Return only these words, in lines of plain text, for a log that only the staff read."""
    lines = []
    for outcome in report.outcomes:
        if outcome.aside:
            said = outcome.aside.explanation
            words = [said.expected and f"expected {said.expected}", said.seen and f"seen {said.seen}", said.detail]
            words += [*outcome.aside.remarks, *map(in_words, outcome.aside.plots)]
            lines += [f"{plain(outcome.number, 40)}: {plain(text)}" for text in words if text]
    return lines


def _with_aside(outcome: Outcome) -> Outcome:
    aside = outcome.aside
    if aside is None:
        return outcome
    return replace(
        outcome,
        explanation=outcome.explanation if aside.explanation == Explanation() else aside.explanation,
        remarks=outcome.remarks + aside.remarks,
        plots=outcome.plots + aside.plots,
    )
