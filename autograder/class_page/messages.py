"""The most common failures of a class: messages that say the same are counted together."""

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
ALIKE = 0.8  # share of words in common, in order, by which two messages say the same
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
    """What many of a class got wrong in the same way.

    Attributes:
        tests: numbers, or titles where there is none, of the tests that said so, in the rubric's order.
        title: of the first of them.
        expected, seen, hint: of one example, just as it was written: not yet fit to be shown.
        keys: of the hand-ins, in the order of the class.
    """

    tests: tuple[str, ...]
    title: str
    expected: str
    seen: str
    hint: str
    keys: tuple[str, ...]


@dataclass
class _Heap:
    """Messages of one test that are alike, while they are gathered: how often each was said, and by whom."""

    test: Outcome
    seen: str
    examples: Counter[Explanation] = field(default_factory=Counter)
    keys: set[str] = field(default_factory=set)


def failures_of(result: ClassResult) -> list[Failure]:
    """Return what went wrong, most frequent first.

    Two messages of a test count as one if what was expected is the same and what was seen is much the same, both
    without numbers, quoted names, paths and hexadecimal digits. What several tests say in the same words is one
    failure with several tests. Left out are uploads that cannot be graded, and faults of the harness.
    """
    groups: dict[tuple[str, str], dict[str, _Heap]] = defaultdict(dict)
    for key, outcome in _lost(result):
        said = outcome.explanation
        example = Explanation(said.expected, _seen(outcome), said.hint)
        expected, seen = masked(example.expected), masked(example.seen)
        heap = groups[outcome.key, expected].setdefault(seen, _Heap(outcome, seen))
        heap.examples[example] += 1
        heap.keys.add(key)
    merged: dict[tuple[str, str], list[_Heap]] = defaultdict(list)
    rubric = _rubric(result)
    for (_, expected), heaps in sorted(groups.items(), key=lambda group: (rubric[group[0][0]], group[0][1])):
        for heap in gathered(heaps.values()):
            merged[expected, heap.seen].append(heap)
    order = {row.hand_in.key: place for place, row in enumerate(result.rows)}
    failures = [_failure(heaps, order) for heaps in merged.values()]
    return sorted(failures, key=lambda failure: -len(failure.keys))  # stable: equals stay in the rubric's order


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
    """Return a message without what differs between students who made the same mistake."""
    text = " ".join(plain(text[: 2 * LONGEST]).split())[:LONGEST]
    for pattern, mask in MASKS:
        text = pattern.sub(mask, text)
    return text


def gathered(heaps: Iterable[_Heap]) -> list[_Heap]:
    """Return heaps of messages that are not alike: each joins the first, of the more frequent ones, that it is like."""
    chosen: list[_Heap] = []
    for place, heap in enumerate(sorted(heaps, key=lambda one: (-len(one.keys), one.seen))):
        compared = chosen if place < MOST_COMPARED else []
        like = next((one for one in compared if alike(one.seen, heap.seen)), None)
        if like is None:
            chosen.append(heap)
        else:
            like.examples += heap.examples
            like.keys |= heap.keys
    return chosen


def alike(first: str, second: str) -> bool:
    """Return whether two masked messages share most of their words, in order."""
    matcher = SequenceMatcher(None, first.split(), second.split(), autojunk=False)
    return all(bound() >= ALIKE for bound in (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio))


def _failure(heaps: list[_Heap], order: dict[str, int]) -> Failure:
    first = heaps[0]
    example = max(first.examples, key=lambda one: (first.examples[one], one.seen, one.expected, one.hint))
    keys = {key for heap in heaps for key in heap.keys}
    return Failure(
        tests=tuple(dict.fromkeys(heap.test.number or heap.test.title for heap in heaps)),
        title=first.test.title,
        expected=example.expected,
        seen=example.seen,
        hint=example.hint,
        keys=tuple(sorted(keys, key=order.__getitem__)),
    )
