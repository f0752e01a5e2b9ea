"""The process that reads students' sources: a hostile source costs itself, at most this process, never the grader.

Standard input is a JSON object with `sources`, a list of pairs of a digest and its files' texts, and `template`, a
list of texts. Standard output is a JSON object like `Similarity`. Before the worker reads an upload, it writes the
upload's digest to standard error, so that the grader knows which one killed it.
"""

import dataclasses
import json
import resource
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

from copydetect import CodeFingerprint

from autograder.similarity.compare import COMMON_LEAST, COMMON_SHARE, similar_in
from autograder.similarity.fingerprints import common_ground, fingerprints_of, without
from autograder.similarity.found import Similarity

MEMORY_MIB = 4096
CPU_S, CPU_S_PER_UPLOAD = 120, 2  # for all together; a class of 1,000 takes a hundredth of it


class OverBudget(Exception):
    """Reading a source takes longer than any program of its size needs."""


def main() -> None:
    """Answer one request."""
    request = json.load(sys.stdin)
    _limit(len(request["sources"]))
    json.dump(dataclasses.asdict(answer(request)), sys.stdout)


def answer(request: dict[str, Any]) -> Similarity:
    """Return the result; it names uploads that take too long."""
    given = set().union(*(fingerprints_of([text], window=1).hashes for text in request["template"]))
    known: dict[str, CodeFingerprint] = {}
    not_compared: dict[str, str] = {}
    for digest, texts in request["sources"]:
        print(digest, file=sys.stderr, flush=True)
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
    with _at_most(cpu_s):
        return fingerprints_of(texts)


@contextmanager
def _at_most(cpu_s: float) -> Iterator[None]:
    """Raise OverBudget in a block that takes longer than this many CPU seconds."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise OverBudget

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, cpu_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _limit(uploads: int) -> None:
    """Let the kernel end this process where the timer cannot, as within one long search."""
    seconds = CPU_S + CPU_S_PER_UPLOAD * uploads
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MIB << 20,) * 2)


if __name__ == "__main__":
    main()
