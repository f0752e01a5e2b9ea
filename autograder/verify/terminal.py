"""The matrix, the audit and a line for each grading, as a terminal shows them."""

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from autograder.rendering.text import points
from autograder.verify.audit import Audit, Run
from autograder.verify.matrix import Mark, Matrix, Row
from autograder.verify.spread import ENOUGH_SPREADS, Spread

STYLES = {Mark.KEPT: "dim", Mark.LOST: "", Mark.LOST_TOO: "bold red", Mark.SURVIVED: "bold red"}
FAR_AWAY = 100  # spreads; from there on the number says nothing


def row_line(slug: str, row: Row) -> Text:
    """Return the line that is shown when a case is graded."""
    return _line(not row.faults, slug, row.name, row.score, "; ".join(row.faults))


def run_line(slug: str, run: Run) -> Text:
    """Return the line that is shown when the reference is graded once more."""
    return _line(not run.lost, slug, f"seed {run.seed}", run.score, f"loses {', '.join(run.lost)}" if run.lost else "")


def _line(good: bool, slug: str, name: str, score: float, words: str) -> Text:
    sign = Text.assemble(" ", ("✓", "green") if good else ("✗", "red"), " ", (slug, "dim"), " ")
    return sign.append(f"{name:<44} {points(score):>6}  {words}")


def heading(one: Matrix | Audit) -> Text:
    """Return what stands above a table."""
    text = Text.assemble("\n", (one.slug, "bold"), f" on the {one.profile} data")
    if isinstance(one, Audit):
        return text.append(f", {len(one.runs)} seeds")
    return text.append("; points are lost: ● as it must be, ✗ against what it must be, ○ not, though they must be")


def matrix_table(matrix: Matrix) -> Table:
    """Return the matrix: cases down, scored tests across."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("case", no_wrap=True)
    for column in matrix.columns:
        table.add_column(column.number, justify="center", min_width=1)
    for row in matrix.rows:
        table.add_row(row.name, *(Text(mark.value, STYLES[mark]) for mark in row.marks))
    return table


def matrix_conclusion(matrix: Matrix) -> Text:
    """Return what the matrix shows, in a line or two."""
    lines = Text()
    if matrix.unproven:
        numbers = ", ".join(column.number for column in matrix.unproven)
        lines.append(f"No known mistake fails {numbers}", "red").append(": add one to mistakes.py.\n")
    if matrix.left_out:
        lines.append(f"{len(matrix.left_out)} cases were left out", "red")
        lines.append(": nothing can be compared with a reference that loses points.\n")
    if matrix.faulty:
        return lines.append(f"{len(matrix.faulty)} of {len(matrix.rows)} cases come to something else.")
    return lines.append(f"Each of {len(matrix.rows)} cases comes to what it must.")


def audit_table(audit: Audit) -> Table:
    """Return the audit: a row for each measured figure."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading, justify in (
        ("figure", "left"), ("tests", "left"), ("mean", "right"), ("spread", "right"), ("least to most", "right"),
        ("threshold", "right"), ("spreads away", "right"), ("", "left"),
    ):  # fmt: skip
        table.add_column(heading, justify=justify, no_wrap=heading in ("mean", "spread", "least to most"))  # type: ignore[arg-type]
    for one in audit.spreads:
        verdict = Text(f"✗ {one.fault}", "red") if one.fault else Text("✓", "green")
        table.add_row(*cells_of(one), verdict)
    return table


def cells_of(spread: Spread) -> tuple[str, ...]:
    """Return name, tests, mean, spread, range, threshold and distance as people write them."""
    return (
        spread.name,
        ", ".join(spread.tests) or "budget",
        f"{spread.mean:.4g}",
        f"{spread.spread:.2g}",
        f"{min(spread.values):.4g} to {max(spread.values):.4g}",
        f"{'≥' if spread.figures[0].at_least else '≤'} {spread.threshold:.4g}",
        f"{spread.distance:.1f}" if spread.distance < FAR_AWAY else f"over {FAR_AWAY}",
    )


def audit_conclusion(audit: Audit) -> Text:
    """Return what the audit shows, in a line or several."""
    if audit.faults:
        return Text("\n".join(f"✗ {fault}" for fault in audit.faults), "red")
    return Text(f"Every seed earns full marks, and every figure is {ENOUGH_SPREADS:g} spreads or more away.")
