"""Runs the same checks on many kinds of machine, and prints the matrix.

    .venv/bin/python bench/machines.py [--only WORD] [--checks doctor,demo,references,attacks,tests] [--attacks WORD]
                                       [--root NAME=DIR] [--checkout NAME=DIR] [--image IMAGE] [--logs DIR]

Containers need an engine and the image: docker build --target checks -t autograder-checks .
--root is another system in a folder, --checkout another checkout that was set up with another Python; tests/machines.py
says what has to lie there. Exit status 1 if a check fails anywhere.
"""

import argparse
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from tests.machines import IMAGE, Machine, checkout, containers, imitated, root

MOST_S = 3600.0
PYTHON = ".venv/bin/python"
AUTOGRADER = ("env", "PYTHONPATH=.", PYTHON, "-s", "-P", "-m", "autograder")
REFERENCES = ("line_fit", "mnist_cnn", "cifar8_finetune", "cifar10_cnn", "animals_transfer", "inaturalist_cnn")
FAST_TESTS = ("tests/sandbox", "tests/evidence", "tests/rendering", "tests/intake")


@dataclass(frozen=True)
class Check:
    """A check.

    Attributes:
        commands: run one after the other.
        words: a pattern; the matrix shows its first group in each command's output.
        good: tells whether these words are good.
    """

    commands: tuple[tuple[str, ...], ...]
    words: str
    good: Callable[[str], bool] = lambda words: True


def grading_of(*slugs: str) -> Check:
    """Return the check that reference solutions earn full marks."""
    commands = tuple((*AUTOGRADER, "grade", f"reference_solution/{slug}") for slug in slugs)
    return Check(commands, r"^\s*([\d.]+ / [\d.]+)\b", lambda words: len(set(words.split(" / "))) == 1)


def checks_of(attacks: str) -> Mapping[str, Check]:
    """Return the checks by name."""
    only = ("--only", attacks) if attacks else ()
    return {
        "doctor": Check(((*AUTOGRADER, "doctor"),), r"can grade: (\d+ of \d+ layers) are active"),
        "demo": grading_of("line_fit"),
        "references": grading_of(*REFERENCES),
        "attacks": Check(((*AUTOGRADER, "verify", "--attacks", *only),), r"(\d+ attacks; [^;]*);"),
        "tests": Check(((PYTHON, "-m", "pytest", "-q", "-m", "not slow", *FAST_TESTS),), r"(\d+ passed[^\n]*)"),
    }


def cell(machine: Machine, check: Check, log: Path) -> str:
    """Run a check on a machine, keep its output, and return what the matrix shows."""
    begin, shown, good = time.monotonic(), list[str](), True
    with log.open("w") as file:
        for command in check.commands:
            try:
                done = machine.run(command, MOST_S)
            except subprocess.TimeoutExpired:
                return "✗ too slow"
            file.write(f"$ {' '.join(command)}\n{done.stdout}\nexit status {done.returncode}\n")
            found = re.search(check.words, done.stdout, re.MULTILINE)
            words = found[1] if found else (done.stdout.strip().splitlines() or ["nothing"])[-1][:80]
            good = good and done.returncode == 0 and bool(found) and check.good(words)
            shown.append(words)
    return f"{'✓' if good else '✗'} {'; '.join(dict.fromkeys(shown))}, {time.monotonic() - begin:.0f} s"


def machines_of(options: argparse.Namespace) -> Iterable[Machine]:
    """Yield the machines that are asked for."""
    found = [*imitated(), *containers(options.image)]
    for make, places in ((root, options.root), (checkout, options.checkout)):
        found += [make(name, Path(folder).resolve()) for name, _, folder in (one.partition("=") for one in places)]
    return [machine for machine in found if options.only in machine.name]


def main() -> None:
    """Run the checks, print a row of the matrix as soon as it is known."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", metavar="WORD")
    parser.add_argument("--checks", default="doctor,demo,references,attacks,tests")
    parser.add_argument("--attacks", default="", metavar="WORD", help="only attacks whose names contain it")
    parser.add_argument("--root", action="append", default=[], metavar="NAME=DIR")
    parser.add_argument("--checkout", action="append", default=[], metavar="NAME=DIR")
    parser.add_argument("--image", default=IMAGE)
    parser.add_argument("--logs", type=Path, default=Path("machines-logs"))
    options = parser.parse_args()
    checks = {name: checks_of(options.attacks)[name] for name in options.checks.split(",")}
    options.logs.mkdir(parents=True, exist_ok=True)
    print(f"| machine | {' | '.join(checks)} |\n|---|{'---|' * len(checks)}", flush=True)
    failed = False
    for machine in machines_of(options):
        print(f"| {machine.name} |", end="", flush=True)
        for name, check in checks.items():
            log = options.logs / f"{machine.name}-{name}.txt".replace("/", "_").replace(" ", "-")
            words = f"– {machine.missing}" if machine.missing else cell(machine, check, log)
            failed = failed or words.startswith("✗")
            print(f" {words} |", end="", flush=True)
        print(flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
