"""Collects the hand-ins of a graded class that a person should look at, each with its reason."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from autograder.class_page.standing import borderline
from autograder.model.class_result import ClassResult, ClassRow
from autograder.model.construct import SourceLook
from autograder.model.measurement import Measurement
from autograder.model.outcome import Outcome
from autograder.model.similarity import SimilarPair
from autograder.rendering.asides import with_asides
from autograder.rendering.source_look import look_lines
from autograder.rendering.text import plain, points

CONSTRUCTS_SHOWN = 4  # of one upload; `grade --verbose` lists all


class Kind(Enum):
    """Why to look, most urgent first: a heading, and advice."""

    FAULT = "The grader failed", "These points are not final. Grade again, or judge by hand."
    FORFEIT = "Points forfeited or withheld, or a leak", "Read the source before anybody is accused."
    SIMILAR = "Similar sources", "Shared fragments alone prove nothing; read the sources, and hear the students."
    CONSTRUCTS = (
        "Unusual constructs",
        "They prove nothing and cost no points; coursework does not need them. Read the lines.",
    )
    IDENTICAL = "Identical uploads", "Equal to the last byte: copied, handed in for a team, or the untouched template."
    BORDERLINE = "Close to a limit", "Within 2 % of it on either side; another seed or machine could decide otherwise."
    NOT_GRADABLE = "Cannot be graded", "They have 0 points, and the students were told why."
    NOTHING = "Nothing handed in", "They have no score; a person decides."
    BY_HAND = "Points that a person gives", "The scores here do not include them."
    LATE = "Late", "The scores hold what the assignment's [late] table takes; without one, lateness costs nothing."
    REMARK = "Remarks on the export", ""

    def __init__(self, heading: str, advice: str) -> None:
        self.heading = heading
        self.advice = advice


@dataclass(frozen=True)
class Concern:
    """One thing to look at.

    Attributes:
        kind: the reason.
        keys: of the hand-ins concerned; empty if it concerns the whole class.
        text: details of this case, printable.
        link: where to look, if not on the students' pages; else empty.
    """

    kind: Kind
    keys: tuple[str, ...]
    text: str
    link: str = ""


def concerns_of(
    result: ClassResult, similar: Sequence[SimilarPair] = (), looks: Mapping[str, SourceLook] = MappingProxyType({})
) -> dict[Kind, list[Concern]]:
    """Return everything there is to look at, by kind, without empty kinds."""
    found: dict[Kind, list[Concern]] = defaultdict(list)
    every = (_of_all(result, similar), *map(_of_row, result.rows), _of_sources(result, looks))
    for concern in (concern for some in every for concern in some):
        found[concern.kind].append(concern)
    return {kind: found[kind] for kind in Kind if kind in found}


def _of_row(row: ClassRow) -> Iterator[Concern]:
    keys, hand_in, report = (row.hand_in.key,), row.hand_in, row.report
    if report is None:
        yield Concern(Kind.NOTHING, keys, plain(hand_in.problem, 300))
    else:
        if report.faults:
            yield Concern(Kind.FAULT, keys, _named(report.faults))
        for outcome in with_asides(report).outcomes:
            if outcome.forfeits or outcome.leaks:
                said = plain(f"{outcome.number} {outcome.title} {outcome.explanation.seen}".strip(), 300)
                yield Concern(Kind.FORFEIT, keys, said)
        if report.problem:
            yield Concern(Kind.NOT_GRADABLE, keys, plain(report.problem, 300))
        for measurement in borderline(report):
            yield Concern(Kind.BORDERLINE, keys, _close(measurement))
    if row.is_late:
        yield Concern(Kind.LATE, keys, plain(hand_in.submitted_at, 40))
    for remark in hand_in.remarks:
        yield Concern(Kind.REMARK, keys, plain(remark, 300))


def _of_sources(result: ClassResult, looks: Mapping[str, SourceLook]) -> Iterator[Concern]:
    for row in result.rows:
        if lines := look_lines(looks.get(row.digest, SourceLook()), CONSTRUCTS_SHOWN):
            yield Concern(Kind.CONSTRUCTS, (row.hand_in.key,), "; ".join(lines))


def _of_all(result: ClassResult, similar: Sequence[SimilarPair]) -> Iterator[Concern]:
    for pair in sorted(similar, key=lambda pair: (-pair.share, pair.first, pair.second)):
        text = f"{pair.share:.0%} of one source is in the other, {pair.lines} lines"
        yield Concern(Kind.SIMILAR, (pair.first, pair.second), text, pair.link)
    for keys in identical(result):
        yield Concern(Kind.IDENTICAL, keys, "")
    for outcome, count in _by_hand(result):
        text = f"{outcome.number} {outcome.title}".strip()
        yield Concern(
            Kind.BY_HAND, (), f"{plain(text, 200)} ({points(outcome.manual or 0.0)} points, {count} hand-ins)"
        )


def identical(result: ClassResult) -> list[tuple[str, ...]]:
    """Return the keys of hand-ins with the same files.

    Uploads that cannot be graded do not count, since all of them may be empty.
    """
    same: dict[str, list[str]] = defaultdict(list)
    for row in result.rows:
        if row.report and row.digest and not row.report.problem:
            same[row.digest].append(row.hand_in.key)
    return [tuple(keys) for keys in same.values() if len(keys) > 1]


def _by_hand(result: ClassResult) -> list[tuple[Outcome, int]]:
    counts: dict[str, int] = defaultdict(int)
    items: dict[str, Outcome] = {}
    for row in result.rows:
        for outcome in row.report.outcomes if row.report else ():
            if outcome.is_open:
                counts[outcome.key] += 1
                items.setdefault(outcome.key, outcome)
    return [(outcome, counts[key]) for key, outcome in items.items()]


def _named(outcomes: Iterable[Outcome]) -> str:
    names = [plain(outcome.number, 40) or plain(outcome.title, 80) for outcome in outcomes]
    return f"in {len(names)} tests: {', '.join(names)}" if len(names) > 1 else f"in test {names[0]}"


def _close(measurement: Measurement) -> str:
    side = "above" if measurement.value > measurement.threshold else "below"
    word = "required" if measurement.at_least else "allowed"
    return f"{plain(measurement.name, 120)} {measurement.value:.4g}, just {side} the {measurement.threshold:.4g} {word}"
