"""Many probes in a row in one sandbox, a fifth of them hostile: nothing may be left, and no memory grow.

    .venv/bin/python bench/soak.py [--probes N]

Exit status 1 if anything is left, if a probe ended in the wrong way, or if the grader's memory grew by more
than 5 MiB between a fifth of the way and the end.
"""

import argparse
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from tests.sandbox.soaking import MOST_GROWTH_MIB, Soak, State, grown_mib, open_soak

COLUMNS = (
    "processes", "grader_descriptors", "zygote_descriptors", "grader_mounts", "zygote_mounts", "locks",
    "workspaces", "temporary_files", "shared_memory_files", "control_groups", "grader_mib", "zygote_mib",
)  # fmt: skip


def main() -> None:
    """Soak, print a table, and say what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--probes", type=int, default=2000)
    count = parser.parse_args().probes
    states: list[State] = []
    begin = time.monotonic()
    print("after   seconds  " + "  ".join(name.replace("_", " ") for name in COLUMNS))
    with open_soak(kills_every=40) as soak:
        for number, state in soak.run(count):
            states.append(state)
            show(number, time.monotonic() - begin, state)
    wrong = soak.wrong + states[0].differences(states[-1])
    if (grown := grown_mib(states)) > MOST_GROWTH_MIB:
        wrong.append(f"the grader's memory grew by {grown:.1f} MiB")
    summary(soak, grown, wrong)
    sys.exit(bool(wrong))


def show(number: int, seconds: float, state: State) -> None:
    """Print one line of the table."""
    values = [getattr(state, name) for name in COLUMNS]
    cells = [f"{value:>{len(name)}.1f}" if isinstance(value, float) else f"{value:>{len(name)}}"
             for name, value in zip(COLUMNS, values, strict=True)]  # fmt: skip
    print(f"{number:>5} {seconds:>9.1f}  {'  '.join(cells)}", flush=True)


def summary(soak: Soak, grown: float, wrong: list[str]) -> None:
    """Print how the probes ended, and whatever is wrong."""
    for (name, verdict), times in sorted(soak.verdicts.items()):
        print(f"{name:<18}{verdict:<16}{times:>6}")
    print(f"the grader's memory from a fifth of the way to the end: {grown:+.1f} MiB, at most {MOST_GROWTH_MIB:g}")
    for line in wrong:
        print(f"WRONG  {line}")


if __name__ == "__main__":
    main()
