"""A report on one screen of a terminal, for an assistant who looks at many; and single tests of it in full."""

import textwrap
from collections.abc import Sequence
from itertools import groupby

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from autograder.model.outcome import Explanation, Outcome
from autograder.model.report import Report
from autograder.model.test_number import is_meant
from autograder.model.verdict import Verdict
from autograder.rendering.asides import with_asides
from autograder.rendering.notes import fault_note, forfeit_note, mark_of
from autograder.rendering.source_look import look_summary
from autograder.rendering.terminal import COLOURS, WIDTH, columns, foot, head, labelled, points_of, table_of, total
from autograder.rendering.text import plain, points, short

PROBLEM_CHARACTERS = 1200
REMARK = 4 * WIDTH
ONE_LINE = 62  # characters of a reason
MORE = "--verbose shows everything, --test NUMBER one test in full"


def to_overview(report: Report) -> RenderableType:
    """Return the failures, in a line or two for each test that lost points; of all other tests only their numbers."""
    report = with_asides(report)
    parts: list[RenderableType] = [Text(), Rule(head(report), style="dim", align="left")]
    for text in filter(None, (fault_note(report), report.problem, forfeit_note(report))):
        parts.append(Padding(Text(short(text, PROBLEM_CHARACTERS), style="bold red"), (0, 0, 0, 2)))
    table, said_before = columns(report.outcomes), dict[Explanation, str]()
    for suite, outcomes in groupby(report.outcomes, key=lambda outcome: outcome.suite):
        _add_suite(table, suite, list(outcomes), said_before)
    parts += [table, Rule(style="dim"), total(report)]
    for remark in (*report.remarks, *_look(report)):
        parts.append(Padding(Text(_beginning(plain(remark)), style="dim"), (0, 0, 0, 2)))
    if report.lost:
        parts.append(Padding(Text(MORE, style="dim"), (0, 0, 0, 2)))
    return Group(*parts, Padding(Text(foot(report), style="dim"), (0, 0, 1, 2)))


def _beginning(remark: str) -> str:
    """Return a remark, or as many of its words as fit."""
    return remark if len(remark) <= REMARK else textwrap.shorten(remark, REMARK, placeholder=" …")


def to_one_test(report: Report, wanted: str) -> RenderableType:
    """Return everything there is to say about the tests that a number selects."""
    chosen = [outcome for outcome in with_asides(report).outcomes if is_meant(outcome.number, wanted)]
    return Group(Text(), Text(plain(report.title, 200), style="bold"), table_of(chosen, {}), Text())


def _look(report: Report) -> list[str]:
    summary = look_summary(report.look)
    return [f"{summary} (--verbose lists them)"] if summary else []


def _add_suite(table: Table, suite: str, outcomes: Sequence[Outcome], said_before: dict[Explanation, str]) -> None:
    earned, all_of_it = sum(one.score for one in outcomes), sum(one.weight or 0.0 for one in outcomes)
    sums = Text(f"{points(earned)} / {points(all_of_it)}" if all_of_it else "", style="bold")
    table.add_row("", "", Text(plain(suite, 200) or "Tests", style="bold"), sums)
    asides = [_aside(outcome, said_before) for outcome in outcomes]
    pairs = zip(asides, outcomes, strict=True)
    for (mark, aside), group in groupby(pairs, key=lambda pair: (mark_of(pair[1]), pair[0])):
        together = [outcome for _, outcome in group]
        if aside is None:
            for outcome in together:
                _add_in_words(table, outcome)
        else:
            names = Text("  ".join(map(_name, together)), style="dim")
            table.add_row(Text(mark, style=COLOURS[mark]), "", names.append(aside), "")


def _aside(outcome: Outcome, said_before: dict[Explanation, str]) -> str | None:
    """Return the text behind a test's number if that is all there is to say; None if the test needs more words."""
    said = outcome.explanation
    if outcome.verdict is Verdict.PASSED or outcome.manual is not None:
        return ""
    before = said_before.setdefault(said, outcome.number)
    if not said.seen or before == outcome.number:
        return None
    return "" if outcome.verdict is Verdict.NOT_RUN else f"  as in {plain(before, 40)}"


def _name(outcome: Outcome) -> str:
    return plain(outcome.number, 40) or plain(outcome.title, 60) or outcome.key


def _add_in_words(table: Table, outcome: Outcome) -> None:
    """Add a test with its expectation, on one line of 100 characters, and the observation, on two at most."""
    mark = mark_of(outcome)
    title = Text(plain(outcome.title, 200))
    earned = points_of(outcome, COLOURS[mark])
    table.add_row(Text(mark, style=COLOURS[mark]), Text(plain(outcome.number, 40)), title, earned)
    said = outcome.explanation
    for label, text, limit in (("expected", said.expected, ONE_LINE), ("seen", said.seen or said.detail, 2 * ONE_LINE)):
        if line := "; ".join(" ".join(one.split()) for one in plain(text).splitlines() if one.strip()):
            table.add_row("", "", labelled(label, line if len(line) <= limit else line[: limit - 1] + "…"), "")
