"""The findings of `verify` as one self-contained page."""

from pathlib import Path

from autograder.rendering import html
from autograder.verify.findings import Findings
from autograder.verify.matrix import Mark, Matrix
from autograder.verify.spread import ENOUGH_SPREADS, Spread, cells_of

TEMPLATE = Path(__file__).with_name("page.html.jinja")
WORDS = {
    Mark.KEPT: "keeps its points",
    Mark.LOST: "loses points, as expected",
    Mark.LOST_TOO: "loses points that it must not lose",
    Mark.SURVIVED: "keeps points that it must lose",
}
CROWD = 24  # columns; beyond them the stories stand below the names, where nobody has to scroll to them
STRIP_WIDTH, STRIP_EDGE = 180.0, 6.0  # of the drawing of a measurement's values, CSS pixels


def page_of(findings: Findings) -> str:
    """Return the page: a matrix for each assignment, the audits, and the attacks, as far as they were run."""
    environment = html.environment_of(TEMPLATE.parent)
    environment.globals |= {"cells_of": cells_of, "strip_of": strip_of, "failed_by": failed_by, "edges_of": edges_of}
    template = environment.get_template(TEMPLATE.name)
    return template.render(findings=findings, marks=WORDS, crowd=CROWD, enough=ENOUGH_SPREADS, strip_width=STRIP_WIDTH)


def failed_by(matrix: Matrix) -> list[int]:
    """Return, for each scored test, how many known mistakes fail it."""
    lost = (Mark.LOST, Mark.LOST_TOO)
    mistakes = [row for row in matrix.rows if row.is_mistake]
    return [sum(row.marks[place] in lost for row in mistakes) for place in range(len(matrix.columns))]


def edges_of(matrix: Matrix) -> set[int]:
    """Return the places of the columns that begin a new part of the rubric."""
    parts = [column.number.split(".")[0] for column in matrix.columns]
    return {place for place in range(1, len(parts)) if parts[place] != parts[place - 1]}


def strip_of(spread: Spread) -> dict[str, float | list[float]]:
    """Return the places of values, threshold, and mean with three spreads on either side on a strip, in CSS pixels."""
    low, high = (spread.mean + sign * ENOUGH_SPREADS * spread.spread for sign in (-1, 1))
    least = min(*spread.values, spread.threshold, low)
    most = max(*spread.values, spread.threshold, high)
    scale = (STRIP_WIDTH - 2 * STRIP_EDGE) / ((most - least) or 1.0)

    def place(value: float) -> float:
        return round(STRIP_EDGE + (value - least) * scale, 1)

    return {
        "values": [place(value) for value in spread.values],
        "threshold": place(spread.threshold),
        "low": place(low),
        "high": place(high),
    }
