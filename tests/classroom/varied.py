"""A class of the small assignment as Gradescope exports it: right, wrong, untouched and hostile submissions.

The known mistakes and the first lines of the attacks say how each must end.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from autograder import project
from autograder.manifest import load_assignment
from autograder.suites.load import load_suites
from autograder.verify.attack import Expectation, attacks_in
from autograder.verify.attacks import CORPUS, SLUG
from autograder.verify.canaries import lay_out, stage_targets
from autograder.verify.cases import cases_of

# As the corpus of attacks is run, so that an attack on a resource ends soon.
LIMITS = """[limits]
cpu_s = 1.0
wall_s = 5.0
memory_mib = 256
file_mib = 8
disk_mib = 200
files = 1000
processes = 64
descriptors = 128
output_mib = 8
"""
COPIED = ("autograder", "reference_solution", "student_template", "fixtures", "setup.sh", "requirements")
FULL, REFUSED = frozenset[str](), None
FIRST_ID = 1000


@dataclass(frozen=True)
class Handed:
    """One submission and what must become of it.

    Attributes:
        name: where it comes from.
        loses: numbers of the tests that lose points, all where it is refused; None where several things may come of it.
        may_be_refused: whether the intake may refuse it instead.
    """

    name: str
    loses: frozenset[str] | None
    may_be_refused: bool = False


@contextlib.contextmanager
def varied_class(folder: Path, attacks: int | None = None, right: int = 8) -> Iterator[dict[str, Handed]]:
    """Lay out an export, while the targets of the attacks are there; yield what must become of each folder.

    Args:
        folder: where to.
        attacks: how many of the corpus, spread over it; all unless given.
        right: how many copies of the reference, half of them changed in a comment; the others are identical.
    """
    planned = load_suites(load_assignment(SLUG))
    every = frozenset(test.number for test in planned if test.weight)
    handed: dict[str, Handed] = {}
    place = _Places(folder)
    for case in cases_of(load_assignment(SLUG), planned):
        files = {name: bytes(content) for name, content in case.submission.files.items()}
        copies = right if case.name == "reference" else 1
        for number in range(copies):
            note = f"\n# {number}\n".encode() if number % 2 else b""
            handed[place.add(_with_note(files, note))] = Handed(case.name, case.loses)
    hidden = [project.data(SLUG, "embedded") / "heldout.txt", project.reference(SLUG) / "submitted.py"]
    with lay_out(hidden) as canaries:
        canaries.targets["zygote_pid"] = canaries.victim.pid if canaries.victim else 1
        corpus = list(attacks_in(CORPUS))
        step = max(1, len(corpus) // attacks) if attacks else 1
        for attack in islice(corpus, 0, None, step):
            with _laid_out(canaries) as upload:
                name = place.take(attack.upload(upload))
            facts = frozenset({"root" if os.geteuid() == 0 else "ordinary user"})
            handed[name] = _expected(f"{attack.family}/{attack.name}", attack.expected_where(facts), every)
        place.write_metadata()
        yield handed


def _expected(name: str, expected: Expectation, every: frozenset[str]) -> Handed:
    match expected.outcome:
        case "BLOCKED":
            return Handed(name, FULL, may_be_refused=True)
        case "INERT":
            return Handed(name, FULL)
        case "FAILED":
            return Handed(name, expected.loses or every)
    return Handed(name, None)


@contextlib.contextmanager
def _laid_out(canaries: Any) -> Iterator[Path]:
    """Yield a folder with all that an attack imports; as the corpus itself lays it out."""
    top = canaries.uploads / "for-a-class"
    upload = top / "upload"
    upload.mkdir(parents=True)
    (upload / "honest.py").write_bytes((project.reference(SLUG) / "submitted.py").read_bytes())
    (upload / "attempts.py").write_bytes((CORPUS / "attempts.py").read_bytes())
    (upload / "submitted.py").write_text("from honest import *\n")
    stage_targets(canaries, upload)
    try:
        yield upload
    finally:
        shutil.rmtree(top)


class _Places:
    """The folders of an export, and who is said to have handed them in; every fourth is a group."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._metadata: dict[str, Any] = {}
        folder.mkdir(parents=True)

    def add(self, files: Mapping[str, bytes]) -> str:
        """Lay out files as one submission; return the name of its folder."""
        name = self._next()
        for path, content in files.items():
            target = self._folder / name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        return name

    def take(self, path: Path) -> str:
        """Take a file or folder over as one submission, with all links and devices."""
        name = self._next()
        target = self._folder / name
        if path.is_dir():
            subprocess.run(["cp", "-a", path, target], check=True)
        else:
            target.mkdir()
            subprocess.run(["cp", "-a", path, target], check=True)
        return name

    def write_metadata(self) -> None:
        """Write what Gradescope writes about the submissions."""
        (self._folder / "submission_metadata.yml").write_text(yaml.safe_dump(self._metadata, allow_unicode=True))

    def _next(self) -> str:
        number = len(self._metadata)
        name = f"submission_{FIRST_ID + number}"
        people = [_person(number, member) for member in range(2 if number % 4 == 0 else 1)]
        self._metadata[name] = {":submitters": people, ":created_at": "2026-11-01 10:00:00 +01:00"}
        return name


def _person(number: int, member: int) -> dict[str, str]:
    who = f"Student {number:03d}{'ab'[member]}"
    return {":name": who, ":sid": f"{number:04d}{member}", ":email": f"s{number}{member}@example.edu"}


def _with_note(files: Mapping[str, bytes], note: bytes) -> dict[str, bytes]:
    return {name: content + (note if name == "submitted.py" else b"") for name, content in files.items()}


def copy_project(folder: Path) -> Path:
    """Copy into a folder what grading needs of the project, so that it can be changed; return the folder."""
    for name in COPIED:
        source = project.PROJECT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, folder / name)
    return folder


def project_with_low_limits(folder: Path) -> Path:
    """Copy the project's code into a folder, with limits that hostile submissions reach soon."""
    copy_project(folder)
    shutil.copytree(CORPUS, folder / "tests" / "attacks", ignore=shutil.ignore_patterns("__pycache__"))
    manifest = folder / "autograder" / "assignments" / SLUG / "assignment.toml"
    before, _, rest = manifest.read_text().partition("[limits]\n")
    manifest.write_text(before + LIMITS + "\n" + rest[rest.index("[profiles") :])
    return folder


def class_command(root: Path, export: Path, out: Path, *options: str) -> tuple[list[str], dict[str, str]]:
    """Return the command that grades the class, and its environment."""
    command = [sys.executable, "-s", "-P", "-m", "autograder", "class", str(export), "--out", str(out)]
    return [*command, "--assignment", SLUG, *options], {**os.environ, "PYTHONPATH": str(root)}


def wrong_rows(out: Path, handed: Mapping[str, Handed]) -> list[str]:
    """Return how the class's results differ from what must have become of each submission."""
    by_folder = {f"submission_{line['hand_in']['submission_id']}": line["hand_in"]["key"] for line in _lines(out)}
    faults = [f"{name}: no line in the class" for name in handed if name not in by_folder]
    for name, expected in handed.items():
        if name in by_folder and expected.loses is not None:
            faults += _wrong(name, expected, out / "students" / f"{by_folder[name]}.json")
    return faults


def _lines(out: Path) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = json.loads((out / "class.json").read_text())["lines"]
    return lines


def _wrong(name: str, expected: Handed, results: Path) -> list[str]:
    if not results.is_file():
        return [f"{name} ({expected.name}): no result"]
    tests = json.loads(results.read_text())["tests"]
    lost = {test["number"] for test in tests if "score" in test and test["score"] < test["max_score"]}
    scored = {test["number"] for test in tests if "score" in test}
    assert expected.loses is not None
    if lost == expected.loses or (expected.may_be_refused and lost == scored):
        return []
    return [f"{name} ({expected.name}): loses {sorted(lost)} instead of {sorted(expected.loses)}"]
