"""Finds the uploads of a class that share much of their source."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from autograder.model.class_result import ClassResult, ClassRow
from autograder.model.similarity import SimilarPair
from autograder.similarity.found import Similarity, from_plain
from autograder.system.reader import ask

MAX_KIB = 256  # of source in one upload; a long solution has 20
READ_CPU_S = 5.0  # for one upload; 150 lines take 0.01
MAX_DEATHS = 3
PAGE = "similarity.html"
LINE_END = re.compile("\r\n?")


def find_similar(
    sources: Mapping[str, Mapping[str, str]], template: Mapping[str, str], cpu_s: float = READ_CPU_S
) -> Similarity:
    """Return the uploads that share much, and those that could not be compared.

    A separate process reads the sources, within limits. It skips and names each source that exceeds them.

    Args:
        sources: for each digest the upload's files, name to text; only Python files are compared.
        template: the files that students were given; their code does not count.
        cpu_s: CPU seconds that reading one upload may take.
    """
    texts = {digest: python_of(files) for digest, files in sources.items()}
    refused = {digest: reason for digest, files in texts.items() if (reason := _refusal(files))}
    given = list(python_of(template).values())
    asked = [(digest, list(files.values())) for digest, files in sorted(texts.items()) if digest not in refused]
    request = {"sources": asked, "template": given, "cpu_s": cpu_s}
    answer, killed_by = ask("autograder.similarity.worker", request, MAX_DEATHS)
    if answer is None:
        return Similarity(not_compared=dict.fromkeys(sorted(texts), "the comparing process did not finish"))
    found = from_plain(answer)
    deaths = dict.fromkeys(killed_by, "the comparing process died while reading it")
    return replace(found, not_compared=dict(sorted({**found.not_compared, **refused, **deaths}.items())))


def python_of(files: Mapping[str, str]) -> dict[str, str]:
    """Return the Python files as Pygments takes them, in the order in which they are joined for comparison.

    It drops empty lines at both ends and converts other systems' line ends. Positions of fragments refer to the result.
    """
    texts = {name: LINE_END.sub("\n", files[name]) for name in sorted(files) if name.endswith(".py")}
    return {name: text.removeprefix("\ufeff").strip("\n") + "\n" for name, text in texts.items()}


def template_of(folder: Path) -> dict[str, str]:
    """Return the Python files that students are given."""
    paths = sorted(path for path in folder.rglob("*.py") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8", errors="replace") for path in paths}


def pairs_of(result: ClassResult, similarity: Similarity) -> tuple[SimilarPair, ...]:
    """Return the pairs of hand-ins, each with a link to the place on the page that shows both sources.

    Identical uploads are one source here, so each of its hand-ins is paired with the other source's. Two hand-ins of
    the same student are not a pair.
    """
    by_digest: dict[str, list[ClassRow]] = {}
    for row in sorted(result.rows, key=lambda row: row.hand_in.key):
        by_digest.setdefault(row.digest, []).append(row)
    return tuple(
        SimilarPair(one.hand_in.key, other.hand_in.key, pair.share, pair.lines, f"{PAGE}#pair-{number}")
        for number, pair in enumerate(similarity.pairs, start=1)
        for one in by_digest.get(pair.first, ())
        for other in by_digest.get(pair.second, ())
        if not set(one.hand_in.students) & set(other.hand_in.students)
    )


def _refusal(files: Mapping[str, str]) -> str:
    """Return why an upload is not compared, as the rest of a sentence; empty if it is compared."""
    if not files:
        return "it has no Python file"
    kib = sum(len(text) for text in files.values()) / 1024
    return f"its source has {kib:,.0f} KiB; the limit is {MAX_KIB} KiB" if kib > MAX_KIB else ""
