"""A report for a person at a terminal."""

from collections.abc import Sequence
from itertools import groupby

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from autograder.model.outcome import Explanation, Outcome
from autograder.model.report import Report
from autograder.model.verdict import Verdict
from autograder.rendering.asides import with_asides
from autograder.rendering.notes import fault_note, forfeit_note, mark_of
from autograder.rendering.plot_text import in_words
from autograder.rendering.source_look import look_lines, look_summary
from autograder.rendering.text import plain, points, short

WIDTH = 100  # at most; lines that are longer are hard to read
SHORTEST_NUMBER, LONGEST_NUMBER = 5, 12  # characters of the column with the tests' numbers
BAR_CELLS = 24
SAID_BY_ITS_MARK = (Verdict.PASSED, Verdict.FAILED, Verdict.RAISED, Verdict.NOT_RUN)
COLOURS = {"✓": "green", "◐": "yellow", "–": "yellow", "✗": "red", "!": "magenta", "✎": "dim"}


def to_terminal(report: Report) -> RenderableType:
    """Return the report as one renderable: head, tests by suite with their explanations, total. For the staff."""
    report = with_asides(report)
    parts: list[RenderableType] = [Text(), Rule(head(report), style="dim", align="left")]
    for text in filter(None, (fault_note(report), report.problem, forfeit_note(report))):
        parts.append(Padding(Text(short(text), style="bold red"), (1, 0, 0, 2)))
    said_before: dict[Explanation, str] = {}
    for suite, outcomes in groupby(report.outcomes, key=lambda outcome: outcome.suite):
        parts += [Text(), Text(plain(suite, 200), style="bold"), table_of(list(outcomes), said_before)]
    parts += [Text(), Rule(style="dim"), total(report)]
    for remark in report.remarks:
        parts.append(Padding(Text(short(remark, 1000), style="dim"), (0, 0, 0, 2)))
    if summary := look_summary(report.look):
        lines = "\n".join([summary, *(f"  {one}" for one in look_lines(report.look))])
        parts.append(Padding(Text(lines, style="dim"), (0, 0, 0, 2)))
    parts.append(Padding(Text(foot(report), style="dim"), (0, 0, 1, 2)))
    return Group(*parts)


def head(report: Report) -> Text:
    """Return the assignment's title and the name of the data."""
    return Text.assemble((plain(report.title, 200), "bold"), (f"  {report.profile} data", "dim"))


def columns(outcomes: Sequence[Outcome]) -> Table:
    """Return a table without rows for marks, numbers, words and points, as wide as the console.

    Numbers and points are never cut: the words get the rest.
    """
    table = Table(box=None, show_header=False, padding=(0, 1), expand=True)
    table.add_column(width=1)
    longest = max((len(plain(outcome.number, 40)) for outcome in outcomes), default=0)
    table.add_column(width=min(max(longest, SHORTEST_NUMBER), LONGEST_NUMBER), style="dim", overflow="fold")
    table.add_column(ratio=1)
    table.add_column(width=11, justify="right", no_wrap=True)
    return table


def table_of(outcomes: list[Outcome], said_before: dict[Explanation, str]) -> Table:
    """Return tests with their explanations, except for explanations in `said_before`."""
    table = columns(outcomes)
    for outcome in outcomes:
        mark = mark_of(outcome)
        colour = COLOURS[mark]
        table.add_row(
            Text(mark, style=colour),
            Text(plain(outcome.number, 40)),
            Text(plain(outcome.title, 200)),
            points_of(outcome, colour),
        )
        for label, text in _explained(outcome, said_before):
            table.add_row("", "", labelled(label, text), "")
    return table


def points_of(outcome: Outcome, colour: str) -> Text:
    """Return the points that a test earned, and its maximum."""
    if outcome.manual is not None:
        return Text(f"({points(outcome.manual)})", style="dim")
    if outcome.weight is None:
        return Text("")
    return Text.assemble((points(outcome.score), colour), (f" / {points(outcome.weight)}", "dim"))


def _explained(outcome: Outcome, said_before: dict[Explanation, str]) -> list[tuple[str, str]]:
    """Return labelled rows; none repeats the explanation of an earlier test."""
    said = outcome.explanation
    before = said_before.setdefault(said, outcome.number)
    if said.seen and before != outcome.number:
        return [] if outcome.verdict is Verdict.NOT_RUN else [("seen", f"as in {before}")]
    rows = [("expected", said.expected), ("seen", said.seen), ("hint", said.hint)]
    if outcome.verdict is not Verdict.PASSED:
        rows.append(("", said.detail))
    if outcome.verdict not in SAID_BY_ITS_MARK:
        rows.insert(0, ("result", outcome.verdict.value))
    rows += [("", f"\n{in_words(plot)}") for plot in outcome.plots]
    return [(label, text) for label, text in rows if text] + [("note", remark) for remark in outcome.remarks]


def labelled(label: str, text: str) -> RenderableType:
    """Return text behind a label, or indented if there is none."""
    row = Table(box=None, show_header=False, padding=(0, 1, 0, 0), pad_edge=False)
    if label:
        row.add_column(width=8, style="dim")
        row.add_column(ratio=1)
        row.add_row(label, Text(short(text, 3000)))
    else:
        row.add_column(ratio=1)
        row.add_row(Padding(Text(short(text, 3000), style="dim"), (0, 0, 0, 2)))
    return row


def total(report: Report) -> Text:
    """Return the score, as numbers and as a bar."""
    share = report.score / report.max_score if report.max_score else 0.0
    filled = round(share * BAR_CELLS)
    colour = "green" if share >= 0.995 else "yellow" if share >= 0.5 else "red"
    return Text.assemble(
        "  ",
        (f"{points(report.score)} / {points(report.max_score)}", f"bold {colour}"),
        "  ",
        ("━" * filled, colour),
        ("━" * (BAR_CELLS - filled), "dim"),
        (f"  {report.execution_s:.0f} s", "dim"),
        (f"  and {points(report.manual_points)} that a person gives (✎)" if report.manual_points else "", "dim"),
    )


def foot(report: Report) -> str:
    """Return versions, and the layers of the sandbox that are not in force."""
    versions = ", ".join(f"{name} {version}" for name, version in report.environment.items())
    missing = [name for name, state in report.protections.items() if state.startswith(("missing", "POSSIBLE"))]
    layers = f"; not in force: {', '.join(missing)}" if missing else ""
    return plain(f"{versions}{layers}", 500)
