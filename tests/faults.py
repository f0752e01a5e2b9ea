"""Kills parts of gradings at random moments, and reports the results: for bench/faults.py and test_faults.py."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import jsonschema

from autograder import project
from autograder.gradescope import bundle
from tests.container_image import build_image, fresh_container, open_folder, start, valid_results

SLUG = "line_fit"
TESTS = 5
SUBMISSION = project.reference(SLUG) / "submitted.py"
VICTIMS = ("child", "zygote", "supervisor", "grader")
ENTRIES = ("command line", "container")
USUAL_S = 3.0  # duration of a grading; the moments are drawn from it
MOST_CHILDREN = 8  # children of such a grading: attempts, self-test, import, probes
WHILE_S = 0.03  # a child may live this long before it is killed
PATIENCE_S = 120.0
SURVIVAL_S = 2.0  # processes may outlive the grader by this much


@dataclass(frozen=True)
class Kill:
    """A grading after one of its processes was killed.

    Attributes:
        entry: how it was started, one of `ENTRIES`.
        victim: one of `VICTIMS`.
        moment: seconds after the start; for a child, how many others came before it.
        result: `"complete"`, `"fallback"`, `"none yet"` (no file has been written), or a fault.
        score: points in the result.
        status: exit status of the grading.
        left: what was left over afterwards, in words.
    """

    entry: str
    victim: str
    moment: float
    result: str
    score: float
    status: int
    left: tuple[str, ...]

    @property
    def wrong(self) -> str:
        """The fault, in words; empty if there is none."""
        allowed = ("complete", "fallback", "none yet") if self.victim == "grader" else ("complete",)
        if self.result not in allowed or (self.result == "none yet" and self.entry == "container"):
            return f"the result is {self.result}"
        if self.victim != "grader" and self.status != 0:
            return f"the grading ended with {self.status}"
        return "; ".join(self.left)


@dataclass(frozen=True)
class Grading:
    """A running grading.

    Attributes:
        process: the grader, or the process that becomes it.
        results: path of its result.
        temporary: its folder for temporary files; the environment of all its processes contains this path.
    """

    process: subprocess.Popen[str]
    results: Path
    temporary: Path

    def family(self) -> list[int]:
        """Return all processes that it started, alive or not yet reaped, whatever their parents are now."""
        found = []
        for pid in (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()):
            with contextlib.suppress(OSError):
                if f"TMPDIR={self.temporary}\0".encode() in Path(f"/proc/{pid}/environ").read_bytes():
                    found.append(pid)
        return found

    def victim(self, kind: str) -> int | None:
        """Return the process to kill, if it exists now."""
        if kind == "grader":
            return self.process.pid
        kept = [pid for pid in _children(self.process.pid) if b"autograder.supervisor.supervisor" in _command(pid)]
        if kind == "supervisor" or not kept:
            return kept[0] if kept else None
        zygote, *children = sorted(_children(kept[0])) or [None]
        if kind == "zygote":
            return zygote
        return random.choice(children) if children else None


@contextlib.contextmanager
def by_command_line(folder: Path) -> Iterator[Grading]:
    """Grade the reference solution of line_fit with `grade --json`."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        temporary = Path(name)
        temporary.chmod(0o755)
        process = subprocess.Popen(
            [sys.executable, "-m", "autograder", "grade", SUBMISSION, "--json", temporary / "results.json"],
            env={**os.environ, "TMPDIR": name, "PYTHONPATH": str(project.PROJECT)},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        yield Grading(process, temporary / "results.json", temporary)


@contextlib.contextmanager
def in_container(image: Path) -> Iterator[Grading]:
    """Grade it as Gradescope's container does."""
    with fresh_container(image) as root:
        (root / "submission" / "submitted.py").write_bytes(SUBMISSION.read_bytes())
        yield Grading(start(root), root / "results" / "results.json", root / "tmp")


@contextlib.contextmanager
def image_of_line_fit() -> Iterator[Path]:
    """Yield an image that grades line_fit."""
    with open_folder() as root:
        bundle.write_bundle(SLUG, "embedded", root / "autograder.zip")
        build_image(root / "autograder.zip", root)
        yield root


def kill_one(image: Path, entry: str, victim: str, moment: float) -> Kill | None:
    """Kill one process of one grading; return None if the grading ended first."""
    with by_command_line(image) if entry == "command line" else in_container(image) as grading:
        if victim != "child":
            time.sleep(moment)
        hit = _kill_when_there(grading, victim, let_pass=int(moment) if victim == "child" else 0)
        status = grading.process.wait(PATIENCE_S)
        left = _left(grading)
        result, score = judged(grading.results)
    return Kill(entry, victim, moment, result, score, status, left) if hit else None


def _kill_when_there(grading: Grading, kind: str, let_pass: int) -> bool:
    seen: set[int] = set()
    while grading.process.poll() is None:
        pid = grading.victim(kind)
        if pid is not None and pid not in seen and len(seen) < let_pass:
            seen.add(pid)
            time.sleep(random.uniform(0, WHILE_S))
        elif pid is not None and pid not in seen:
            time.sleep(random.uniform(0, WHILE_S) if kind == "child" else 0)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                return True
        time.sleep(0.001)
    return False


def _left(grading: Grading) -> tuple[str, ...]:
    """Return what still runs after its time is over, and end it."""
    deadline = time.monotonic() + SURVIVAL_S
    while (pids := grading.family()) and time.monotonic() < deadline:
        time.sleep(0.02)
    names = tuple(f"still runs: {_command(pid).replace(bytes(1), b' ').decode()[:80]}" for pid in pids)
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return names


def judged(results: Path) -> tuple[str, float]:
    """Return the kind of the result, and its score."""
    try:
        content = valid_results(results)
    except FileNotFoundError:
        return "none yet", 0.0
    except (json.JSONDecodeError, jsonschema.ValidationError) as error:
        return f"invalid: {str(error).splitlines()[0]}", 0.0
    if len(content.get("tests", [])) == TESTS:
        return "complete", content["score"]
    return ("fallback" if content["score"] == 0 and content["output"] else "half of one"), content["score"]


def kills(image: Path, count: int, seed: int, entries: Sequence[str] = ENTRIES) -> Iterator[Kill]:
    """Yield this many kills, of each kind of process and entry in turn, at moments drawn from the seed."""
    moments = random.Random(seed)
    done = 0
    for number in range(3 * count):
        victim = VICTIMS[number % len(VICTIMS)]
        moment = moments.uniform(0, MOST_CHILDREN if victim == "child" else USUAL_S)
        kill = kill_one(image, entries[number // len(VICTIMS) % len(entries)], victim, moment)
        if kill:
            done += 1
            yield kill
        if done == count:
            return


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def _command(pid: int) -> bytes:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""
