"""A report as GitHub's Markdown, for the summary of a workflow.

Text that a submission influenced goes into code blocks, where nothing is markup, a link or a mention; all other text
is escaped.
Source: CommonMark 0.31, "Fenced code blocks" and "Backslash escapes"; GitHub takes 1 MiB of summary for a step.
"""

import re
import string

from autograder.model.outcome import Outcome
from autograder.model.report import Report
from autograder.model.verdict import Verdict
from autograder.rendering.gradescope import test_output
from autograder.rendering.notes import fault_note, forfeit_note, manual_note, mark_of
from autograder.rendering.text import plain, points
from autograder.rendering.without_hidden import room_for_each, without_hidden

SPECIAL = str.maketrans({sign: f"\\{sign}" for sign in string.punctuation})


def to_markdown(report: Report) -> str:
    """Return the total, notes on the whole result, a table of the tests, and explanations of lost points."""
    outcomes = without_hidden(report).outcomes
    room = room_for_each(report)
    total = f"{points(report.score)} / {points(report.max_score)} points"
    blocks = [f"## {_inline(report.title)}: {total}"]
    notes = (fault_note(report), report.problem, forfeit_note(report), manual_note(report), *report.remarks)
    blocks += [_fenced(note) for note in notes if note]
    blocks.append("\n".join(["| | test | points |", "|---|---|--:|", *map(_row, outcomes)]))
    for outcome in outcomes:
        if outcome.manual is None and outcome.verdict is not Verdict.PASSED:
            blocks += [f"**{_name(outcome)}**", _fenced(plain(test_output(outcome), room))]
    blocks.append(f"{_inline(report.profile)} data, {report.execution_s:.0f} s")
    return "\n\n".join(blocks) + "\n"


def _row(outcome: Outcome) -> str:
    if outcome.manual is not None:
        worth = f"({points(outcome.manual)})"
    else:
        worth = "" if outcome.weight is None else f"{points(outcome.score)} / {points(outcome.weight)}"
    return f"| {mark_of(outcome)} | {_name(outcome)} | {worth} |"


def _name(outcome: Outcome) -> str:
    return _inline(f"{outcome.number} {outcome.title}".strip()) or _inline(outcome.key)


def _inline(text: str) -> str:
    """Return text as one line without any markup."""
    return " ".join(plain(text, 300).split()).translate(SPECIAL)


def _fenced(text: str) -> str:
    """Return text as a block of code, with a fence that it cannot close."""
    text = plain(text)
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"
