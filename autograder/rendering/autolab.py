"""A report as an Autolab autograder prints it: feedback for the student, then a last line with the points as JSON.

Source: Autolab, docs/lab.md, "Writing Autograders".
"""

import json

from autograder.model.outcome import Outcome
from autograder.model.report import Report
from autograder.model.verdict import Verdict
from autograder.rendering.gradescope import test_output
from autograder.rendering.notes import fault_note, forfeit_note, manual_note, mark_of
from autograder.rendering.text import plain, points
from autograder.rendering.without_hidden import room_for_each, without_hidden


def to_autolab(report: Report) -> str:
    """Return the text for standard output. Each suite becomes a problem of the assessment, under its title."""
    room = room_for_each(report)
    notes = (fault_note(report), report.problem, forfeit_note(report), manual_note(report), *report.remarks)
    blocks = [f"{report.title}: {points(report.score)} / {points(report.max_score)}", *notes]
    blocks += [_lines(outcome, room) for outcome in without_hidden(report).outcomes]
    feedback = "\n\n".join(plain(block) for block in blocks if block)
    return f"{feedback}\n\n{json.dumps({'scores': scores_of(report)}, allow_nan=False)}\n"


def scores_of(report: Report) -> dict[str, float]:
    """Return the points of each scored suite; all hidden tests together form one more problem.

    A suite in which the grader itself failed is left out, so it stays ungraded until a person has decided.
    """
    scores: dict[str, float] = {}
    failed = set()
    for outcome in without_hidden(report).outcomes:
        problem = " ".join(plain(outcome.suite, 200).split()) or "Tests"
        if outcome.verdict is Verdict.HARNESS_FAULT and not outcome.decided:
            failed.add(problem)
        if outcome.weight is not None:
            earned = 0.0 if report.forfeits else outcome.score
            scores[problem] = round(scores.get(problem, 0.0) + earned, 6)
    return {problem: score for problem, score in scores.items() if problem not in failed}


def _lines(outcome: Outcome, room: int) -> str:
    worth = "" if outcome.weight is None else f"  {points(outcome.score)} / {points(outcome.weight)}"
    head = " ".join(filter(None, (mark_of(outcome), outcome.number, outcome.title)))
    body = plain(test_output(outcome), room)
    return "\n".join([f"{' '.join(plain(head, 300).split())}{worth}", *(f"    {line}" for line in body.splitlines())])
