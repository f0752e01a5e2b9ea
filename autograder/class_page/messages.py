"""Finds the most common failures of a class, and counts similar messages together."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from autograder.model.class_result import ClassResult
from autograder.model.outcome import Explanation, Outcome
from autograder.model.verdict import Verdict
from autograder.rendering.text import plain

LONGEST = 300  # characters of a message that are compared
SIMILAR = 0.8  # share of common words, in order, above which two messages count as one
MOST_COMPARED = 40  # of a test's different messages, the most frequent; rarer ones count together only if equal
MASKS = (
    (re.compile(r"`[^`\n]{0,80}`|\"[^\"\n]{0,80}\"|(?<!\w)'[^'\n]{0,80}'(?!\w)|‘[^’\n]{0,80}’"), "‹name›"),
    (
        re.compile(r"(?<![\w.])(?:/[\w.\-]+){2,}|\b[\w\-]+(?:/[\w.\-]+)+\b|\b[\w\-]+\.(?:py|npy|pth?|json|csv|png)\b"),
        "‹path›",
    ),
    (re.compile(r"\b0x[0-9a-fA-F]+\b|\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{8,}\b"), "‹hex›"),
    (re.compile(r"[-−+]?(?:\d+(?:,\d{3})*(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?\s?%?|\b(?:nan|inf)\b"), "‹n›"),
    (re.compile(r"‹n›(?:\s*[,;×x]\s*‹n›)+"), "‹n›"),
)


@dataclass(frozen=True)
class Failure:
    """A failure that many hand-ins of a class share.

    Attributes:
        tests: numbers of the tests with this message, or titles if they have none, in the rubric's order.
        title: of the first of them.
        expected, seen, hint: of one example, as it was written: not yet safe to show.
        keys: of the hand-ins, in the order of the class.
    """

    tests: tuple[str, ...]
    title: str
    expected: str
    seen: str
    hint: str
    keys: tuple[str, ...]


@dataclass
class _Cluster:
    """Similar messages of one test during the search: how often each occurred, and in which hand-ins."""

    test: Outcome
    seen: str
    examples: Counter[Explanation] = field(default_factory=Counter)
    keys: set[str] = field(default_factory=set)


def failures_of(result: ClassResult) -> list[Failure]:
    """Return the failures, most frequent first.

    Two messages of a test count as one if their expectations are equal and their observations similar, both without
    numbers, quoted names, paths and hexadecimal digits. If several tests have the same message, it is one failure with
    several tests. Uploads that cannot be graded and faults of the harness do not count.
    """
    groups: dict[tuple[str, str], dict[str, _Cluster]] = defaultdict(dict)
    for key, outcome in _lost(result):
        said = outcome.explanation
        example = Explanation(said.expected, _seen(outcome), said.hint)
        expected, seen = masked(example.expected), masked(example.seen)
        cluster = groups[outcome.key, expected].setdefault(seen, _Cluster(outcome, seen))
        cluster.examples[example] += 1
        cluster.keys.add(key)
    merged: dict[tuple[str, str], list[_Cluster]] = defaultdict(list)
    rubric = _rubric(result)
    for (_, expected), clusters in sorted(groups.items(), key=lambda group: (rubric[group[0][0]], group[0][1])):
        for cluster in merged_clusters(clusters.values()):
            merged[expected, cluster.seen].append(cluster)
    order = {row.hand_in.key: place for place, row in enumerate(result.rows)}
    failures = [_failure(clusters, order) for clusters in merged.values()]
    return sorted(failures, key=lambda failure: -len(failure.keys))  # stable: equal ones stay in the rubric's order


def _lost(result: ClassResult) -> Iterator[tuple[str, Outcome]]:
    for row in result.rows:
        for outcome in row.report.outcomes if row.report and not row.report.problem else ():
            lost = outcome.score < (outcome.weight or 0.0) or outcome.forfeits
            if lost and outcome.verdict is not Verdict.HARNESS_FAULT:
                yield row.hand_in.key, outcome


def _rubric(result: ClassResult) -> dict[str, int]:
    places: dict[str, int] = {}
    for row in result.rows:
        for place, outcome in enumerate(row.report.outcomes if row.report else ()):
            places.setdefault(outcome.key, place)
    return places


def _seen(outcome: Outcome) -> str:
    said = outcome.explanation
    return said.seen or (said.detail.strip().splitlines() or [""])[-1] or outcome.verdict.value


def masked(text: str) -> str:
    """Return a message without the parts that differ between students with the same mistake."""
    text = " ".join(plain(text[: 2 * LONGEST]).split())[:LONGEST]
    for pattern, mask in MASKS:
        text = pattern.sub(mask, text)
    return text


def merged_clusters(clusters: Iterable[_Cluster]) -> list[_Cluster]:
    """Return clusters of dissimilar messages: each cluster joins the first similar one that is more frequent."""
    chosen: list[_Cluster] = []
    for place, cluster in enumerate(sorted(clusters, key=lambda one: (-len(one.keys), one.seen))):
        compared = chosen if place < MOST_COMPARED else []
        like = next((one for one in compared if is_similar(one.seen, cluster.seen)), None)
        if like is None:
            chosen.append(cluster)
        else:
            like.examples += cluster.examples
            like.keys |= cluster.keys
    return chosen


def is_similar(first: str, second: str) -> bool:
    """Return whether two masked messages share most of their words, in order."""
    matcher = SequenceMatcher(None, first.split(), second.split(), autojunk=False)
    return all(bound() >= SIMILAR for bound in (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio))


def _failure(clusters: list[_Cluster], order: dict[str, int]) -> Failure:
    first = clusters[0]
    example = max(first.examples, key=lambda one: (first.examples[one], one.seen, one.expected, one.hint))
    keys = {key for cluster in clusters for key in cluster.keys}
    return Failure(
        tests=tuple(dict.fromkeys(cluster.test.number or cluster.test.title for cluster in clusters)),
        title=first.test.title,
        expected=example.expected,
        seen=example.seen,
        hint=example.hint,
        keys=tuple(sorted(keys, key=order.__getitem__)),
    )
