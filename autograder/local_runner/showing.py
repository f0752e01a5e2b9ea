"""The text for the student's terminal: functions from outcomes to text."""

import shutil
import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.local_runner.hand_out import HandOut
from autograder.model.observation import Observation
from autograder.model.outcome import Outcome
from autograder.model.verdict import Verdict
from autograder.rendering.text import points, short
from autograder.wire.rules import fields_of, is_declared

MARKS = {Verdict.PASSED: "✓", Verdict.NOT_RUN: "–", Verdict.HARNESS_FAULT: "!"}
INDENT, LABEL_WIDTH = "        ", 10
SHOWN_NUMBERS = 60  # of an array; of more, the first and the last
NEXT_TO_NUMBER = " " * len("  ✓ 1.1   ")
NO_LIMITS = (
    "The grader runs each check in a sandbox, with limits on CPU seconds, memory and time, and without internet; "
    "here there are none of these."
)


def outcome_text(outcome: Outcome) -> str:
    """Return a test's line, and below it the expectation, the observation, and the hint."""
    partly = outcome.verdict is Verdict.FAILED and outcome.score > 0
    mark = "◐" if partly else MARKS.get(outcome.verdict, "✗")
    earned = "" if outcome.weight is None else f"  ({points(outcome.score)} of {points(outcome.weight)})"
    lines = [f"  {mark} {outcome.number:<5} {_wrapped(outcome.title + earned, NEXT_TO_NUMBER)}"]
    said = outcome.explanation
    for label, text in (("Expected", said.expected), ("Seen", said.seen), ("Hint", said.hint)):
        if text:
            lines.append(f"{INDENT}{label + ':':<{LABEL_WIDTH}}" + _wrapped(text, INDENT + " " * LABEL_WIDTH))
    if said.detail and outcome.verdict is not Verdict.PASSED:
        lines.append(INDENT + _indented(said.detail, INDENT))
    lines += [INDENT + _wrapped(remark, INDENT) for remark in outcome.remarks]
    return "\n".join(lines)


def answer_text(probe: str, seen: Observation) -> str:
    """Return what a probe saw, field by field, with as many digits as the grader's staff read."""
    ended = f"{probe}: {seen.verdict.value}" + (f"; {short(seen.reason)}" if seen.reason else "")
    fields = fields_of(seen.value) if is_declared(type(seen.value)) else {}
    return "\n".join([ended, *(f"  {name}: {short(_in_words(value))}" for name, value in fields.items())])


def _in_words(value: Any) -> str:
    if isinstance(value, np.ndarray):
        numbers = np.array2string(value, precision=6, threshold=SHOWN_NUMBERS, separator=", ")
        return f"{value.dtype} {value.shape}: {numbers}"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_in_words, value))}]"
    if is_declared(type(value)):
        return f"({', '.join(f'{name} {_in_words(one)}' for name, one in fields_of(value).items())})"
    return repr(value)


def note_text(note: str) -> str:
    """Return a note on the whole run, in lines of the terminal's width."""
    return _wrapped(note, "")


def conclusion(hand_out: HandOut, outcomes: Sequence[Outcome], whole: bool) -> str:
    """Return the points, and the parts of the assignment that are judged elsewhere.

    Args:
        hand_out: which assignment.
        outcomes: of the tests that were run.
        whole: whether these are all that there are here.
    """
    score, most = sum(one.score for one in outcomes), sum(one.weight or 0.0 for one in outcomes)
    which = "The visible tests" if whole else "These tests"
    parts = [f"{which} earn {points(score)} of {points(most)} points."]
    if hand_out.elsewhere:
        worth, one = f"worth {points(hand_out.points_elsewhere)} points", hand_out.elsewhere == 1
        tests = f"1 more test, {worth}, is" if one else f"{hand_out.elsewhere} more tests, {worth} together, are"
        parts.append(f"{tests} run by the grader alone.")
    if hand_out.manual_points:
        parts.append(f"A person gives {points(hand_out.manual_points)} points.")
    return _wrapped(" ".join(parts), "") + "\n" + _wrapped(NO_LIMITS, "")


def _wrapped(text: str, indent: str) -> str:
    """Return a text in lines of the terminal's width, or of 100 characters, below an indented first line.

    Lines that begin with a space are code or columns; they stay as they are.
    """
    width = max(40, min(100, shutil.get_terminal_size((100, 0)).columns) - len(indent))
    lines = short(text, 3000).splitlines()
    parts = (
        [line] if line.startswith(" ") else textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False)
        for line in lines
    )
    return f"\n{indent}".join(line for part in parts for line in part or [""])


def _indented(text: str, indent: str) -> str:
    return short(text, 3000).replace("\n", "\n" + indent)
