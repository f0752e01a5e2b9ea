"""Compares the fingerprints of a class without comparing every pair."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from autograder.similarity.found import Fragment, Similar, Similarity
from autograder.similarity.thresholds import FEWEST_LINES, REPORTED
from autograder.similarity.winnowing import (
    CodeFingerprint,
    compare_files,
    find_fingerprint_overlap,
    get_copied_slices,
)

SHARED_HASHES = 0.25  # of the shorter source's fingerprints; of 511 pairs with a share of 0.6 none had less than 0.32
MAX_COMPARED = 5_000  # pairs; a class with more of them has shown its problem already
MAX_FRAGMENTS = 3  # of the first source, after which one fragment of the second is named


def similar_in(sources: Mapping[str, CodeFingerprint]) -> Similarity:
    """Return the pairs that share much, the largest share first.

    Args:
        sources: digest of each upload to its fingerprints, without those of common code.
    """
    candidates = sorted(_candidates(sources), key=lambda found: (-found[0], found[1:]))
    pairs = [_compared(sources, first, second) for _, first, second in candidates[:MAX_COMPARED]]
    much = [pair for pair in pairs if pair.share >= REPORTED and pair.lines >= FEWEST_LINES]
    much.sort(key=lambda pair: (-pair.share, -pair.lines, pair.first, pair.second))
    return Similarity(tuple(much), len(sources), left_out=max(0, len(candidates) - MAX_COMPARED))


def _candidates(sources: Mapping[str, CodeFingerprint]) -> Iterator[tuple[float, str, str]]:
    """Yield the pairs with enough common fingerprints, and their share of the shorter source's fingerprints."""
    digests = sorted(sources)
    sizes = np.array([len(sources[digest].hashes) for digest in digests])
    holders: dict[int, list[int]] = {}
    for place, digest in enumerate(digests):
        for value in sources[digest].hashes:
            holders.setdefault(value, []).append(place)
    for place, digest in enumerate(digests):
        lists = [holders[value] for value in sources[digest].hashes]
        if not lists:
            continue
        counts = np.bincount(np.concatenate(lists), minlength=len(digests))
        shares = counts / np.maximum(np.minimum(sizes, sizes[place]), 1)
        for other in np.flatnonzero(shares >= SHARED_HASHES):
            if other > place:
                yield float(shares[other]), digest, digests[other]


def _compared(sources: Mapping[str, CodeFingerprint], first: str, second: str) -> Similar:
    one, other = sources[first], sources[second]
    _, shares, (in_one, in_other) = compare_files(one, other)
    numbers = _numbers(one, other)
    fragments = _fragments(one.raw_code, in_one, [(n + 1,) for n in range(in_one.shape[1])])
    others = _fragments(other.raw_code, in_other, numbers)
    lines = min(_lines(one.raw_code, fragments), _lines(other.raw_code, others))
    share = round(float(min(max(shares), 1.0)), 6)
    return Similar(first, second, share, lines, fragments, others)


def _numbers(one: CodeFingerprint, other: CodeFingerprint) -> list[tuple[int, ...]]:
    """Return, for each fragment of the other source, the fragments of the first that it contains, the longest first."""
    shared = sorted(one.hashes & other.hashes)
    starts, starts_in_other = (_starts(one, other), _starts(other, one))
    votes = [Counter[int]() for _ in starts_in_other]
    for value in shared:
        number = int(np.searchsorted(starts, one.hash_idx[value][0], side="right"))
        for place in other.hash_idx[value]:
            votes[int(np.searchsorted(starts_in_other, place, side="right")) - 1][number] += 1
    return [tuple(number for number, _ in vote.most_common(MAX_FRAGMENTS)) for vote in votes]


def _starts(one: CodeFingerprint, other: CodeFingerprint) -> NDArray[np.int64]:
    places, _ = find_fingerprint_overlap(one.hashes, other.hashes, one.hash_idx, other.hash_idx)
    starts: NDArray[np.int64] = get_copied_slices(places, one.k)[0]
    return starts


def _fragments(text: str, slices: NDArray[np.int64], numbers: Sequence[tuple[int, ...]]) -> tuple[Fragment, ...]:
    bounds = zip(slices[0].astype(int).tolist(), slices[1].astype(int).tolist(), strict=True)
    found = (Fragment(start, end, number) for (start, end), number in zip(bounds, numbers, strict=True))
    return tuple(_trimmed(text, one) for one in found)


def _trimmed(text: str, fragment: Fragment) -> Fragment:
    """Return the fragment without the white space at its ends."""
    inside = text[fragment.start : fragment.end]
    start = fragment.start + len(inside) - len(inside.lstrip())
    return replace(fragment, start=start, end=start + len(inside.strip()))


def _lines(text: str, fragments: Sequence[Fragment]) -> int:
    """Return how many non-empty lines the fragments touch."""
    touched = set[int]()
    for one in fragments:
        first = text.count("\n", 0, one.start)
        inside = text[one.start : one.end].split("\n")
        touched |= {first + number for number, line in enumerate(inside) if line.strip()}
    return len(touched)
