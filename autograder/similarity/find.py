"""Finds the uploads of a class that share much of their source."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.model.class_result import ClassResult, ClassRow
from autograder.model.similarity import SimilarPair
from autograder.project import PROJECT
from autograder.similarity.found import Similarity, from_plain

MAX_KIB = 256  # of source in one upload; a long solution has 20
READ_CPU_S = 5.0  # for one upload; 150 lines take 0.01
MAX_DEATHS = 3
PAGE = "similarity.html"
LINE_END = re.compile("\r\n?")
# Fingerprints are hashes of strings, and Python salts them in each process: the same class must give the same pairs.
FOR_THE_WORKER = {"PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "Agg"}


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
    deaths: dict[str, str] = {}
    while len(deaths) < MAX_DEATHS:
        rest = sorted(texts.keys() - refused.keys() - deaths.keys())
        request = {"sources": [(one, list(texts[one].values())) for one in rest], "template": given, "cpu_s": cpu_s}
        found, last_read = _asked(request)
        if found:
            return replace(found, not_compared=dict(sorted({**found.not_compared, **refused, **deaths}.items())))
        if last_read not in rest:
            break
        deaths[last_read] = "the comparing process died while reading it"
    return Similarity(not_compared=dict.fromkeys(sorted(texts), "the comparing process did not finish"))


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


def _asked(request: dict[str, Any]) -> tuple[Similarity | None, str]:
    """Return the worker's answer, or None if it died, and the last upload that it began to read."""
    done = subprocess.run(
        [sys.executable, "-m", "autograder.similarity.worker"],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        cwd=PROJECT,
        env=os.environ | FOR_THE_WORKER,
        check=False,
    )
    read = [line for line in done.stderr.splitlines() if line in {digest for digest, _ in request["sources"]}]
    return (from_plain(json.loads(done.stdout)) if done.returncode == 0 else None), (read[-1] if read else "")
