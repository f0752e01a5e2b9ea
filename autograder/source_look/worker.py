"""The process that parses students' sources; `autograder.system.reader` starts and limits it.

The request has `sources`, a list of pairs of a digest and its files, name to content as Latin-1, which keeps each byte,
and `cpu_s`. The answer has a `SourceLook` for each digest.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

import msgspec

from autograder.model.construct import Construct, SourceLook
from autograder.source_look.find import constructs_in
from autograder.system.reader import OverBudget, announce, at_most, reply

MEMORY_MIB = 2048
CPU_S, CPU_S_PER_UPLOAD = 4, 2  # for all together; a long solution takes 0.05
MOST_CONSTRUCTS = 40  # of one upload


def main() -> None:
    """Answer one request."""
    reply(lambda request: msgspec.to_builtins(answer(request)), CPU_S, CPU_S_PER_UPLOAD, MEMORY_MIB)


def answer(request: dict[str, Any]) -> dict[str, SourceLook]:
    """Return the result for each digest; it names files that take too long."""
    return {digest: _look(digest, files, request["cpu_s"]) for digest, files in request["sources"]}


def _look(digest: str, files: Mapping[str, str], cpu_s: float) -> SourceLook:
    announce(digest)
    found: list[Construct] = []
    unread = ""
    for name, content in sorted(files.items()):
        try:
            with at_most(cpu_s):
                found += constructs_in(name, content.encode("latin-1"))
        except (OverBudget, SystemError):  # the parser of Python 3.11 turns an exception inside it into the latter
            unread = unread or f"Parsing {name} takes more than {cpu_s:g} CPU seconds."
        except (RecursionError, MemoryError):
            unread = unread or f"{name} is nested too deeply to be parsed."
        except (SyntaxError, ValueError, LookupError):  # Python cannot import it either, and the report says so
            continue
    look = SourceLook(tuple(found[:MOST_CONSTRUCTS]), max(0, len(found) - MOST_CONSTRUCTS))
    return dataclasses.replace(look, unread=unread)


if __name__ == "__main__":
    main()
