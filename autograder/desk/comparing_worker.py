"""The process that compares two texts line by line; `autograder.system.reader` starts and limits it.

The request has `sources`, the pairs of `left` and `right` with their texts. The answer is a list of `Pair`.
"""

import difflib
from typing import Any

import msgspec

from autograder.desk.reading import MOST_LINES, Pair
from autograder.system.reader import announce, reply

MEMORY_MIB = 1024
CPU_S, CPU_S_PER_TEXT = 3, 1  # two texts of 1,000 lines take 0.05; hostile ones could take hours


def main() -> None:
    """Answer one request."""
    reply(lambda request: msgspec.to_builtins(answer(request)), CPU_S, CPU_S_PER_TEXT, MEMORY_MIB)


def answer(request: dict[str, Any]) -> list[Pair]:
    """Return the rows of the two texts."""
    announce("left")
    texts = dict(request["sources"])
    old, new = (texts[side].split("\n")[:MOST_LINES] for side in ("left", "right"))
    pairs = list[Pair]()
    for kind, from_old, to_old, from_new, to_new in difflib.SequenceMatcher(None, old, new).get_opcodes():
        for place in range(max(to_old - from_old, to_new - from_new)):
            one, other = from_old + place, from_new + place
            pairs.append(Pair(one + 1 if one < to_old else 0, other + 1 if other < to_new else 0, kind != "equal"))
    return pairs


if __name__ == "__main__":
    main()
