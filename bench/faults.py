"""Kills children, zygotes and graders at random moments, and looks for survivors and files.

    .venv/bin/python bench/faults.py [--kills N] [--at-once N]

Half of the gradings are started as `grade … --json FILE`, half as Gradescope's container is. The
submission is the reference solution of line_fit. Exit status 1 if anything is wrong.
"""

import argparse
import multiprocessing
import sys
from collections import Counter
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from tests.faults import ENTRIES, VICTIMS, Kill, image_of_line_fit, kills


def some_kills(seed: int, count: int) -> list[Kill]:
    """Return kills of gradings in an image of their own."""
    found = []
    with image_of_line_fit() as image:
        for kill in kills(image, count, seed):
            found.append(kill)
            print("x" if kill.wrong else ".", end="", flush=True, file=sys.stderr)
    return found


def main() -> None:
    """Kill, and print the outcomes of the gradings."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--at-once", type=int, default=2)
    options = parser.parse_args()
    each = [(seed, options.kills // options.at_once) for seed in range(options.at_once)]
    with multiprocessing.Pool(options.at_once) as pool:
        found = [kill for part in pool.starmap(some_kills, each) for kill in part]
    show(found)
    sys.exit(any(kill.wrong for kill in found))


def show(found: list[Kill]) -> None:
    """Print a table of results, and whatever is wrong."""
    kinds = ("complete", "fallback", "none yet")
    print(f"\n{'entry':<14}{'killed':<9}{'times':>6}" + "".join(f"{kind:>10}" for kind in kinds), end="")
    print(f"{'wrong':>7}  scores")
    for entry in ENTRIES:
        for victim in VICTIMS:
            group = [kill for kill in found if (kill.entry, kill.victim) == (entry, victim)]
            counts = "".join(f"{sum(kill.result == kind for kill in group):>10}" for kind in kinds)
            scores = Counter(kill.score for kill in group)
            told = ", ".join(f"{score:g} × {number}" for score, number in sorted(scores.items()))
            print(f"{entry:<14}{victim:<9}{len(group):>6}{counts}{sum(bool(k.wrong) for k in group):>7}  {told}")
    for kill in found:
        if kill.wrong:
            print(f"{kill.entry}, {kill.victim} at {kill.moment:.2f}: {kill.wrong}")


if __name__ == "__main__":
    main()
