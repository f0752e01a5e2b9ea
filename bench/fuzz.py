"""Feeds every boundary of the harness with hostile input: many more cases than the tests do.

    .venv/bin/python bench/fuzz.py [--cases N] [--only WORD] [--seed N] [--workers N]

Prints for each target its cases, seconds, slowest case and the growth of memory. A case that a check does not hold
for is saved below `.cache/fuzz/` with its traceback; the seed that is printed draws the same cases again. The
status is 1 if there was one. Needs the development requirements (`./setup.sh --dev`).
"""

import argparse
import gc
import multiprocessing
import os
import random
import resource
import sys
import tempfile
import time
import traceback
import warnings
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from hypothesis import HealthCheck, Phase, given, seed, settings  # noqa: E402
from hypothesis.errors import HypothesisWarning  # noqa: E402

from tests.fuzz.all import TARGETS  # noqa: E402

warnings.simplefilter("ignore", HypothesisWarning)  # long texts make long representations, which is meant
FAILURES = PROJECT / ".cache" / "fuzz"
BATCH = 1000  # hypothesis keeps a tree of its draws, and begins anew with each batch
MAX_FAILURES = 20


@dataclass
class Ran:
    """The outcome of one target; times in seconds, memory in MiB."""

    name: str
    cases: int = 0
    failures: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    grown: float = 0.0


def run(job: tuple[int, int, int]) -> Ran:
    """Run so many cases of one target in a separate process."""
    index, cases, first_seed = job
    target = TARGETS[index]
    ran = Ran(target.name)
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as name:  # noqa: PTH112
        folder = Path(name)
        begin, before = time.monotonic(), _peak_mib()
        while ran.cases < cases and ran.failures < MAX_FAILURES:
            _batch(index, min(BATCH, cases - ran.cases), first_seed + ran.cases, folder, ran)
            gc.collect()
        ran.seconds, ran.grown = time.monotonic() - begin, _peak_mib() - before
    return ran


def _batch(index: int, cases: int, batch_seed: int, folder: Path, ran: Ran) -> None:
    target = TARGETS[index]

    @seed(batch_seed)
    @settings(
        max_examples=cases,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(target.cases)
    def feed(case: object) -> None:
        begin = time.monotonic()
        try:
            target.check(case, folder)
        except Exception:
            _save(index, ran, case, traceback.format_exc(), batch_seed)
        ran.slowest = max(ran.slowest, time.monotonic() - begin)
        ran.cases += 1

    before = ran.cases
    feed()
    if ran.cases == before:
        raise RuntimeError(f"{target.name}: nothing was drawn")


def _save(index: int, ran: Ran, case: object, said: str, batch_seed: int) -> None:
    ran.failures += 1
    FAILURES.mkdir(parents=True, exist_ok=True)
    path = FAILURES / f"{index:02d}-{batch_seed}-{ran.failures}.txt"
    path.write_text(f"{ran.name}\nseed {batch_seed}\n\n{case!r}\n\n{said}", errors="backslashreplace")


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    """Run all targets and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=100_000, help="over all targets")
    parser.add_argument("--only", default="", help="only targets whose name holds this word")
    parser.add_argument("--seed", type=int, default=random.randrange(10**9))
    parser.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1))
    options = parser.parse_args()
    chosen = [index for index, target in enumerate(TARGETS) if options.only in target.name]
    whole = sum(TARGETS[index].weight for index in chosen)
    jobs = [(index, round(options.cases * TARGETS[index].weight / whole) + 1, options.seed) for index in chosen]
    print(
        f"seed {options.seed}\n{'target':32}{'cases':>9}{'failed':>8}{'s':>8}{'slowest ms':>12}{'grown MiB':>11}",
        flush=True,
    )
    begin, done = time.monotonic(), []
    # A fresh process for each target, so that its memory is its own.
    with multiprocessing.get_context("spawn").Pool(options.workers, maxtasksperchild=1) as pool:
        for ran in pool.imap_unordered(run, jobs, chunksize=1):
            done.append(ran)
            figures = f"{ran.seconds:8.1f}{1000 * ran.slowest:12.1f}{ran.grown:11.0f}"
            print(f"{ran.name:32}{ran.cases:9,}{ran.failures:8}{figures}", flush=True)
    failures = sum(ran.failures for ran in done)
    print(f"{sum(ran.cases for ran in done):,} cases, {failures} failed, {time.monotonic() - begin:.0f} s")
    if failures:
        print(f"saved in {FAILURES}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
