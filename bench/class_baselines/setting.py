"""Common parts of the compared ways: the class, the recorded reference, the threads, and the measurements."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.checks.mistake import Mistake
from autograder.manifest import load_assignment
from autograder.verify.cases import known_mistakes
from bench.overhead import IN_PROCESS, PROJECT, SLUG, STRUCTURAL, workspace

ENTRY = "submitted.py"
REFERENCE = PROJECT / "reference_solution" / SLUG


@dataclass(frozen=True)
class Timing:
    """How long a class took.

    Attributes:
        graded: number of uploads.
        seconds: of the clock on the wall, from the first upload to the last result.
        passed: checks passed, of all uploads together.
    """

    graded: int
    seconds: float
    passed: int

    @property
    def a_second(self) -> float:
        """Uploads graded in a second."""
        return self.graded / self.seconds


Grade = Callable[[Sequence[Path], int], Timing]


def handed_in(upload: Path) -> list[Path]:
    """Return the files of an upload, which is a folder or `submitted.py` itself."""
    return sorted(path for path in upload.iterdir() if path.is_file()) if upload.is_dir() else [upload]


def lay_out(folder: Path, upload: Path) -> Path:
    """Make the folder a working directory for an upload; return it."""
    workspace(folder)
    (folder / ENTRY).unlink()  # the reference's
    for path in handed_in(upload):
        (folder / path.name).unlink(missing_ok=True)  # otherwise the copy would be written through the link
        shutil.copy(path, folder)
    return folder


def record_reference(top: Path) -> Path:
    """Write what the checks ask of the reference solution to a file in `top`; return the file."""
    recorded = top / "reference.pickle"
    with tempfile.TemporaryDirectory(dir=top) as name:
        subprocess.run(
            [*IN_PROCESS, "record", str(recorded), *STRUCTURAL],
            cwd=workspace(Path(name)), env=environment(1), stdout=subprocess.DEVNULL, check=True,
        )  # fmt: skip
    return recorded


def environment(processes: int, **more: str) -> dict[str, str]:
    """Return the environment of a process that grades beside others: the cores are divided among them."""
    threads = max(1, len(os.sched_getaffinity(0)) // processes)
    return {**os.environ, "PYTHONPATH": str(PROJECT), "OMP_NUM_THREADS": str(threads), **more}


def sample_class(top: Path, count: int) -> tuple[list[Path], int]:
    """Return uploads, references and known mistakes in turn, and how many checks must pass in all."""
    mistakes = [mistake for mistake in known_mistakes(load_assignment(SLUG)) if mistake.loses & set(STRUCTURAL)]
    uploads, passing = [], 0
    for index in range(count):
        mistake = mistakes[index // 2 % len(mistakes)] if index % 2 else None
        uploads.append(_upload(top / f"upload-{index}", mistake))
        passing += len(STRUCTURAL) - (len(mistake.loses & set(STRUCTURAL)) if mistake else 0)
    return uploads, passing


def _upload(folder: Path, mistake: Mistake | None) -> Path:
    folder.mkdir()
    files = {ENTRY: (REFERENCE / ENTRY).read_bytes()}
    for name, content in (mistake.applied_to(files) if mistake else files).items():
        (folder / name).write_bytes(content)
    return folder


def run_alone(grade: Grade, description: str | None) -> None:
    """Grade a small class in this way alone; exit status 1 unless as many checks pass as must."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=4)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        uploads, passing = sample_class(Path(name), options.count)
        timing = grade(uploads, options.processes)
    print(
        f"{timing.graded} uploads in {timing.seconds:.1f} s, {timing.a_second:.3f} a second; "
        f"{timing.passed} checks passed, {passing} must"
    )
    sys.exit(timing.passed != passing)
