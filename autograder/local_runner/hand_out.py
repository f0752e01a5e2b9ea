"""A handout's description: written by the command `handout`, read on a student's machine."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autograder.model.observation import Observation
from autograder.model.verdict import Verdict
from autograder.wire.frames import decode, encode

FILE, ANSWERS = "hand_out.json", "reference.bin"


@dataclass(frozen=True)
class HandOut:
    """One assignment, as far as students have it.

    Attributes:
        assignment: slug of the assignment.
        title: its title, as people read it.
        entry: the main file of a solution, such as `"submitted.py"`; the first part's.
        imports: the module that probes import where a test names no part, such as `"submitted"`.
        parts: the modules that they import where tests name parts; nothing if there is one entry alone.
        accepted: shell patterns of files that are taken beside it.
        given: files and folders of data, and support files, that lie in the working directory.
        data_digest: of all that is given.
        seed: of all generators.
        threads: of one parallel region.
        thresholds: the ones that visible tests ask for.
        probes: name of a probe to the module that defines it.
        suites: modules with visible tests.
        tests: keys of these tests, in the rubric's order.
        with_torchvision: whether torchvision is needed.
        elsewhere: number of tests that only the grader runs.
        points_elsewhere: the points of these.
        manual_points: the points that a person gives.
    """

    assignment: str
    title: str
    entry: str
    imports: str
    parts: tuple[str, ...]
    accepted: tuple[str, ...]
    given: tuple[str, ...]
    data_digest: str
    seed: int
    threads: int
    thresholds: Mapping[str, float]
    probes: Mapping[str, str]
    suites: tuple[str, ...]
    tests: tuple[str, ...]
    with_torchvision: bool
    elsewhere: int
    points_elsewhere: float
    manual_points: float

    @classmethod
    def read(cls, folder: Path) -> "HandOut":
        """Return what `write` has left in a folder."""
        fields: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
        fields |= {name: tuple(value) for name, value in fields.items() if isinstance(value, list)}
        return cls(**fields)

    def write(self, folder: Path) -> None:
        """Write this to a folder."""
        (folder / FILE).write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def question(probe: str, arguments: Mapping[str, Any]) -> str:
    """Return what stands for a probe with its arguments."""
    return json.dumps([probe, arguments], sort_keys=True)


def answers_as_bytes(answers: Mapping[str, Observation]) -> bytes:
    """Return what the reference's probes returned, by their questions; neither times nor what was printed."""
    return encode({name: seen.value for name, seen in answers.items()})


def answers_from(content: bytes) -> dict[str, Observation]:
    """Return the observations that `answers_as_bytes` has written."""
    return {name: Observation(Verdict.RETURNED, value) for name, value in decode(content).items()}


def digest_of(folder: Path, names: Iterable[str]) -> str:
    """Return the SHA-256 over files and folders of these names, as hexadecimal digits."""
    total = hashlib.sha256()
    for name in sorted(names):
        top = folder / name
        files = sorted(path for path in top.rglob("*") if path.is_file()) if top.is_dir() else [top]
        for path in (path for path in files if not _is_clutter(path)):
            total.update(f"{path.relative_to(folder).as_posix()}:{path.stat().st_size}:".encode())
            total.update(path.read_bytes())
    return total.hexdigest()


def _is_clutter(path: Path) -> bool:
    """Tell files that Python and the file managers of macOS and Windows leave in folders."""
    return "__pycache__" in path.parts or path.name in (".DS_Store", "Thumbs.db", "desktop.ini")
