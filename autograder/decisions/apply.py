"""Applies decisions to reports: pure functions of values."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from autograder.decisions.rubric_lines import Line, given, lines_of, points_of
from autograder.decisions.threads import Threads
from autograder.model.decided import Decided, LineNote
from autograder.model.decision import Decision
from autograder.model.lateness import Lateness, LatePolicy
from autograder.model.outcome import Outcome
from autograder.model.report import Report
from autograder.notebooks.spans import span_at, spans_of

AROUND = 2  # lines before and after the one that a note is on
LONGEST = 300  # characters of a line in an excerpt


def verdict_digest(report: Report, outcome: Outcome) -> str:
    """Return a digest of the harness's verdict on an upload; words do not count, and nor does a person's decision."""
    automatic = outcome.decided.automatic if outcome.decided else None if outcome.weight is None else outcome.score
    said = (report.submission, outcome.verdict, outcome.weight, automatic, outcome.manual)
    return hashlib.sha256(json.dumps([str(one) for one in said]).encode()).hexdigest()[:16]


def decided_report(
    report: Report, student: str, threads: Threads, stated: Mapping[str, Sequence[Line]], texts: Mapping[str, str]
) -> Report:
    """Return a report with people's decisions about it.

    A decision replaces everything that a test has found: its points, that it forfeits the result, and a fault of the
    harness. The harness's verdict and its words stay beside it.

    Args:
        report: the harness's report.
        student: key of the hand-in.
        threads: read from the log.
        stated: the manifest's rubric lines, by item.
        texts: the upload's text files, name to content; needed only where there are notes.
    """
    outcomes = tuple(_outcome(report, one, student, threads, stated) for one in report.outcomes)
    notes = tuple(_note(one, texts) for one in threads.notes.get(student, ()))
    return replace(report, outcomes=outcomes, notes=notes)


def lateness(submitted_at: str, policy: LatePolicy, waiver: Decision | None) -> Lateness | None:
    """Return how late a hand-in is, and what it costs; None if it is in time or its time is not known.

    Args:
        submitted_at: ISO 8601; empty if the export does not say.
        policy: the assignment's.
        waiver: a person's decision to waive days; None if there is none.
    """
    days = policy.days_late(submitted_at)
    if days == 0:
        return None
    waived = min(days, int(waiver.points or 0)) if waiver else 0
    return Lateness(days, waived, policy.share_lost(days - waived), waiver.reason if waiver else "")


def _outcome(
    report: Report, outcome: Outcome, student: str, threads: Threads, stated: Mapping[str, Sequence[Line]]
) -> Outcome:
    decision = threads.on(student, outcome.key).in_force
    most = outcome.manual if outcome.weight is None else outcome.weight
    if decision is None or most is None:
        return outcome
    lines = lines_of(stated.get(outcome.key, ()), threads.lines.get(outcome.key, {}))
    gone = not set(decision.lines) <= {one.id for one in lines}
    decided = Decided(
        automatic=None if outcome.weight is None else outcome.score,
        by=decision.by,
        reason=decision.reason,
        comment=decision.comment,
        lines=given(decision, lines),
        is_outdated=gone or decision.verdict not in ("", verdict_digest(report, outcome)),
    )
    return replace(outcome, score=points_of(decision, lines, most), forfeits=False, decided=decided)


def _note(note: Decision, texts: Mapping[str, str]) -> LineNote:
    file, lines, line, cell = note.file, texts.get(note.file, "").split("\n"), note.line, 0
    if span := span_at(spans_of(texts.get(file, "")), line):
        file, cell, lines = span.notebook, span.cell, lines[span.before : span.before + span.lines]
        line = max(line - span.before, 1)  # the line before a cell stands for its first
    first = max(line - AROUND, 1)
    there = 0 < line <= len(lines) and note.file in texts
    excerpt = tuple(text[:LONGEST] for text in lines[first - 1 : line + AROUND]) if there else ()
    return LineNote(file, line, note.comment, note.by, first, excerpt, cell)
