"""A report as an autograder of Autolab prints it: what the student reads, and in the last line the points as JSON.

Source: Autolab, docs/lab.md, "Writing Autograders".
"""

import json
from itertools import groupby

from autograder.nouns.outcome import Outcome
from autograder.nouns.report import Report
from autograder.nouns.verdict import Verdict
from autograder.rendering.gradescope import test_output
from autograder.rendering.notes import fault_note, forfeit_note, manual_note, mark_of
from autograder.rendering.text import plain, points
from autograder.rendering.without_hidden import room_for_each, without_hidden


def to_autolab(report: Report) -> str:
    """Return the text for standard output. Each suite is a problem of the assessment, by the suite's title."""
    room = room_for_each(report)
    notes = (report.problem, forfeit_note(report), fault_note(report), manual_note(report), *report.remarks)
    blocks = [f"{report.title}: {points(report.score)} / {points(report.max_score)}", *notes]
    blocks += [_lines(outcome, room) for outcome in without_hidden(report).outcomes]
    feedback = "\n\n".join(plain(block) for block in blocks if block)
    return f"{feedback}\n\n{json.dumps({'scores': scores_of(report)}, allow_nan=False)}\n"


def scores_of(report: Report) -> dict[str, float]:
    """Return the points of each suite that has any, those of its hidden tests included.

    A suite in which the grader itself failed is left out, so that it stays ungraded until a person has looked.
    """
    scores: dict[str, float] = {}
    for suite, group in groupby(report.outcomes, key=lambda outcome: outcome.suite):
        outcomes = list(group)
        name = " ".join(plain(suite, 200).split()) or "Tests"
        if any(outcome.weight is not None for outcome in outcomes):
            earned = 0.0 if report.forfeits else sum(outcome.score for outcome in outcomes)
            scores[name] = round(scores.get(name, 0.0) + earned, 6)
    for outcome in report.outcomes:
        if outcome.verdict is Verdict.HARNESS_FAULT:
            scores.pop(" ".join(plain(outcome.suite, 200).split()) or "Tests", None)
    return scores


def _lines(outcome: Outcome, room: int) -> str:
    worth = "" if outcome.weight is None else f"  {points(outcome.score)} / {points(outcome.weight)}"
    head = " ".join(filter(None, (mark_of(outcome), outcome.number, outcome.title)))
    body = plain(test_output(outcome), room)
    return "\n".join([f"{' '.join(plain(head, 300).split())}{worth}", *(f"    {line}" for line in body.splitlines())])
