"""Notes on a report as a whole, in the same words for every renderer."""

from collections.abc import Iterable

from autograder.model.decided import LineNote
from autograder.model.outcome import Outcome
from autograder.model.report import Report
from autograder.model.verdict import Verdict
from autograder.rendering.text import counted, place_of, points, worth

HIDDEN_UNTIL = {
    "hidden": "never shown",
    "after_due_date": "shown after the due date",
    "after_published": "shown when grades are published",
}
MARKS = {Verdict.PASSED: "✓", Verdict.NOT_RUN: "–", Verdict.HARNESS_FAULT: "!"}


def mark_of(outcome: Outcome) -> str:
    """Return the symbol of a test's outcome, which needs no colour."""
    if outcome.decided:
        return "✓" if outcome.score >= (outcome.worth or 0.0) else "◐" if outcome.score > 0 else "✗"
    if outcome.manual is not None:
        return "✎"
    if outcome.verdict is Verdict.FAILED and outcome.score > 0:
        return "◐"
    return MARKS.get(outcome.verdict, "✗")


def fault_note(report: Report) -> str:
    """Return the note at the top for students if the harness itself failed; else empty."""
    if not report.faults:
        return ""
    return (
        f"This result is not final. The grader itself failed in {len(report.faults)} of the tests. This is not "
        "your fault: the staff will look into it, and you do not lose the points of these tests."
    )


def forfeit_note(report: Report) -> str:
    """Return why a test took all points; empty if none did."""
    if not report.forfeits:
        return ""
    reasons = [f"{outcome.number} {outcome.title} {outcome.explanation.seen}" for outcome in report.forfeits]
    return "\n".join(["The whole result is 0 points:", *reasons])


def late_note(report: Report) -> str:
    """Return the note on a late hand-in and its cost; empty if it was in time."""
    if report.late is None:
        return ""
    late = report.late
    waived = f", of which {late.waived} {'is' if late.waived == 1 else 'are'} waived" if late.waived else ""
    why = f" ({late.reason})" if late.reason else ""
    cost = f"the score is reduced by {100 * late.share_lost:.3g} %" if late.share_lost else "no points are taken off"
    return f"Handed in {counted(late.days, 'day')} late{waived}{why}: {cost}."


def manual_note(report: Report) -> str:
    """Return the note on the points that a person gives; empty if there are none."""
    if not report.manual_points:
        return ""
    total = points(report.max_score + report.manual_points)
    return (
        f"A person gives {points(report.manual_points)} of the assignment's {total} points; "
        f"this score counts only the other {points(report.max_score)}."
    )


def decided_note(outcome: Outcome) -> str:
    """Return what people decided about a test or an item, in lines of text; empty if nobody did.

    It names no grader, because students read it.
    """
    decided = outcome.decided
    if decided is None:
        return ""
    lines = [f"{'+' if one.points >= 0 else '−'}{points(abs(one.points))}  {one.text}" for one in decided.lines]
    if decided.automatic is not None:
        change = f"Changed by staff: {points(outcome.score)} instead of {points(decided.automatic)} points."
        lines.insert(0, f"{change} {decided.reason}".strip())
    elif not decided.lines and not decided.comment:
        lines = ["Judged by staff."]
    return "\n".join(filter(None, [*lines, decided.comment]))


def note_on_line(note: LineNote) -> str:
    """Return a person's comment on a line of the source, in lines of text."""
    code = note.excerpt[note.line - note.first].strip() if note.excerpt else ""
    return f"{place_of(note.file, note.cell, note.line)}: {code}\n{note.comment}"


def remaining_note(report: Report) -> str:
    """Return the note on hidden tests and their points for a page that leaves them out; empty if there are none."""
    hidden = [outcome for outcome in report.outcomes if outcome.visibility in HIDDEN_UNTIL]
    if not hidden:
        return ""
    return (
        f"There are hidden tests worth {_worth(hidden)}: passing all tests on this page does not yet mean full marks."
    )


def hidden_note(report: Report) -> str:
    """Return the note on tests that students do not see yet; empty if all are visible."""
    notes = []
    for visibility, when in HIDDEN_UNTIL.items():
        hidden = [outcome for outcome in report.outcomes if outcome.visibility == visibility]
        if hidden:
            are = "is" if len(hidden) == 1 else "are"
            notes.append(f"{counted(len(hidden), 'test')} worth {_worth(hidden)} {are} {when}.")
    if not notes:
        return ""
    return "Passing all visible tests does not yet mean full marks: " + " ".join(notes)


def _worth(outcomes: Iterable[Outcome]) -> str:
    return worth(sum(outcome.weight or 0.0 for outcome in outcomes))
