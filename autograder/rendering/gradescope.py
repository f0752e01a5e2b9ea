"""A report as Gradescope's `results.json`.

Gradescope shows a leaderboard at once, so rows that tell of hidden data stay out of it.

Source: gradescope/autograder_samples, docs/specs.md.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from autograder.model.outcome import Explanation, Outcome
from autograder.model.report import Report
from autograder.model.verdict import Verdict
from autograder.rendering.notes import (
    decided_note,
    fault_note,
    forfeit_note,
    hidden_note,
    late_note,
    manual_note,
    note_on_line,
)
from autograder.rendering.plot_text import in_words
from autograder.rendering.text import plain, points

SAID_BY_ITS_STATUS = (Verdict.PASSED, Verdict.FAILED, Verdict.RAISED, Verdict.NOT_RUN)


def to_results(report: Report) -> dict[str, Any]:
    """Return the content of `results.json`: plain numbers and bounded, printable text only."""
    results: dict[str, Any] = {
        "score": report.score,
        "execution_time": math.ceil(report.execution_s),
        "output": plain(_top(report)),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [_test(outcome) for outcome in _said_once(report.outcomes)],
        "extra_data": {
            "assignment": report.assignment,
            "profile": report.profile,
            "submission": report.submission,
            "environment": {name: plain(value, 300) for name, value in report.environment.items()},
            "protections": {name: plain(value, 300) for name, value in report.protections.items()},
            "needs_a_person": [outcome.key for outcome in report.faults],
        },
    }
    rows = [
        {"name": plain(entry.name, 100), "value": entry.value, "order": entry.order}
        for entry in (outcome.leaderboard for outcome in report.outcomes)
        if entry and entry.at_once
    ]
    if rows:
        results["leaderboard"] = rows
    return results


def fallback_results(reason: str) -> dict[str, Any]:
    """Return a valid result for the time when nothing is known; it is written before anything else happens."""
    return {"score": 0, "output": plain(reason), "output_format": "text", "visibility": "visible", "tests": []}


def _said_once(outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    """Yield the outcomes; if two show the same explanation, only the first one keeps its details."""
    first: dict[tuple[str, Explanation], Outcome] = {}
    for outcome in outcomes:
        said = outcome.explanation
        before = first.setdefault((outcome.visibility, said), outcome)
        if said.detail and before is not outcome and before.number:
            outcome = replace(outcome, explanation=replace(said, detail=f"See {before.number} for details."))
        yield outcome


def _test(outcome: Outcome) -> dict[str, Any]:
    test: dict[str, Any] = {"name": plain(outcome.title, 300) or outcome.key, "name_format": "text"}
    if outcome.worth is not None:
        test |= {"score": round(outcome.score, 6), "max_score": round(outcome.worth, 6)}
        if outcome.decided or outcome.verdict is not Verdict.HARNESS_FAULT:  # otherwise nothing is judged
            passed = outcome.score >= outcome.worth and bool(outcome.decided or outcome.verdict is Verdict.PASSED)
            test["status"] = "passed" if passed else "failed"
    elif outcome.manual is None and outcome.verdict in (Verdict.PASSED, Verdict.FAILED):
        test["status"] = outcome.verdict.value
    if number := plain(outcome.number):  # text of nothing but control characters becomes empty
        test["number"] = number
    if text := plain(test_output(outcome)):
        test |= {"output": text, "output_format": "text"}
    if outcome.tags:
        test["tags"] = [plain(tag, 100) for tag in outcome.tags]
    if outcome.visibility:
        test["visibility"] = outcome.visibility
    test["extra_data"] = {"key": outcome.key, "verdict": outcome.verdict.value}
    return test


def test_output(outcome: Outcome) -> str:
    """Return the text below the name of a test."""
    blocks = []
    if outcome.verdict not in SAID_BY_ITS_STATUS:
        blocks.append(f"Result: {outcome.verdict.value}")
    blocks.append(decided_note(outcome))
    if outcome.is_open:
        blocks.append(f"A person gives the {points(outcome.manual or 0.0)} points for this item.")
    blocks.append(explanation_text(outcome.explanation))
    blocks += map(in_words, outcome.plots)
    blocks += outcome.remarks
    return "\n\n".join(block for block in blocks if block)


def explanation_text(explanation: Explanation) -> str:
    """Return an explanation as labelled lines, with the detail below."""
    rows = (("Expected", explanation.expected), ("Seen", explanation.seen), ("Hint", explanation.hint))
    lines = [f"{label + ':':<10}{_indented(text)}" for label, text in rows if text]
    if explanation.detail:
        lines += ["", explanation.detail] if lines else [explanation.detail]
    return "\n".join(lines)


def _indented(text: str) -> str:
    return text.replace("\n", "\n" + " " * 10)


def _top(report: Report) -> str:
    blocks = [fault_note(report), report.problem, forfeit_note(report), late_note(report), *report.remarks]
    blocks += [hidden_note(report), manual_note(report)]
    blocks += map(note_on_line, report.notes)
    versions = ", ".join(f"{name} {version}" for name, version in report.environment.items())
    blocks.append(f"Graded on the {report.profile} data with {versions}." if versions else "")
    return "\n\n".join(block for block in blocks if block)
