"""Measures a class beside other ways of grading one, and how it grows.

    .venv/bin/python bench/class.py [throughput] [workers] [whole] [threads] [rejudge] [stubs]

    throughput  structural suites of 200 uploads: submissions a second, beside otter-grader and a fresh interpreter
    workers     the same with one worker and with two, in turns
    whole       whole gradings with one worker and with two, in turns, a thread each
    threads     whole gradings: one and two workers, of one thread and of two
    rejudge     1,000 stored uploads judged again
    stubs       10,000 uploads that cost nothing through Dask: memory and time at each thousand

With BENCH_ASSIGNMENT=line_fit throughput and workers take the small assignment, whose checks cost next to nothing.
With BENCH_IMPORTS="pandas sklearn.metrics" the uploads import these first, as programs with leftovers of a notebook do.
All of them unless some are named. The structural suites are the tests of `cifar8_finetune` that need no training, in a
copy of the project that has no others. It times the whole command, from the export to gradebook and pages.
"""

import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT)]

from autograder import project
from bench.class_baselines import fresh, otter
from bench.overhead import SLUG, STRUCTURAL
from tests.classroom.stubs import StubGrading
from tests.classroom.varied import copy_project

UPLOADS, WHOLE, BASELINE_UPLOADS, STORED, STUBS = 200, 24, 12, 1000, 10_000
LOAD_ALL, LOAD_STRUCTURAL = (
    "    return sorted(planned,",
    "    planned = [test for test in planned if test.number in {numbers!r}]\n    return sorted(planned,",
)


def main() -> None:
    """Run the named measurements."""
    ways: dict[str, Callable[[Path], None]] = {
        "throughput": throughput, "workers": workers, "whole": whole_gradings, "threads": threads,
        "rejudge": rejudge, "stubs": stubs,
    }  # fmt: skip
    for name in sys.argv[1:] or ways:
        print(f"\n{name}", flush=True)
        with tempfile.TemporaryDirectory(prefix="bench-class-", dir="/var/tmp") as folder:
            ways[name](Path(folder))


def throughput(top: Path) -> None:
    """Compare with otter-grader and with a fresh interpreter for each upload."""
    root, uploads = structural_project(top), make_uploads(top / "export", UPLOADS)
    ours = graded_class(root, top, UPLOADS, 2)
    show("this harness", UPLOADS, ours)
    # otter waits for its kernels, so three at a time may suit it better.
    for name, module, at_once in (
        ("fresh interpreter", fresh, 2),
        ("otter-grader", otter, 2),
        ("otter-grader", otter, 3),
    ):
        timing = module.grade(uploads[:BASELINE_UPLOADS], at_once)
        show(f"{name}, {at_once} at once, {timing.passed} checks passed", timing.graded, timing.seconds)
        print(f"    this harness is {UPLOADS / ours / timing.a_second:.1f} × as fast")


def workers(top: Path) -> None:
    """Compare two workers with one in structural suites."""
    compare_workers(structural_project(top), top, UPLOADS)


def whole_gradings(top: Path) -> None:
    """Compare two workers with one in whole gradings."""
    compare_workers(copy_project(top / "project"), top, WHOLE)


def compare_workers(root: Path, top: Path, count: int) -> None:
    """Compare two workers with one, in turns: the whole command, and from the first report to the last."""
    make_uploads(top / "export", count)
    whole: dict[int, list[float]] = {1: [], 2: []}
    grading: dict[int, list[float]] = {1: [], 2: []}
    for several in (1, 2, 1, 2):
        whole[several].append(graded_class(root, top, count, several, keep=True))
        grading[several].append(seconds_of_grading(top / "out"))
        shutil.rmtree(top / "out")
        show(f"{several} workers, whole command", count, whole[several][-1])
        # Those that are graded first come at once, one for each worker.
        show(f"{several} workers, while they grade", count - several, grading[several][-1])
    rates = {several: (count - several) / min(seconds) for several, seconds in grading.items()}
    print(f"    two workers are {min(whole[1]) / min(whole[2]):.2f} × as fast, whole command")
    print(f"    two workers are {rates[2] / rates[1]:.2f} × as fast, while they grade")


def threads(top: Path) -> None:
    """Compare ways to share two cores among whole gradings."""
    root = copy_project(top / "project")
    make_uploads(top / "export", WHOLE)
    for count, each in ((2, 1), (1, 1), (2, 2), (1, 2)):
        set_threads(root, each)
        show(f"{count} workers of {each} threads", WHOLE, graded_class(root, top, WHOLE, count, keep=True))
        # Those that are graded first come at once, one for each worker.
        show("the same, while they grade", WHOLE - count, seconds_of_grading(top / "out"))
        shutil.rmtree(top / "out")


def rejudge(top: Path) -> None:
    """Judge stored uploads again, with another weight."""
    root = copy_project(top / "project")
    make_uploads(top / "export", 4)
    graded_class(root, top, 4, 2, keep=True)
    multiply(root, top / "out", STORED)
    command = [sys.executable, "-s", "-P", "-m", "autograder", "rejudge", str(top / "out")]
    subprocess.run(command, env=environment(root), check=True, capture_output=True)  # compares the copies' sources
    for what in ("nothing changed", "another weight"):
        begin = time.monotonic()
        subprocess.run(command, env=environment(root), check=True, capture_output=True)
        show(what, STORED, time.monotonic() - begin)
        change_weight(root)


def stubs(top: Path) -> None:
    """Send uploads that cost nothing through a local cluster."""
    from autograder.classroom.cluster import grade_on, local_cluster

    task = os.urandom(20_000)
    with local_cluster(2) as client:
        begin = time.monotonic()
        names = [f"{number:05d}" for number in range(STUBS)]
        for number, _ in enumerate(grade_on(client, StubGrading(), names, lambda name: task.hex().encode()), 1):
            if number % (STUBS // 10) == 0:
                now, peak = time.monotonic() - begin, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
                print(f"    {number:>6} after {now:6.1f} s  {number / now:6.0f}/s  at most {peak} MiB")


def show(name: str, count: int, seconds: float) -> None:
    """Print one line."""
    print(f"    {name:<44}{count:>6} in {seconds:7.1f} s  {count / seconds:7.2f}/s", flush=True)


def structural_project(top: Path) -> Path:
    """Return a copy of the project whose suites have only the structural tests."""
    root = copy_project(top / "project")
    path = root / "autograder" / "suites" / "load.py"
    text = path.read_text()
    assert LOAD_ALL in text
    path.write_text(text.replace(LOAD_ALL, LOAD_STRUCTURAL.format(numbers=STRUCTURAL)))
    return root


def make_uploads(folder: Path, count: int) -> list[Path]:
    """Lay out so many different uploads of the reference solution."""
    imports = "".join(f"import {name}\n" for name in os.environ.get("BENCH_IMPORTS", "").split())
    source = imports + (project.reference(SLUG) / "submitted.py").read_text()
    paths = []
    for number in range(count):
        path = folder / f"Student {number:04d}" / "submitted.py"
        path.parent.mkdir(parents=True)
        path.write_text(f"{source}\n# {number}\n")
        paths.append(path)
    return paths


def graded_class(root: Path, top: Path, count: int, workers: int, keep: bool = False) -> float:
    """Grade the export; return the seconds that the whole command took."""
    out = top / "out"
    command = [sys.executable, "-s", "-P", "-m", "autograder", "class", str(top / "export"), "--out", str(out)]
    begin = time.monotonic()
    done = subprocess.run([*command, "--assignment", SLUG, "--workers", str(workers)], env=environment(root),
                          capture_output=True, text=True, check=False)  # fmt: skip
    seconds = time.monotonic() - begin
    results = [json.loads(path.read_text()) for path in (out / "students").glob("*.json")]
    if done.returncode or len(results) != count or len({result["score"] for result in results}) != 1:
        sys.exit(f"the class was not graded as it must be: {done.stderr[-2000:]}")
    if not keep:
        shutil.rmtree(out)
    return seconds


def seconds_of_grading(out: Path) -> float:
    """Return how long it was from the first report of a class to the last."""
    written = [path.stat().st_mtime for path in (out / "judged").rglob("*") if path.is_file()]
    return max(written) - min(written)


def multiply(root: Path, out: Path, count: int) -> None:
    """Copy the stored uploads until there are so many; only the digests differ, as if files did."""
    program = MULTIPLY.format(out=str(out), count=count)
    subprocess.run([sys.executable, "-c", program], env=environment(root), check=True)


# The keys of observations hold the upload's digest, so each copy's are made anew by judging with a store that renames.
MULTIPLY = """
import hashlib, shutil
from dataclasses import replace
from pathlib import Path
from autograder.classroom.folder import ClassFolder
from autograder.classroom.grade import judge_for
from autograder.classroom.rubric import Rubric
from autograder.evidence import observer

folder = ClassFolder(Path({out!r}))
index = folder.index
judge = judge_for(folder, index, lambda *about: None)
lines, rubric = list(index.lines), Rubric(index.rubric)
keys = {{}}
original = observer.observation_key
def noting(session, submission, question, *, limited):
    key = original(session, submission, question, limited=limited)
    if limited:  # no observation of the reference
        keys.setdefault(submission, []).append((key, question))
    return key
observer.observation_key = noting
for line in index.lines:
    judge.report(line.digest, folder.observations(line.digest))
known = {{digest: list(found) for digest, found in keys.items()}}
for number in range({count} - len(lines)):
    line = index.lines[number % len(index.lines)]
    digest = hashlib.sha256(str(number).encode()).hexdigest()
    frames = folder.observations(line.digest).frames()
    renamed = ((original(judge.session, digest, asked, limited=True), key) for key, asked in known[line.digest])
    folder.observations(digest).put_frames({{new: frames[key] for new, key in renamed if key in frames}})
    folder.keep_report(rubric, digest, replace(folder.report(rubric, line.digest), submission=digest))
    hand_in = replace(line.hand_in, key=f"copy-{{number:05d}}")
    shutil.copytree(folder._of("submissions", line.digest), folder._of("submissions", digest))
    lines.append(replace(line, hand_in=hand_in, digest=digest))
folder.keep_index(replace(index, lines=tuple(lines)))
"""


def change_weight(root: Path) -> None:
    """Give one test another weight, and the assignment its new sum."""
    folder = root / "autograder" / "assignments" / SLUG
    suite, manifest = folder / "test_network.py", folder / "assignment.toml"
    text = suite.read_text()
    weight = re.search(r"@weight\((\d+)\)", text)
    points = re.search(r"^points = (\d+)", manifest.read_text(), re.MULTILINE)
    assert weight and points
    suite.write_text(text.replace(weight[0], f"@weight({int(weight[1]) + 1})", 1))
    manifest.write_text(manifest.read_text().replace(points[0], f"points = {int(points[1]) + 1}", 1))


def set_threads(root: Path, threads: int) -> None:
    """Let the copy's classes be graded with so many threads."""
    path = root / "autograder" / "classroom" / "judge.py"
    path.write_text(re.sub(r"^THREADS = \d+", f"THREADS = {threads}", path.read_text(), flags=re.MULTILINE))


def environment(root: Path) -> dict[str, str]:
    """Return the environment of a command of the copy."""
    return {**os.environ, "PYTHONPATH": str(root)}


if __name__ == "__main__":
    main()
