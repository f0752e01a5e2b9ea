"""A graded class as one self-contained page."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from autograder.class_page.attention import Kind, concerns_of
from autograder.class_page.messages import failures_of
from autograder.class_page.scatter import scatter_of
from autograder.class_page.standing import Standing
from autograder.class_page.statistics import (
    LEAST_FOR_CORRELATION,
    WEAK,
    bins_of,
    gradable,
    items_of,
    overview_of,
)
from autograder.class_page.table import shown_name, table_of
from autograder.model.class_result import ClassResult
from autograder.model.construct import SourceLook
from autograder.model.similarity import SimilarPair
from autograder.rendering.html import to_page

TEMPLATE = Path(__file__).with_name("class_page.html.jinja")
FAILURES_SHOWN = 12
NAMES_BELOW = 6  # students named below a failure; the page hides the rest behind a button
UNFOLDED = 8  # things to look at, of one kind, up to which they are open
SHAPES = {
    Standing.FULL: "full",
    Standing.LOST_POINTS: "lost",
    Standing.BORDERLINE: "borderline",
    Standing.FORFEITED: "forfeited",
    Standing.NEEDS_A_PERSON: "person",
    Standing.NOT_GRADABLE: "person",
    Standing.NOTHING: "person",
}
LIMITS: dict[str, Any] = {
    "least": LEAST_FOR_CORRELATION,
    "weak": WEAK,
    "names_below": NAMES_BELOW,
    "unfolded": UNFOLDED,
}


def to_class_page(
    result: ClassResult,
    links: Mapping[str, str],
    similar: Sequence[SimilarPair] = (),
    beside: Mapping[str, str] = MappingProxyType({}),
    looks: Mapping[str, SourceLook] = MappingProxyType({}),
) -> str:
    """Return the page. The same class gives the same page, byte for byte.

    Args:
        result: the graded class.
        links: key of a hand-in to the address of its student's page, relative to this one.
        similar: pairs of hand-ins whose sources share much.
        beside: address of a file or folder, relative to this page, to its purpose.
        looks: digest of an upload to the constructs in its source.
    """
    overview = overview_of(result)
    bins = bins_of(result)
    items = items_of(gradable(result))
    scatter = scatter_of(result)
    failures = failures_of(result)
    table = table_of(result, links)
    concerns = concerns_of(result, similar, looks)
    drawn = [point.standing for point in scatter.points] if scatter else []
    return to_page(
        TEMPLATE,
        result=result,
        links=links,
        beside=beside,
        names={row.hand_in.key: shown_name(row.hand_in) for row in result.rows},
        overview=overview,
        bins=bins,
        highest=max((bin.count for bin in bins), default=0) or 1,
        median_place=100 * overview.median / overview.most if overview.with_score and overview.most else 0.0,
        items=items,
        reasons=sorted({item.why_none for item in items} - {""}),
        failures=failures[:FAILURES_SHOWN],
        rarer=failures[FAILURES_SHOWN:],
        scatter=scatter,
        shapes=SHAPES,
        drawn=[standing for standing in Standing if standing in drawn],
        concerns=concerns,
        urgent=sum(len(some) for kind, some in concerns.items() if kind not in (Kind.LATE, Kind.REMARK, Kind.BY_HAND)),
        table=table,
        standings=[standing for standing in Standing if any(line.standing is standing for line in table.lines)],
        any_late=any(line.late for line in table.lines),
        **LIMITS,
        is_number=lambda value: value is not None and math.isfinite(value),
    )
