"""The matrix, the audit and a line for each grading, for a terminal."""

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from autograder.rendering.terminal import labelled
from autograder.rendering.text import points
from autograder.verify.audit import Audit, Run
from autograder.verify.matrix import Mark, Matrix, Row
from autograder.verify.spread import ENOUGH_SPREADS, cells_of

STYLES = {Mark.KEPT: "dim", Mark.LOST: "", Mark.LOST_TOO: "bold red", Mark.SURVIVED: "bold red"}


def row_line(slug: str, row: Row) -> Text:
    """Return the line for a graded case."""
    return _line(not row.faults, slug, row.name, row.score, "; ".join(row.faults))


def surprises_shown(row: Row) -> RenderableType:
    """Return what the tests behind a row's faults expected and saw, indented below its line."""
    lines = list[RenderableType]()
    for one in row.surprises:
        lines.append(Text(", ".join(one.numbers), "bold"))
        lines += [labelled(label, text) for label, text in (("expected", one.expected), ("seen", one.seen)) if text]
    return Padding(Group(*lines), (0, 0, 0, 5))


def run_line(slug: str, run: Run) -> Text:
    """Return the line for one more grading of the reference."""
    return _line(not run.lost, slug, f"seed {run.seed}", run.score, f"loses {', '.join(run.lost)}" if run.lost else "")


def _line(good: bool, slug: str, name: str, score: float, words: str) -> Text:
    sign = Text.assemble(" ", ("✓", "green") if good else ("✗", "red"), " ", (slug, "dim"), " ")
    return sign.append(f"{name:<44} {points(score):>6}  {words}")


def heading(one: Matrix | Audit) -> Text:
    """Return the heading of a table."""
    text = Text.assemble("\n", (one.slug, "bold"), f" on the {one.profile} data")
    if isinstance(one, Audit):
        return text.append(f", {len(one.runs)} seeds")
    return text.append("; ● loses points as expected, ✗ loses points unexpectedly, ○ keeps points that it must lose")


def matrix_table(matrix: Matrix) -> Table:
    """Return the matrix: cases down, scored tests across; test numbers run downwards, so that fifty fit."""
    table = Table(box=None, padding=(0, 1, 0, 0))
    table.add_column("case", vertical="bottom", overflow="ellipsis", min_width=12)  # it may become narrow
    longest = max((len(column.number) for column in matrix.columns), default=0)
    for column in matrix.columns:
        table.add_column("\n".join(column.number.ljust(longest)), no_wrap=True)  # rich would align them at the bottom
    for row in matrix.rows:
        table.add_row(row.name, *(Text(mark.value, STYLES[mark]) for mark in row.marks))
    return table


def matrix_conclusion(matrix: Matrix) -> Text:
    """Return the conclusion from the matrix, in a line or two."""
    lines = Text()
    if matrix.unproven:
        numbers = ", ".join(column.number for column in matrix.unproven)
        lines.append(f"No known mistake fails {numbers}", "red").append(": add one to mistakes.diff.\n")
    if matrix.left_out:
        lines.append(f"{len(matrix.left_out)} cases were skipped", "red")
        lines.append(": nothing can be compared with a reference that loses points.\n")
    good = len(matrix.rows) - len(matrix.faulty)
    return lines.append(f"{good} of {len(matrix.rows)} cases have the expected result.")


def audit_table(audit: Audit) -> Table:
    """Return the audit's table, with a row for each measurement."""
    table = Table(box=None, padding=(0, 1, 0, 0))
    table.add_column("measurement", no_wrap=True)
    table.add_column("tests")
    for column in ("mean", "spread", "least", "most", "threshold", "spreads off"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("")
    for one in audit.spreads:
        table.add_row(*cells_of(one), Text("✗", "red") if one.fault else Text("✓", "green"))
    return table


def audit_conclusion(audit: Audit) -> Text:
    """Return the conclusion from the audit, in one line or several."""
    if audit.faults:
        return Text("\n".join(f"✗ {fault}" for fault in audit.faults), "red")
    return Text(f"Every seed earns full marks, and every measurement is {ENOUGH_SPREADS:g} spreads or more away.")
