"""A report as the `results.json` of PrairieLearn's external graders.

Source: PrairieLearn, docs/externalGrading.md, "Grading results", and its element pl-external-grader-results, which
keeps line breaks and treats nothing as markup.
"""

from dataclasses import replace
from typing import Any

from autograder.model.outcome import Outcome
from autograder.model.report import Report
from autograder.rendering.gradescope import explanation_text
from autograder.rendering.notes import fault_note, forfeit_note, manual_note
from autograder.rendering.text import plain
from autograder.rendering.without_hidden import room_for_each, without_hidden


def to_prairielearn(report: Report) -> dict[str, Any]:
    """Return the content of `/grade/results/results.json`.

    If nothing could be graded, or the grader itself failed in a test, the result is "not gradable": the student gets
    no points and loses no attempt.
    """
    problems = [text for text in ("" if report.score else report.problem, fault_note(report)) if text]
    room = room_for_each(report)
    notes = (report.problem, forfeit_note(report), *report.remarks, manual_note(report))
    results: dict[str, Any] = {
        "gradable": not problems,
        "score": min(report.score / report.max_score, 1.0) if report.max_score else 0.0,
        "message": plain("\n\n".join(note for note in notes if note)),
        "tests": [_test(outcome, bool(report.forfeits), room) for outcome in without_hidden(report).outcomes],
    }
    if told := [text for text in map(plain, problems) if text]:
        results["format_errors"] = told
    return results


def _test(outcome: Outcome, forfeited: bool, room: int) -> dict[str, Any]:
    """Return one test; an item without points is 0 of 0, which PrairieLearn shows as information."""
    said = explanation_text(replace(outcome.explanation, detail=""))
    return {
        "name": plain(f"{outcome.number} {outcome.title}".strip(), 300) or outcome.key,
        "points": 0.0 if forfeited else round(outcome.score, 6),
        "max_points": round(outcome.weight or 0.0, 6),
        "message": plain("\n\n".join(text for text in (said, *outcome.remarks) if text), room // 2),
        "output": plain(outcome.explanation.detail, room // 2),
    }
