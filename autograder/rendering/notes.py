"""What every renderer says of a report as a whole, in the same words."""

from autograder.model.outcome import Outcome
from autograder.model.report import Report
from autograder.model.verdict import Verdict
from autograder.rendering.text import points

HIDDEN_UNTIL = {
    "hidden": "are never shown",
    "after_due_date": "are shown after the due date",
    "after_published": "are shown when grades are published",
}
MARKS = {Verdict.PASSED: "✓", Verdict.NOT_RUN: "–", Verdict.HARNESS_FAULT: "!"}


def mark_of(outcome: Outcome) -> str:
    """Return the one sign that tells how a test ended, without colour."""
    if outcome.manual is not None:
        return "✎"
    if outcome.verdict is Verdict.FAILED and outcome.score > 0:
        return "◐"
    return MARKS.get(outcome.verdict, "✗")


def fault_note(report: Report) -> str:
    """Return what a student reads where the harness itself failed; else an empty string."""
    if not report.faults:
        return ""
    return (
        f"The grader itself failed in {len(report.faults)} of the tests. That is not your fault: the staff will look "
        "at it, and the points of these tests are not lost."
    )


def forfeit_note(report: Report) -> str:
    """Return why all points are lost, where a test found that; else an empty string."""
    if not report.forfeits:
        return ""
    reasons = [f"{outcome.number} {outcome.title} {outcome.explanation.seen}" for outcome in report.forfeits]
    return "\n".join(["The whole result is 0 points:", *reasons])


def manual_note(report: Report) -> str:
    """Return how many points a person gives; empty where there are none."""
    if not report.manual_points:
        return ""
    total = points(report.max_score + report.manual_points)
    return (
        f"A person gives {points(report.manual_points)} of the assignment's {total} points; "
        f"the score here counts the other {points(report.max_score)}."
    )


def remaining_note(report: Report) -> str:
    """Return that a page for students leaves tests out, and their points; empty where it shows all."""
    hidden = [outcome for outcome in report.outcomes if outcome.visibility in HIDDEN_UNTIL]
    if not hidden:
        return ""
    worth = points(sum(outcome.weight or 0.0 for outcome in hidden))
    return f"Hidden tests remain, worth {worth} points: passing all tests that are shown here is not yet full marks."


def hidden_note(report: Report) -> str:
    """Return which tests a student does not see yet; empty where all are visible."""
    notes = []
    for visibility, when in HIDDEN_UNTIL.items():
        hidden = [outcome for outcome in report.outcomes if outcome.visibility == visibility]
        if hidden:
            worth = points(sum(outcome.weight or 0.0 for outcome in hidden))
            notes.append(f"{len(hidden)} tests worth {worth} points {when}.")
    if not notes:
        return ""
    return "Passing all visible tests is not yet full marks: " + " ".join(notes)
