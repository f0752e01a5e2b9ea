"""The pairs of a class that share much, as one self-contained page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.model.class_result import ClassResult, ClassRow
from autograder.rendering.html import to_page
from autograder.similarity.find import python_of
from autograder.similarity.found import Fragment, Similar, Similarity
from autograder.similarity.side import SourceFile, files_of
from autograder.similarity.thresholds import COMMON_LEAST, FEWEST_LINES, REPORTED

TEMPLATE = Path(__file__).with_name("similarity_page.html.jinja")
SIDE_BY_SIDE = 50  # pairs whose sources are on the page; nobody reads more, and a browser opens this many at once


@dataclass(frozen=True)
class Side:
    """One upload of a pair: who handed it in, and its files, which are empty for a pair too far down the list."""

    names: tuple[str, ...]
    files: tuple[SourceFile, ...]


@dataclass(frozen=True)
class Shown:
    """A pair on the page."""

    number: int
    similar: Similar
    sides: tuple[Side, Side]


def to_similarity_page(result: ClassResult, similarity: Similarity, back: str = "") -> str:
    """Return the page; the sources of a pair open at `#pair-<number>`, counted from 1.

    Args:
        result: the class, for names and sources.
        similarity: the pairs found in its sources.
        back: path of the class page relative to this one; no link if empty.
    """
    holders: dict[str, list[ClassRow]] = {}
    for row in sorted(result.rows, key=lambda row: row.hand_in.key):
        holders.setdefault(row.digest, []).append(row)
    names = {digest: tuple(row.hand_in.who for row in rows) for digest, rows in holders.items()}
    shown = [_shown(number, pair, names, result) for number, pair in enumerate(similarity.pairs, start=1)]
    return to_page(
        TEMPLATE,
        result=result,
        similarity=similarity,
        pairs=shown,
        side_by_side=SIDE_BY_SIDE,
        not_compared=[(_of(names, digest), reason) for digest, reason in similarity.not_compared.items()],
        reported=REPORTED,
        fewest_lines=FEWEST_LINES,
        common_least=COMMON_LEAST,
        back=back,
    )


def _shown(number: int, pair: Similar, names: Mapping[str, tuple[str, ...]], result: ClassResult) -> Shown:
    def side(digest: str, fragments: Sequence[Fragment]) -> Side:
        files = python_of(result.sources.get(digest, {})) if number <= SIDE_BY_SIDE else {}
        return Side(_of(names, digest), files_of(files, fragments))

    return Shown(number, pair, (side(pair.first, pair.in_first), side(pair.second, pair.in_second)))


def _of(names: Mapping[str, tuple[str, ...]], digest: str) -> tuple[str, ...]:
    return names.get(digest, (digest[:12],))
