"""An assistant's afternoon at the desk: 30 submissions of `inaturalist_cnn`, all items by hand, by keyboard alone.

    .venv/bin/python bench/desk_afternoon.py [--keep DIR] [--students N]

The class is graded for real. Students share a few different uploads, because identical ones are observed once. Chromium
then gives points for every item of every student with the desk's keys, comments on every fifth, publishes, and checks
that each decision has reached the gradebook. Of five students three get full points, one a part, and one none; with
`--full` all get full points. It prints the keys, and the seconds that the desk itself takes: the time
from a grader's last key until the next item can be graded. Reading and thinking are not measured.

Beside them stand the keys for the same points and comments in nbgrader's formgrader, counted from its bindings
(formgrade.js, November 2026): a score's field is selected on load, Tab leads to its comment, and Control-. saves and
leads to the same field of the next submission. A chord counts as one key, and the letters of comments do not count.
"""

import argparse
import csv
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from playwright.sync_api import Page

from autograder import project
from autograder.classroom.folder import ClassFolder
from autograder.decisions.rubric_lines import Line
from autograder.desk.book import Book
from autograder.model.outcome import Outcome
from tests.browser import headless
from tests.desk.serving import served

ROOT = Path(__file__).resolve().parents[1]
SLUG = "inaturalist_cnn"
UPLOADS = 2
COMMENT = "Say which run this is from."
COMMENTED = 5  # one student in so many


@dataclass
class Hand:
    """A grader's hand: presses keys, counts them, and notes how long the desk takes.

    Attributes:
        page: the browser's.
        keys: number of keys pressed.
        waits_s: seconds from a last key to the next page, for each decision.
    """

    page: Page
    keys: int = 0
    waits_s: list[float] = field(default_factory=list)

    def press(self, *keys: str) -> None:
        """Press keys that lead to no other page."""
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def turn(self, key: str) -> None:
        """Press a key that leads to another page, and wait for it."""
        self.keys += 1
        begin = time.perf_counter()
        with self.page.expect_navigation(wait_until="load"):
            self.page.keyboard.press(key)
        self.waits_s.append(time.perf_counter() - begin)

    def write(self, text: str) -> None:
        """Type a text; its letters are the same in every tool, and are not counted."""
        self.page.keyboard.type(text)


def main() -> None:
    """Grade the class, spend the afternoon, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", type=Path, help="folder of the class; one that exists is used as it is")
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--full", action="store_true", help="give full points to everybody")
    options = parser.parse_args()
    with folder_of(options.keep) as out:
        if not (out / "class.json").exists():
            seconds = grade(out, options.students)
            print(f"graded {options.students} hand-ins of {UPLOADS} different uploads in {seconds:.0f} s", flush=True)
        spend(ClassFolder(out), options.full)


@contextmanager
def folder_of(kept: Path | None) -> Iterator[Path]:
    """Yield the folder of the class."""
    if kept:
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="desk-", dir="/var/tmp") as name:
        yield Path(name, "class")


def grade(out: Path, students: int) -> float:
    """Grade the class, and return the seconds."""
    with tempfile.TemporaryDirectory(prefix="export-") as name:
        for number in range(students):
            upload = Path(name, f"student_{number:02}")
            shutil.copytree(project.reference(SLUG), upload, ignore=shutil.ignore_patterns("profiles", "__pycache__"))
            with (upload / "README.md").open("a") as file:
                file.write(f"\nWe ran the sweep {number % UPLOADS + 2} times.\n")
        begin = time.monotonic()
        command = [
            sys.executable,
            "-s",
            "-P",
            "-m",
            "autograder",
            "class",
            name,
            f"--out={out}",
            f"--assignment={SLUG}",
        ]
        subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=True)
        return time.monotonic() - begin


def spend(folder: ClassFolder, only_full: bool) -> None:
    """Give all points, publish, and print what it took."""
    known = Book(folder).now()
    given: dict[str, list[float]] = {}
    total, others, waits = 0, 0, list[float]()
    with served(folder) as place, headless() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(place.link)
        base = place.link.split("/?")[0]
        print(
            f"{'item':6} {'points':>6} {'lines':>5} {'keys each':>9} {'nbgrader':>8} {'median s':>8} {'slowest s':>9}"
        )
        for item in known.items:
            hand = Hand(page)
            page.goto(f"{base}/item/{item.key}")
            hand.turn("n")
            hand.waits_s.clear()
            graded = [outcome for one in known.students if (outcome := one.outcome(item.key))]
            students, lines = sum(one.is_open for one in graded), known.lines(item.key)
            shares = [1.0 if only_full else share_of(number) for number in range(students)]
            given[item.number] = [give(hand, item, lines, number, share) for number, share in enumerate(shares)]
            there = keys_of_nbgrader(given[item.number])
            print(
                f"{item.number:6} {item.manual:6g} {len(lines):5} {hand.keys / students:9.2f} {there / students:8.2f} "
                f"{statistics.median(hand.waits_s):8.2f} {max(hand.waits_s):9.2f}",
                flush=True,
            )
            total, others, waits = total + hand.keys, others + there, waits + hand.waits_s
        page.goto(f"{base}/publish")
        begin = time.perf_counter()
        page.get_by_role("button", name="Publish").click()
        page.wait_for_url("**/publish?done=*")
        publishing = time.perf_counter() - begin
    check(folder, given, len(known.students))
    print(
        f"{len(waits)} decisions, {total} keys, no click, nbgrader {others}; {sum(waits):.0f} s at the desk, "
        f"{publishing:.1f} s to publish"
    )


def share_of(number: int) -> float:
    """Return the share of an item's points that a student gets."""
    return (1.0, 0.5, 1.0, 0.0, 1.0)[number % 5]


def give(hand: Hand, item: Outcome, lines: Sequence[Line], number: int, share: float) -> float:
    """Give full points, none, or a part of them, which is the first rubric line or a number; return them."""
    most = item.manual or 0.0
    part = lines[0].points if lines else float(math.ceil(most * share))
    points = most if share == 1 else 0.0 if share == 0 else part
    hand.page.wait_for_timeout(max(0, 400 - hand.page.evaluate("performance.now()")))  # a grader reads meanwhile
    if has_comment(number):
        hand.press("c")
        hand.write(COMMENT)
        hand.press("Escape")
    if points in (0.0, most):
        hand.turn("f" if points else "z")
    elif lines:
        hand.turn("Shift+Digit1")
    else:
        hand.press(*f"{points:g}")
        hand.turn("Enter")
    return points


def has_comment(number: int) -> bool:
    """Return whether a student gets a comment."""
    return number % COMMENTED == 0


def keys_of_nbgrader(given: Sequence[float]) -> int:
    """Return the keys that nbgrader's formgrader needs for an item of all students."""
    return sum(len(f"{points:g}") + has_comment(number) + 1 for number, points in enumerate(given))


def check(folder: ClassFolder, given: dict[str, list[float]], students: int) -> None:
    """Stop if a decision has not reached the gradebook."""
    with (folder.root / "gradebook.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == students, len(rows)
    for number, points in given.items():
        column = next(name for name in rows[0] if name.startswith(number) and "by hand" in name)
        there = sorted(float(row[column] or "nan") for row in rows)
        assert there == sorted(points), (number, there)


if __name__ == "__main__":
    main()
