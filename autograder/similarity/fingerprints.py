"""Fingerprints of a source, by winnowing as in MOSS; they ignore names, comments and layout.

Source: Schleimer, Wilkerson, Aiken: "Winnowing: Local Algorithms for Document Fingerprinting", SIGMOD 2003, as
implemented by copydetect, which takes the tokens from Pygments.
"""

import io
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

import numpy as np

from autograder.similarity.winnowing import CodeFingerprint, filter_code, get_token_coverage

NOISE = 25  # characters of code without names and spaces: shorter matches are ignored
WINDOW = 6  # one fingerprint in this many is kept, so every match of 30 characters is found


def fingerprints_of(texts: Sequence[str], window: int = WINDOW) -> CodeFingerprint:
    """Return the fingerprints of an upload's files as those of one source.

    Each file is tokenized separately, so that an unclosed string does not swallow the next file. No fingerprint crosses
    from one file into the next. Positions count characters of the concatenated files.
    """
    code, offsets, passed, ends = "", [], 0, []
    for text in texts:
        filtered, removed = filter_code(text, "source.py", "python")
        if len(removed):
            # For a class's name copydetect 0.5.0 gives the length instead of the running sum, which never falls.
            sums = np.maximum.accumulate(removed[:, 1])
            offsets.append(np.column_stack([removed[:, 0] + len(code), sums + passed - len(code)]))
        code += filtered
        passed += len(text)
        ends.append(len(code))
    source = CodeFingerprint("source.py", NOISE, window, filter=False, fp=io.StringIO(code))
    source.raw_code = "".join(texts)
    source.offsets = np.concatenate(offsets) if offsets else np.array([])
    return without(source, {value for value, places in source.hash_idx.items() if _reaches_over(places, ends)})


def without(source: CodeFingerprint, hashes: Collection[int]) -> CodeFingerprint:
    """Remove fingerprints from a source, and return the source.

    copydetect's own `boilerplate` also removes fingerprints that a source has twice: version 0.5.0 tells `intersect1d`
    that there are no duplicates.
    """
    source.hash_idx = {value: places for value, places in source.hash_idx.items() if value not in hashes}
    source.hashes = set(source.hash_idx)
    source.token_coverage = get_token_coverage(source.hash_idx, source.k, len(source.filtered_code))
    return source


def common_ground(sources: Iterable[CodeFingerprint], share: float, at_least: int) -> set[int]:
    """Return the fingerprints found in more than this share of the sources and in more than this many of them."""
    known = list(sources)
    often = Counter(value for source in known for value in source.hashes)
    limit = max(share * len(known), at_least)
    return {value for value, count in often.items() if count > limit}


def _reaches_over(places: Sequence[int], ends: Sequence[int]) -> bool:
    """Return whether any of these stretches of code begins in one file and ends in another."""
    return any(place < end < place + NOISE for end in ends for place in places)
