"""Shows the outcomes of changed reference solutions at a terminal."""

from rich.text import Text

from autograder.rendering.text import plain
from autograder.verify.mutant_report import Ending, MutantReport, RewriteReport, Tried

SIGNS = {
    Ending.KILLED: ("✓", "green"),
    Ending.EQUIVALENT: ("=", "dim"),
    Ending.NEVER_RUN: ("=", "dim"),
    Ending.KEPT: ("✓", "green"),
    Ending.NAMED: ("·", "dim"),
    Ending.SURVIVED: ("○", "bold red"),
    Ending.UNDECIDED: ("!", "magenta"),
}


def tried_line(slug: str, done: int, of: int, one: Tried) -> Text:
    """Return the line for a change that was tried."""
    words = f"{one.ending.value} {', '.join(one.lost)} {one.why}".rstrip()
    return Text.assemble(
        " ",
        SIGNS[one.ending],
        (f" {slug} {done}/{of} ", "dim"),
        f"{one.operator}, line {one.line}: ",
        plain(words, 300),
    )


def mutant_conclusion(report: MutantReport) -> Text:
    """Return the survivors and the numbers."""
    text = Text.assemble("\n", (report.slug, "bold"), f" on the {report.profile} data\n")
    blocks = {
        "Survived": Ending.SURVIVED,
        "Not graded, on purpose": Ending.NAMED,
        "Equivalent, or different where no probe looks": Ending.EQUIVALENT,
    }
    for title, ending in blocks.items():
        if some := [one for one in report.tried if one.ending is ending]:
            text.append(f"{title}:\n", "bold").append("".join(map(_place, some)))
    if report.stale:
        text.append("In not_graded.toml, but no change of that kind survived:\n", "bold red")
        text.append("".join(f"  {one.operator}: {one.code or 'every line'}\n" for one in report.stale))
    counts = report.counts
    numbers = ", ".join(f"{counts[ending]} {ending.value}" for ending in Ending if counts[ending])
    return text.append(f"{len(report.tried)} mutants: {numbers or 'none'}")


def rewrite_conclusion(report: RewriteReport) -> Text:
    """Return the rewrites that lost points, and the numbers."""
    text = Text.assemble("\n", (report.slug, "bold"), f" on the {report.profile} data\n")
    if report.penalised:
        text.append("Lost points:\n", "bold red").append("".join(map(_place, report.penalised)))
    kept = len(report.tried) - len(report.penalised)
    return text.append(f"{kept} of {len(report.tried)} rewrites keep every point")


def _place(one: Tried) -> str:
    lost = f" loses {', '.join(one.lost)}" if one.lost else ""
    why = f"\n      {one.why}" if one.why else ""
    return plain(f"  line {one.line}, {one.operator}{lost}:\n    - {one.code}\n    + {one.new}{why}\n", 1000)
