"""Measures how long commands take to start, and a grading beside a bare interpreter that does the same work.

    .venv/bin/python bench/startup.py [--rounds N] [--against PROJECT] [--only WORD] [ASSIGNMENT …]

Gradings: `grade` of each assignment's reference solution, self-check and report included, beside one interpreter that
imports the same packages and runs the same suites, unconfined (`bench/in_process.py`). Commands: `--help` and others
that need no sandbox. Probes: what a probe costs that does nothing.

With --against, another checkout of the project, such as an earlier revision, takes its turn in each round. All ways
take turns, because a machine changes its speed. CPU seconds count everything that a command starts: processes that
lose their parent come to this one, which reaps them, or else the zygote would be missing.
"""

import argparse
import ctypes
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT)]

from autograder import project
from autograder.intake.reference import take_reference
from autograder.manifest import load_assignment

PR_SET_CHILD_SUBREAPER = 36
COMMANDS = ("--help", "list", "class --help", "verify --help", "desk --help", "handout --help", "bundle --help")
PROBES = """
import os, time
from tests.sandbox.soaking import open_bench
with open_bench(threads=2, without=()) as bench:
    run = lambda: bench.run("def answer():\\n    return 1\\n")
    for _ in range(5):
        run()
    ticks = lambda pid: sum(map(int, open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[11:15]))
    count = lambda: time.process_time() * os.sysconf("SC_CLK_TCK") + ticks(bench.supervisor) + ticks(bench.zygote)
    before, walls = count(), []
    for _ in range(100):
        begin = time.perf_counter()
        assert run().value == 1
        walls.append(time.perf_counter() - begin)
    cpu_ms = (count() - before) / os.sysconf("SC_CLK_TCK") / 100 * 1000
    print(sorted(walls)[50] * 1000, cpu_ms, min(walls) * 1000)
"""


@dataclass(frozen=True)
class Cost:
    """Wall and CPU seconds."""

    wall_s: float
    cpu_s: float


def cost(command: list[str], folder: Path, root: Path, **environment: str) -> Cost:
    """Run a command to its end and return what it cost, with all that it started."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(root), **environment},
    )  # fmt: skip
    wall_s = time.monotonic() - begin
    with suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)  # the zygote, which its supervisor could not wait for
    if done.returncode != 0:
        sys.exit(f"{command}: exit status {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(wall_s, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)


def probe_cost(root: Path, folder: Path) -> Cost:
    """Return what a probe that does nothing costs, in milliseconds instead of seconds; the least wall time of 100."""
    done = subprocess.run(
        [sys.executable, "-c", PROBES], cwd=folder, env={**os.environ, "PYTHONPATH": str(root)}, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    _, cpu_ms, least_ms = map(float, done.stdout.split())
    return Cost(least_ms, cpu_ms)


def workspace(slug: str, folder: Path) -> Path:
    """Lay out the files that a submission finds in its working directory."""
    assignment = load_assignment(slug)
    given = {project.data(slug, "embedded"): assignment.profiles["embedded"].given}
    given |= {project.template(slug): assignment.support}
    for place, names in given.items():
        for name in names:
            copy = shutil.copytree if (place / name).is_dir() else shutil.copyfile
            copy(place / name, folder / name)
    for name, content in take_reference(assignment, "embedded").files.items():
        path = folder / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return folder


def ways_of(arguments: argparse.Namespace, top: Path) -> dict[str, Callable[[], Cost]]:
    """Return what is measured, by name."""
    roots = {"": PROJECT} | ({" (other)": Path(arguments.against).resolve()} if arguments.against else {})
    ways: dict[str, Callable[[], Cost]] = {}
    for slug in arguments.assignments:
        folder = workspace(slug, Path(tempfile.mkdtemp(dir=top)))
        for label, root in roots.items():
            grade = [sys.executable, "-s", "-P", "-m", "autograder", "grade", str(root / "reference_solution" / slug)]
            ways[f"grade {slug}{label}"] = partial(cost, grade, top, root)
        alone = [sys.executable, str(PROJECT / "bench/in_process.py"), "alone"]
        ways[f"bare {slug}"] = partial(cost, alone, folder, PROJECT, BENCH_ASSIGNMENT=slug, OMP_WAIT_POLICY="PASSIVE")
    for command in COMMANDS:
        for label, root in roots.items():
            line = [sys.executable, "-s", "-P", "-m", "autograder", *command.split()]
            ways[f"{command}{label}"] = partial(cost, line, top, root)
    for label, root in roots.items():
        ways[f"probe, ms{label}"] = partial(probe_cost, root, top)
    return {name: way for name, way in ways.items() if arguments.only in name}


def main() -> None:
    """Measure, and print medians, and the medians over the rounds of the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("assignments", nargs="*", default=project.slugs())
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--against", default="")
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with tempfile.TemporaryDirectory() as name:
        ways = ways_of(arguments, Path(name))
        found: dict[str, list[Cost]] = {name: [] for name in ways}
        for number in range(arguments.rounds + 1):
            for name, measure in ways.items():
                one = measure()
                if number:  # the first fills caches
                    found[name].append(one)
            print(".", end="", flush=True, file=sys.stderr)
    print(f"{'':<34}{'wall s':>9}{'CPU s':>9}   beside bare, or beside the other checkout (wall, CPU)")
    for name, costs in found.items():
        wall_s, cpu_s = (statistics.median(getattr(one, field) for one in costs) for field in ("wall_s", "cpu_s"))
        print(f"{name:<34}{wall_s:>9.2f}{cpu_s:>9.2f}{beside(costs, found.get(other_name(name)))}")


def other_name(name: str) -> str:
    """Return the name of what a way is compared with."""
    kind, _, slug = name.partition(" ")
    return f"bare {slug.removesuffix(' (other)')}" if kind == "grade" else f"{name} (other)"


def beside(costs: list[Cost], others: list[Cost] | None) -> str:
    """Return the medians of the ratios to what took its turn in the same round."""
    if not others:
        return ""
    pairs = list(zip(costs, others, strict=True))
    ratios = (statistics.median(getattr(a, f) / getattr(b, f) for a, b in pairs) for f in ("wall_s", "cpu_s"))
    return "   " + ", ".join(f"{ratio:.2f}" for ratio in ratios)


if __name__ == "__main__":
    main()
