"""Measures the cost of confinement: a probe beside a fresh interpreter, and work inside beside the same outside.

    .venv/bin/python bench/sandbox.py [--rounds N]

All ways are measured in turn, in rounds, so that a machine that changes its speed changes them alike.
Plain work runs in the same kind of child, forked from a zygote of the same kind, with no layer of the
kernel's.

    a  a fresh interpreter that imports torch and torchvision
    b  a probe with all layers, its workspace included
    c  a probe without namespaces
    d  a training step with two threads: plain and confined
    e  a loop over DataLoader(num_workers=2): plain and confined
"""

import argparse
import contextlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT)]

from autograder.wire.layers import Feature
from tests.sandbox.bench import Bench
from tests.sandbox.soaking import open_bench

ALL_LAYERS = tuple(Feature)
SELDOM = 4  # a fresh interpreter takes seconds, so it has a turn in each fourth round only
FRESH = "from autograder.probes.torchvision_without_ops import import_torchvision; import_torchvision()"
NOTHING = "def answer():\n    return 1\n"
TRAINING = """
import time, torch
from torch import nn
def answer():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(3, 32, 3), nn.ReLU(), nn.Conv2d(32, 32, 3), nn.ReLU(),
                          nn.Flatten(), nn.Linear(32 * 28 * 28, 8))
    optimizer = torch.optim.SGD(model.parameters(), 0.01)
    images, labels = torch.randn(64, 3, 32, 32), torch.randint(8, (64,))
    def step():
        begin = time.perf_counter()
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(images), labels).backward()
        optimizer.step()
        return time.perf_counter() - begin
    assert torch.get_num_threads() == 2
    return sorted([step() for _ in range(13)][3:])[5] * 1000
"""
LOADING = """
import time, torch
class Images(torch.utils.data.Dataset):
    def __len__(self):
        return 2048
    def __getitem__(self, i):
        return torch.full((3, 32, 32), float(i)), i % 8
def answer():
    begin = time.perf_counter()
    for images, labels in torch.utils.data.DataLoader(Images(), batch_size=64, num_workers=2):
        images.mean()
    return (time.perf_counter() - begin) * 1000
"""


def main() -> None:
    """Measure, print a table of medians and the ratios that matter."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=40)
    rounds = parser.parse_args().rounds
    with contextlib.ExitStack() as open_ones:
        full, flat, plain = (
            open_ones.enter_context(open_bench(threads=2, without=without))
            for without in ((), (Feature.NAMESPACES,), ALL_LAYERS)
        )
        print(f"features: {full.sandbox.features()}")
        ways: dict[str, Callable[[], float]] = {
            "a fresh interpreter": fresh_interpreter,
            "b probe, all layers": lambda: wall_ms(full),
            "c probe, no namespaces": lambda: wall_ms(flat),
            "  probe, no layers": lambda: wall_ms(plain),
            "d training step, plain": lambda: inside_ms(plain, TRAINING),
            "d training step, confined": lambda: inside_ms(full, TRAINING),
            "e DataLoader, plain": lambda: inside_ms(plain, LOADING),
            "e DataLoader, confined": lambda: inside_ms(full, LOADING),
            "e DataLoader, no namespaces": lambda: inside_ms(flat, LOADING),
        }
        for bench in (full, flat, plain):
            wall_ms(bench)
        found: dict[str, list[float]] = {name: [] for name in ways}
        for number in range(rounds):
            for name, measure in ways.items():
                if not (measure is fresh_interpreter and number % SELDOM):
                    found[name].append(measure())
            print(".", end="", flush=True, file=sys.stderr)
    show(found, rounds)


def fresh_interpreter() -> float:
    """Return how long a fresh interpreter takes to import torch and torchvision, ms."""
    begin = time.perf_counter()
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    subprocess.run([sys.executable, "-c", FRESH], env=environment, check=True)
    return (time.perf_counter() - begin) * 1000


def wall_ms(bench: Bench) -> float:
    """Return how long one probe takes that does nothing, from laying out its workspace to removing it, ms.

    The median of five in a row.
    """
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        seen = bench.run(NOTHING)
        times.append((time.perf_counter() - begin) * 1000)
        assert seen.value == 1, seen
    return statistics.median(times)


def inside_ms(bench: Bench, source: str) -> float:
    """Return what a probe measured of its own work, ms."""
    seen = bench.run(source)
    assert seen.value is not None, seen
    return float(seen.value)


def show(found: dict[str, list[float]], rounds: int) -> None:
    """Print medians and spread, and the median over the rounds of each ratio, beside the target."""
    print(f"\nmilliseconds, {rounds} rounds\n{'':<30}{'median':>9}{'least':>9}{'most':>9}")
    for name, times in found.items():
        print(f"{name:<30}{statistics.median(times):>9.1f}{min(times):>9.1f}{max(times):>9.1f}")

    def ratio(over: str, under: str) -> float:
        return statistics.median(x / y for x, y in zip(found[over], found[under], strict=True))

    a, b, c = (statistics.median(found[name]) for name in list(found)[:3])
    print(f"\nb      {b:.1f} ms   at most 45 is asked for")
    print(f"c      {c:.1f} ms   at most 16")
    print(f"a / b  {a / b:.0f}   at least 50")
    print(f"d      {ratio('d training step, confined', 'd training step, plain'):.3f}   within 5 % of 1")
    print(f"e      {ratio('e DataLoader, confined', 'e DataLoader, plain'):.2f}   at most 1.3")


if __name__ == "__main__":
    main()
