"""Grades right and wrong submissions on a busy machine and in half a CPU: no point may be lost to the machine.

    .venv/bin/python bench/load.py                                60 at load 12, 20 of them in half a CPU
    .venv/bin/python bench/load.py --busy 8 --half 0 --only line_fit
    .venv/bin/python bench/load.py --kept /var/tmp/load.json      goes on where it was stopped

The submissions are references, templates, golden submissions and known mistakes of all assignments. Each is graded
with `./run_autograder grade`:

* busy: so many at once that 12 processes want a CPU, whatever else the machine does
* half: one at a time, in a control group with a quota of 0.5 CPU (needs root)

Nobody needs an idle machine to compare with: `./run_tests` proves which tests each of them loses. Here, too, it must
lose these and no others, or the result must say that it is not final, with an exit status to match: 4, or 3 if
nothing was judged. Exit status 1 if a grading breaks this rule.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from autograder import project
from autograder.commands.exit_status import ExitStatus
from autograder.model.submission import Submission
from autograder.model.verdict import Verdict
from tests.assignments.gradings import GOLDEN, golden_names, plan_of
from tests.compute_size import ComputeSize, Group, limited

# The cheapest first: the reference takes 2 CPU seconds in the first, half a minute in the last.
SLUGS = (
    "line_fit",
    "autodiff_numpy",
    "mnist_cnn",
    "cifar10_cnn",
    "animals_transfer",
    "inaturalist_cnn",
    "cifar8_finetune",
)
EACH = 4  # known mistakes, and golden submissions, of an assignment in a run of the usual size
LOAD, CPUS = 12, 2
HALF_A_CPU = ComputeSize(0.5, 16384)  # memory is not what this is about
BUSY, HALF = f"load {LOAD}", "0.5 CPU"
LOOKS, LOOK_EVERY_S = 25, 0.2
LEAST_AT_ONCE = 3  # gradings, however much else the machine does


@dataclass(frozen=True)
class Upload:
    """A submission to grade.

    Attributes:
        slug: the assignment.
        name: `reference`, `template`, `golden/<name>` or a known mistake.
        loses: numbers of the tests that it must lose.
        place: a folder that lies there already; None for a known mistake.
        submission: its files, if it has no folder.
    """

    slug: str
    name: str
    loses: frozenset[str] = frozenset()
    place: Path | None = None
    submission: Submission | None = None

    @property
    def key(self) -> str:
        """The assignment and the name."""
        return f"{self.slug} {self.name}"

    def at(self, folder: Path) -> Path:
        """Return the path to grade; known mistakes are written into the folder."""
        if self.place:
            return self.place
        for name, content in self.submission.files.items() if self.submission else ():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        return folder


@dataclass(frozen=True)
class Result:
    """The outcome of a grading.

    Attributes:
        score: all points.
        lost: numbers of the tests that lost points.
        faults: numbers of the tests that ended with a fault of the machine.
        is_final: False if the result says that it is not final, or that nothing is judged, and the exit status agrees.
        seconds: by the clock.
    """

    score: float
    lost: Sequence[str]
    faults: Sequence[str]
    is_final: bool
    seconds: float

    def wrong(self, upload: Upload) -> str:
        """Return how it breaks the rule; empty if it keeps it."""
        judged_wrong = sorted((set(self.lost) ^ upload.loses) - set(self.faults))
        if self.is_final and self.faults:
            return f"faults in {', '.join(self.faults)}, and does not say that it is not final"
        if not judged_wrong or (not self.is_final and not self.faults):
            return ""
        return f"keeps or loses {', '.join(judged_wrong)} by mistake"


def uploads_of(slug: str) -> Iterator[Upload]:
    """Yield right and wrong submissions of an assignment in turn: reference, template, then goldens and mistakes."""
    reference, template, *wrong = plan_of(slug).cases
    yield Upload(slug, reference.name, reference.loses, project.reference(slug))
    yield Upload(slug, template.name, template.loses, project.template(slug))
    goldens = [Upload(slug, f"golden/{name}", _lost(slug, name), GOLDEN / slug / name) for name in golden_names(slug)]
    mistakes = [Upload(slug, one.name, one.loses, submission=one.submission) for one in wrong]
    for pair in zip_longest(_spread(mistakes), _spread(goldens)):
        yield from (one for one in pair if one)


def _lost(slug: str, name: str) -> frozenset[str]:
    return frozenset(tomllib.loads((GOLDEN / slug / name / "expected.toml").read_text())["lost"])


def _spread(uploads: Sequence[Upload]) -> list[Upload]:
    """Return them in an order whose beginning comes from all over their file."""
    step = max(1, len(uploads) // EACH)
    return [one for first in range(step) for one in uploads[first::step]]


def chosen(number: int, only: str) -> list[Upload]:
    """Return so many submissions, from each assignment in turn."""
    queues = [uploads_of(slug) for slug in SLUGS if only in slug]
    turns = (one for turn in zip_longest(*queues) for one in turn if one)
    return sorted((one for one, _ in zip(turns, range(number), strict=False)), key=lambda one: SLUGS.index(one.slug))


def graded(upload: Upload, group: Group | None = None) -> Result:
    """Grade a submission with the command that everybody uses.

    Raises:
        RuntimeError: the command wrote no result.
    """
    with tempfile.TemporaryDirectory(prefix="load-") as name:
        folder, out = Path(name, "upload"), Path(name, "results.json")
        folder.mkdir()
        command = [str(project.PROJECT / "run_autograder"), "grade", str(upload.at(folder))]
        command += ["--assignment", upload.slug, "--json", str(out)]
        begin = time.monotonic()
        done = subprocess.run(
            command,
            cwd=project.PROJECT,
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=group.enter if group else None,
        )
        seconds = time.monotonic() - begin
        if not out.is_file():
            raise RuntimeError(f"{upload.key}: exit status {done.returncode}: {done.stderr[-500:]}")
        return _read(json.loads(out.read_text()), done.returncode, seconds)


def _read(written: dict[str, Any], status: int, seconds: float) -> Result:
    tests = [one for one in written["tests"] if "score" in one]
    said = {ExitStatus.NOT_FINAL: "not final", ExitStatus.HARNESS_FAILED: "nothing is judged yet"}
    return Result(
        score=written["score"],
        lost=[one["number"] for one in tests if one["score"] < one["max_score"]],
        faults=[one["number"] for one in tests if one["extra_data"]["verdict"] == Verdict.HARNESS_FAULT.value],
        is_final=not any(status == known and text in written["output"] for known, text in said.items()),
        seconds=seconds,
    )


class Kept:
    """The results so far, in a file if there is one: a run that was stopped goes on where it was."""

    def __init__(self, file: Path | None) -> None:
        """Read the file."""
        self._file = file
        self._plain = json.loads(file.read_text()) if file and file.is_file() else {}

    def result(self, machine: str, upload: Upload) -> Result | None:
        """Return a result; None if there is none yet."""
        found = self._plain.get(f"{machine}: {upload.key}")
        return Result(**found) if found else None

    def left(self, machine: str, uploads: Sequence[Upload]) -> list[Upload]:
        """Return those without a result."""
        return [one for one in uploads if not self.result(machine, one)]

    def keep(self, machine: str, upload: Upload, result: Result) -> None:
        """Keep a result, and print it."""
        self._plain[f"{machine}: {upload.key}"] = asdict(result)
        end = "" if result.is_final else f", not final: {', '.join(result.faults)}"
        print(f"{machine}: {upload.key}: {result.score:g} points, {result.seconds:.0f} s{end}", flush=True)
        if self._file:
            self._file.write_text(json.dumps(self._plain))


def grade_in_half_a_cpu(uploads: Sequence[Upload], kept: Kept) -> None:
    """Grade one after the other in half a CPU."""
    for one in kept.left(HALF, uploads):
        with limited(HALF_A_CPU) as group:
            kept.keep(HALF, one, graded(one, group))


def grade_busy(uploads: Sequence[Upload], kept: Kept) -> None:
    """Grade at load 12 on two CPUs: what others do counts, then gradings at the same time, then programs that count."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CPUS])
    left, loads, burning = kept.left(BUSY, uploads), list[float](), list[subprocess.Popen[bytes]]()
    with ThreadPoolExecutor(2 * LOAD) as pool:
        waiting = dict[Future[Result], Upload]()
        try:
            while left or waiting:
                loads.append(wanting_a_cpu())
                if left and (loads[-1] < LOAD or len(waiting) < LEAST_AT_ONCE):
                    one = left.pop(0)
                    waiting[pool.submit(graded, one)] = one
                elif loads[-1] < LOAD and not left:
                    burning.append(subprocess.Popen([sys.executable, "-c", "while True: pass"]))
                for future in [one for one in waiting if one.done()]:
                    kept.keep(BUSY, waiting.pop(future), future.result())
        finally:
            for burner in burning:
                burner.kill()
                burner.wait()
    if loads:
        print(f"processes that wanted a CPU: {sum(loads) / len(loads):.1f} on average", flush=True)


def wanting_a_cpu() -> float:
    """Return how many processes want a CPU, on average over some seconds."""
    found = []
    for _ in range(LOOKS):
        time.sleep(LOOK_EVERY_S)
        found.append(int(Path("/proc/loadavg").read_text().split()[3].split("/")[0]) - 1)  # without this one
    return sum(found) / LOOKS


def row_of(machine: str, uploads: Sequence[Upload], kept: Kept) -> tuple[str, list[str]]:
    """Return a row of the table, and how gradings break the rule."""
    results = [(one, kept.result(machine, one)) for one in uploads]
    known = [(one, result) for one, result in results if result]
    wrong = [f"{machine}: {one.key}: {result.wrong(one)}" for one, result in known if result.wrong(one)]
    final = sum(result.is_final and not result.wrong(one) for one, result in known)
    slowest = max((result.seconds for _, result in known), default=0.0)
    cells = (machine, len(known), final, len(known) - final - len(wrong), len(wrong), f"{slowest:.0f}")
    return f"| {' | '.join(map(str, cells))} |", wrong


def main() -> None:
    """Grade everything, print a table, and exit with 1 if a point was lost to the machine."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--busy", type=int, default=60, help="how many gradings at load 12")
    parser.add_argument("--half", type=int, default=20, help="how many in half a CPU")
    parser.add_argument("--only", default="", help="a word that the assignments' names hold")
    parser.add_argument("--kept", type=Path, help="file that keeps the results: a run goes on where it was stopped")
    parser.add_argument("--table", action="store_true", help="print only the table of the results kept so far")
    options = parser.parse_args()
    many, few = chosen(options.busy, options.only), chosen(options.half, options.only)
    kept = Kept(options.kept)
    if not options.table:
        grade_busy(many, kept)
        grade_in_half_a_cpu(few, kept)
    rows = [row_of(BUSY, many, kept), row_of(HALF, few, kept)]
    print("| machine | gradings | right | not final | wrong | slowest, s |")
    print("|---|--:|--:|--:|--:|--:|")
    print("\n".join(row for row, _ in rows))
    wrong = [one for _, found in rows for one in found]
    print("\n".join(wrong) or "no point was lost to the machine")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
