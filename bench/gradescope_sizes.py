"""Which of Gradescope's compute sizes an assignment needs: its reference solution, graded in the bundle at each.

    .venv/bin/python bench/gradescope_sizes.py [--assignment NAME] [--profile embedded|real] [--all]

Needs root, for control groups. A size is enough if the reference earns everything within the manifest's deadline.
Gradescope gives at least the CPUs of a size; here it is exactly those, and never more than this machine has. Starts
with the smallest size and ends at the first that is enough, unless all are asked for. Exit status 1 if none is.
"""

import argparse
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from autograder import project
from autograder.gradescope import bundle
from autograder.manifest import load_assignment
from tests.compute_size import SIZES, ComputeSize, Group, NoControlGroup, limited
from tests.container_image import at_its_path, build_image, fresh_container, open_folder, results_of, set_up, start

LOOK_EVERY_S = 0.1


@dataclass(frozen=True)
class Measured:
    """The outcome of a grading.

    Attributes:
        score: points.
        seconds: by the clock, from the start of the container's command to its end.
        cpu_s: CPU seconds of all that ran in it.
        peak_mib: most memory in use at a time, of grader, sandbox and submission together, MiB.
        problem: the message on top of the result; empty where all went well.
    """

    score: float
    seconds: float
    cpu_s: float
    peak_mib: float
    problem: str


def main() -> None:
    """Make the bundle, grade at each size, and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assignment", default="cifar8_finetune", choices=project.slugs())
    parser.add_argument("--profile", default="embedded", choices=["embedded", "real"])
    parser.add_argument("--all", action="store_true", help="measure all sizes, also those above one that is enough")
    options = parser.parse_args()
    assignment = load_assignment(options.assignment)
    enough = []
    with open_folder() as folder, open_folder() as root:
        size_mib = bundle.write_bundle(assignment.slug, options.profile, folder / "autograder.zip")
        print(f"{assignment.slug}, {options.profile} data: the bundle has {size_mib:.2f} MiB", flush=True)
        build_image(folder / "autograder.zip", root)
        for size in SIZES:
            measured = graded_at(size, root, assignment.slug)
            is_enough = measured.score >= assignment.points
            enough += [size] if is_enough else []
            print(line_of(size, measured, assignment.points, is_enough), flush=True)
            if is_enough and not options.all:
                break
    print(f"the smallest size that is enough: {enough[0]}" if enough else "no size is enough")
    sys.exit(not enough)


def graded_at(size: ComputeSize, root: Path, slug: str) -> Measured:
    """Grade the reference solution in a container of this size.

    Raises:
        NoControlGroup: this machine gives none.
    """
    with at_its_path(root) as place, fresh_container(root), limited(size) as group:
        set_up(place)
        upload = root / "submission" / "submitted.py"
        upload.write_bytes((project.reference(slug) / "submitted.py").read_bytes())
        begin, before = time.monotonic(), cpu_of_children()
        peak_mib = peak_until_end(start(root, place, group.enter), group)
        seconds, cpu_s = time.monotonic() - begin, cpu_of_children() - before
        results = results_of(root)
        lost = [test["name"] for test in results["tests"] if test.get("status") == "failed"]
        top = results["output"].split("\n\n")[0] if lost else ""
        return Measured(results["score"], seconds, cpu_s, peak_mib, "; ".join(filter(None, (top, *lost))))


def cpu_of_children() -> float:
    """Return the CPU seconds of all that was started here and has ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def peak_until_end(process: subprocess.Popen[str], group: Group) -> float:
    """Return the most memory that was seen in use while a process ran, MiB."""
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, group.used_mib())
        time.sleep(LOOK_EVERY_S)
    return peak


def line_of(size: ComputeSize, measured: Measured, points: float, is_enough: bool) -> str:
    """Return what was measured, for people."""
    told = "enough" if is_enough else "too small"
    used = f"{measured.seconds:4.0f} s  {measured.cpu_s:4.0f} CPU s  peak {measured.peak_mib:5.0f} MiB"
    return f"  {size!s:16} {told:10} {measured.score:g} / {points:g}  {used}  {measured.problem[:300]}".rstrip()


if __name__ == "__main__":
    try:
        main()
    except NoControlGroup as error:
        sys.exit(f"needs its own control group: {error}")
