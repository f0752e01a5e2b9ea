"""Bounds the hidden data that one upload can carry out: counts the results that students can tell apart.

`docs/security.md` lists the ways out, and the weaknesses that remain.
"""

import math
from collections import defaultdict
from collections.abc import Iterable

from autograder.checks.disclosure import Disclosure
from autograder.model.verdict import Verdict

MOST_BITS = 8.0
# Without a value, students read a verdict: FAILED, with or without a person who looks, or any other except these three.
ENDINGS = len(frozenset(Verdict) - {Verdict.PASSED, Verdict.FAILED, Verdict.RETURNED}) + 2


def bits_of(tests: Iterable[Disclosure]) -> float:
    """Return how many bits of hidden data the results of one upload tell at most, when students may read all of them.

    Tests of one measurement judge the same value, or the same failure to get one; the results of different
    measurements can be combined in any way.
    """
    results: defaultdict[str, list[int]] = defaultdict(list)
    for test in tests:
        results[test.measurement].append(test.results)
    return sum(math.log2(math.prod(counts) + ENDINGS) for counts in results.values())
