"""The process that reads students' sources and compares them; `autograder.system.reader` starts and limits it.

The request has `sources`, a list of pairs of a digest and its files' texts, `template`, a list of texts, and
`cpu_s`. The answer is an object like `Similarity`.
"""

import dataclasses
from collections.abc import Sequence
from typing import Any

from autograder.similarity.compare import similar_in
from autograder.similarity.fingerprints import common_ground, fingerprints_of, without
from autograder.similarity.found import Similarity
from autograder.similarity.thresholds import COMMON_LEAST, COMMON_SHARE
from autograder.similarity.winnowing import CodeFingerprint
from autograder.system.reader import OverBudget, announce, at_most, reply

MEMORY_MIB = 4096
CPU_S, CPU_S_PER_UPLOAD = 120, 2  # for all together; a class of 1,000 takes a hundredth of it


def main() -> None:
    """Answer one request."""
    reply(lambda request: dataclasses.asdict(answer(request)), CPU_S, CPU_S_PER_UPLOAD, MEMORY_MIB)


def answer(request: dict[str, Any]) -> Similarity:
    """Return the result; it names uploads that take too long."""
    given = set().union(*(fingerprints_of([text], window=1).hashes for text in request["template"]))
    known: dict[str, CodeFingerprint] = {}
    not_compared: dict[str, str] = {}
    for digest, texts in request["sources"]:
        announce(digest)
        try:
            known[digest] = _read(texts, request["cpu_s"])
        except OverBudget:
            not_compared[digest] = f"reading it takes more than {request['cpu_s']:g} CPU seconds"
        except (MemoryError, RecursionError, ValueError):
            not_compared[digest] = "it cannot be read as Python code"
    known = {digest: without(source, given) for digest, source in known.items()}
    common = common_ground(known.values(), COMMON_SHARE, COMMON_LEAST)
    found = similar_in({digest: without(source, common) for digest, source in known.items()})
    return dataclasses.replace(found, not_compared=not_compared)


def _read(texts: Sequence[str], cpu_s: float) -> CodeFingerprint:
    with at_most(cpu_s):
        return fingerprints_of(texts)


if __name__ == "__main__":
    main()
