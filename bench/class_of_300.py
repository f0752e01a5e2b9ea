"""A class of 300 varied submissions, graded once through, and once with a kill -9 in the middle: all must be right.

    .venv/bin/python bench/class_of_300.py [--attacks N] [--workers N]

The submissions are the reference (some identical, some changed in a comment), the untouched template, the known
mistakes and the attacks of the small assignment `line_fit`, as an export of Gradescope's. Exit status 1 if a row is
wrong, or the two gradebooks differ.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from tests.classroom.varied import class_command, project_with_low_limits, varied_class, wrong_rows

GRADEBOOK = "gradebook.csv"


def main() -> None:
    """Grade the class twice, and say what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attacks", type=int, help="how many of the corpus; all unless given")
    parser.add_argument("--right", type=int, default=61, help="copies of the reference")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="class-", dir="/var/tmp") as name:
        top = Path(name)
        root = project_with_low_limits(top / "project")
        with varied_class(top / "export", options.attacks, options.right) as handed:
            print(f"{len(handed)} submissions", flush=True)
            seconds = grade(root, top / "export", top / "whole")
            print(f"graded in {seconds:.0f} s, {len(handed) / seconds:.1f}/s", flush=True)
            killed_at = grade_until_killed(root, top / "export", top / "killed", len(handed) * 2 // 5)
            print(f"killed when {killed_at} were judged; processes left after 3 s: {left_over(root)}", flush=True)
            seconds = grade(root, top / "export", top / "killed")
            print(f"the rest in {seconds:.0f} s", flush=True)
            wrong = [f"whole: {fault}" for fault in wrong_rows(top / "whole", handed)]
            wrong += [f"killed: {fault}" for fault in wrong_rows(top / "killed", handed)]
        books = [(top / kind / GRADEBOOK).read_bytes() for kind in ("whole", "killed")]
        if books[0] != books[1]:
            pairs = zip(books[0].splitlines(), books[1].splitlines(), strict=False)
            wrong += [f"{a.decode()[:200]} | {b.decode()[:200]}" for a, b in pairs if a != b]
    print("\n".join(wrong) or "every row is right, and the two gradebooks are equal bytes")
    sys.exit(bool(wrong))


def grade(root: Path, export: Path, out: Path) -> float:
    """Grade the class; return the seconds that it took."""
    command, environment = class_command(root, export, out)
    begin = time.monotonic()
    subprocess.run(command, env=environment, check=True)
    return time.monotonic() - begin


def grade_until_killed(root: Path, export: Path, out: Path, enough: int) -> int:
    """Grade until so many are judged, then kill the command with -9; return how many were."""
    command, environment = class_command(root, export, out)
    process = subprocess.Popen(command, env=environment)
    while process.poll() is None and judged(out) < enough:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    known = judged(out)
    time.sleep(3)
    return known


def judged(out: Path) -> int:
    """Return how many reports are there."""
    return sum(1 for path in out.glob("judged/*/[!.]*"))


def left_over(root: Path) -> int:
    """Return how many processes of this project's copy are still there."""
    count = 0
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            count += (
                f"PYTHONPATH={root}".encode() in (entry / "environ").read_bytes() and int(entry.name) != os.getpid()
            )
        except OSError:
            continue
    return count


if __name__ == "__main__":
    main()
