"""Compares the matrices of known mistakes with those of another revision, mistake by mistake.

`verify` proves that each mistake loses exactly the tests that its heading in `mistakes.diff` names. So where both
revisions pass `verify`, their headings are their matrices, and comparing them takes a second instead of an hour.

    .venv/bin/python bench/matrix_changes.py HEAD~20

Prints each mistake that is new, gone or loses other tests. Exits with 1 if one is gone or loses other tests.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from autograder import project
from autograder.checks.mistake_notation import read_mistakes
from autograder.manifest import load_assignment

Losses = dict[str, frozenset[str]]


def main(revision: str) -> int:
    """Print the differences of all assignments; return the exit status."""
    is_same = True
    for slug in project.slugs():
        before, now = _then(slug, revision), _losses(slug, project.definition(slug) / project.MISTAKES)
        differences = list(_differences(before, now))
        is_same &= not any(name in before for name, _ in differences)
        equal = sum(before.get(name) == lost for name, lost in now.items())
        print(f"{slug}: {equal} mistakes lose the same tests")
        for name, words in differences:
            print(f"  {name}: {words}")
    return 0 if is_same else 1


def _differences(before: Losses, now: Losses) -> Iterator[tuple[str, str]]:
    for name in sorted(before.keys() | now.keys()):
        if name not in before:
            yield name, f"new, loses {_listed(now[name])}"
        elif name not in now:
            yield name, f"gone, lost {_listed(before[name])}"
        elif before[name] != now[name]:
            yield name, f"lost {_listed(before[name])}, loses {_listed(now[name])}"


def _listed(numbers: frozenset[str]) -> str:
    return ", ".join(sorted(numbers)) or "nothing"


def _then(slug: str, revision: str) -> Losses:
    """Return the mistakes of the other revision; none if it has no such file."""
    path = (project.definition(slug) / project.MISTAKES).relative_to(project.PROJECT)
    shown = subprocess.run(["git", "show", f"{revision}:{path}"], cwd=project.PROJECT, capture_output=True, check=False)
    if shown.returncode:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / project.MISTAKES
        file.write_bytes(shown.stdout)
        return _losses(slug, file)


def _losses(slug: str, file: Path) -> Losses:
    return {one.name: one.loses for one in read_mistakes(file, load_assignment(slug).upload.main_file)}


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: bench/matrix_changes.py REVISION")
    sys.exit(main(sys.argv[1]))
