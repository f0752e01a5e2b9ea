"""Looks at the sources of uploads, in a process with limits, and never runs them."""

from collections.abc import Mapping

import msgspec

from autograder.model.construct import SourceLook
from autograder.system.reader import ask

MAX_KIB = 256  # of source in one upload; a long solution has 20
CPU_S = 2.0  # for one file; 1,000 lines take 0.05
MAX_DEATHS = 10


def look_at(uploads: Mapping[str, Mapping[str, bytes]], cpu_s: float = CPU_S) -> dict[str, SourceLook]:
    """Return the constructs that a person should look at in each upload.

    Args:
        uploads: for each digest the upload's files, name to content; only Python files are parsed.
        cpu_s: CPU seconds that parsing one file may take.
    """
    sources = {
        digest: {name: files[name] for name in files if name.endswith(".py")} for digest, files in uploads.items()
    }
    large = {digest for digest, files in sources.items() if sum(map(len, files.values())) > MAX_KIB << 10}
    asked = [
        (digest, {name: content.decode("latin-1") for name, content in files.items()})
        for digest, files in sorted(sources.items())
        if files and digest not in large
    ]
    answer, deaths = ask("autograder.source_look.worker", {"sources": asked, "cpu_s": cpu_s}, MAX_DEATHS)
    looks = msgspec.convert(answer or {}, dict[str, SourceLook])
    unread = {
        **dict.fromkeys((digest for digest, _ in asked), "The process that parses sources did not finish."),
        **dict.fromkeys(deaths, "The process that parses sources died at this one."),
        **dict.fromkeys(large, f"The source has more than {MAX_KIB} KiB."),
    }
    return {one: looks.get(one) or SourceLook(unread=unread.get(one, "")) for one in uploads}
