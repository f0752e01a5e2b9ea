"""Measures the cost of the harness beside plain ways of running the same checks.

    .venv/bin/python bench/overhead.py [--rounds N]

All ways are measured in turn in one run, so that a machine that changes its speed changes them alike.
The submission is the reference solution of cifar8_finetune on the embedded data.

Structural checks (all tests that need no training):
    a  this harness: sandbox, zygote, one confined child for each probe, results.json
    b  gradescope-utils' JSONTestRunner, everything in one fresh interpreter
    c  a fresh interpreter for each test
Whole grading:
    d  this harness
    e  a bare run_model() and the held-out pass, with PyTorch's defaults
    f  the same with OMP_WAIT_POLICY=PASSIVE, as in the sandbox
"""

import argparse
import contextlib
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
SLUG = os.environ.get("BENCH_ASSIGNMENT", "cifar8_finetune")  # bench/class.py takes a small one, too
STRUCTURAL = {
    "cifar8_finetune": "1.1a 1.1b 1.2 1.3 1.4 2.1 2.2a 2.2b 2.3a 2.3b 3.1 3.2 3.3 3.4 4.1a 4.1b 5.1a 5.1b",
    "line_fit": "1.1 2.1 3.1 3.2",
}[SLUG].split()
SUPPORT = {
    "cifar8_finetune": ("student_template/{}/models.py", "fixtures/{}/resnet18.pt", "fixtures/{}/cifar10_batches"),
    "line_fit": ("fixtures/{}/points.txt",),
}[SLUG]
IN_PROCESS = [sys.executable, str(PROJECT / "bench/in_process.py")]
STRUCTURAL_GRADING = """
import sys, time
from autograder.evidence.session import open_session
from autograder.grading.flow import judge
from autograder.intake.submission import take_submission
from autograder.manifest import load_assignment
from autograder.rendering.gradescope import to_results
from autograder.system.files import write_results
from autograder.suites.load import load_suites
from autograder import project
from pathlib import Path
begin = time.monotonic()
assignment = load_assignment({slug!r})
planned = [test for test in load_suites(assignment) if test.number in {numbers!r}]
submission = take_submission(Path({path!r}), assignment)
with open_session(assignment, "embedded") as session:
    report = judge(session, submission, planned, begin)
write_results(Path({results!r}), to_results(report))
print(report.score)
"""


@dataclass(frozen=True)
class Cost:
    """Wall and CPU seconds of a command with all that it started, and the highest memory seen, MiB."""

    wall_s: float
    cpu_s: float
    tree_mib: float
    first_mib: float


def cost(command: list[str], folder: Path, expected: str, **environment: str) -> Cost:
    """Run a command to its end and return what it cost; its output must hold the expected text."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.monotonic()
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env={**os.environ, "PYTHONPATH": str(PROJECT), **environment},
    )  # fmt: skip
    tree, first = 0.0, 0.0
    while process.poll() is None:
        memory = [pss_mib(pid) for pid in family(process.pid)]
        tree, first = max(tree, sum(memory)), max(first, memory[0] if memory else 0.0)
        time.sleep(0.1)
    wall_s = time.monotonic() - begin
    output = process.stdout.read() if process.stdout else ""
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode != 0 or expected not in output:
        sys.exit(f"{command} in {folder}: exit status {process.returncode}, {output[-500:]!r}")
    cpu_s = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return Cost(wall_s, cpu_s, tree, first)


def family(pid: int) -> list[int]:
    """Return the process and all its descendants, itself first."""
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{one}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
    return found


def pss_mib(pid: int) -> float:
    """Return the memory of one process, shared pages divided among those who share them, MiB."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def workspace(folder: Path) -> Path:
    """Lay out the files that a submission finds in its working directory."""
    for source in (PROJECT / name.format(SLUG) for name in ("reference_solution/{}/submitted.py", *SUPPORT)):
        (folder / source.name).symlink_to(source)
    return folder


def main() -> None:
    """Measure, print a table of medians and the ratios that matter."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        folder = workspace(Path(tempfile.mkdtemp(dir=top)))
        reference = top / "reference.pickle"
        path = str(PROJECT / "reference_solution" / SLUG)
        harness = STRUCTURAL_GRADING.format(slug=SLUG, numbers=STRUCTURAL, path=path, results=str(top / "results.json"))
        grade = [str(PROJECT / "run_autograder"), "grade", path, "--assignment", SLUG]
        cost([*IN_PROCESS, "record", str(reference), *STRUCTURAL], folder, "78")
        cost(grade, top, "100 / 100")  # the store now holds the reference's observations
        ways = {
            "a structural, this harness": lambda: cost([sys.executable, "-c", harness], top, "78"),
            "b structural, one interpreter": lambda: cost(
                [*IN_PROCESS, "suites", str(reference), *STRUCTURAL], folder, "78"
            ),
            "c structural, one for each test": lambda: total(
                [cost([*IN_PROCESS, "suites", str(reference), n], folder, "\n") for n in STRUCTURAL]
            ),
            "d whole, this harness": lambda: cost(grade, top, "100 / 100"),
            "e whole, bare": lambda: cost([*IN_PROCESS, "bare"], folder, "returned"),
            "f whole, bare, passive threads": lambda: cost(
                [*IN_PROCESS, "bare"], folder, "returned", OMP_WAIT_POLICY="PASSIVE"
            ),
        }
        costs: dict[str, list[Cost]] = {name: [] for name in ways}
        for _ in range(rounds):
            for name, measure in ways.items():
                costs[name].append(measure())
                print(".", end="", flush=True, file=sys.stderr)
    show(costs, rounds)


def total(parts: list[Cost]) -> Cost:
    """Return the cost of running the parts one after the other."""
    return Cost(
        sum(part.wall_s for part in parts),
        sum(part.cpu_s for part in parts),
        max(part.tree_mib for part in parts),
        max(part.first_mib for part in parts),
    )


def show(costs: dict[str, list[Cost]], rounds: int) -> None:
    """Print medians, and the median over the rounds of each ratio."""
    print(f"\nmedians of {rounds} rounds\n{'':<34}{'wall s':>8}{'CPU s':>8}{'tree MiB':>10}{'first process MiB':>19}")
    for name, found in costs.items():
        wall, cpu, tree, first = (
            statistics.median(values)
            for values in zip(*((c.wall_s, c.cpu_s, c.tree_mib, c.first_mib) for c in found), strict=True)
        )
        print(f"{name:<34}{wall:>8.2f}{cpu:>8.2f}{tree:>10.0f}{first:>19.0f}")
    a, b, c, d, e, f = costs.values()

    def ratio(over: list[Cost], under: list[Cost], field: str) -> float:
        return statistics.median(getattr(x, field) / getattr(y, field) for x, y in zip(over, under, strict=True))

    print(f"\nwall a / b  {ratio(a, b, 'wall_s'):.2f}   at most 1.5 is asked for")
    print(f"wall c / a  {ratio(c, a, 'wall_s'):.1f}   at least 8")
    print(f"CPU  d / e  {ratio(d, e, 'cpu_s'):.2f}   at most 1.15")
    print(f"CPU  d / f  {ratio(d, f, 'cpu_s'):.2f}   for the record")
    print(json.dumps({name: [vars(cost) for cost in found] for name, found in costs.items()}), file=sys.stderr)


if __name__ == "__main__":
    main()
