"""Grades programs with a low accuracy, and shows whether the grader names the right cause.

    .venv/bin/python bench/low_accuracy.py                          all programs of all assignments
    .venv/bin/python bench/low_accuracy.py --only huge_rate         programs whose names hold a word
    .venv/bin/python bench/low_accuracy.py --assignment mnist_cnn   programs of one assignment
    .venv/bin/python bench/low_accuracy.py --record tests/checks/low_accuracy.json

`bench/low_accuracy_programs/<slug>.diff` holds programs with one cause each, in the notation of known mistakes. Each is
also joined with the next of its file. The right cause of a pair is the one that gains more when it is mended; both
are right if the accuracies differ by less than CLOSE. Programs that reach full marks are left out.

Prints a table, and exits with 1 if less than nine in ten causes are right. `--record` also writes the observations.
"""

import argparse
import contextlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from autograder.checks.cause import Cause
from autograder.checks.evidence import Evidence
from autograder.checks.low_accuracy import likely_cause
from autograder.checks.mistake import Mistake, UnusableMistake
from autograder.checks.mistake_notation import read_mistakes
from autograder.checks.training_seen import Training
from autograder.checks.uploaded_accuracy import Uploaded, cause_of_upload
from autograder.evidence.observer import observers_of
from autograder.evidence.session import Session, open_session
from autograder.intake.reference import take_reference
from autograder.manifest import load_assignment
from autograder.suites.load import load_suites
from autograder.suites.run import run_suites
from tests.checks.recorded_training import as_plain

VARIANTS = Path(__file__).parent / "low_accuracy_programs"
PARTNER = 1  # places further in the file; each cause is joined with that one
CLOSE = 0.05  # accuracies that are about the same
ENOUGH = 0.9


@dataclass(frozen=True)
class Variant:
    """A program with a low accuracy.

    Attributes:
        slug: the assignment.
        parts: one cause or two.
    """

    slug: str
    parts: tuple[Mistake, ...]

    @property
    def name(self) -> str:
        """The names of its parts."""
        return " + ".join(part.name for part in self.parts)

    @cached_property
    def mistake(self) -> Mistake:
        """All edits in one."""
        first = self.parts[0]
        edits = {file: tuple(edit for part in self.parts for edit in part.edits.get(file, ())) for file in first.edits}
        return replace(first, edits=edits)


@dataclass(frozen=True)
class Seen:
    """The outcome of a program.

    Attributes:
        accuracy: its held-out accuracy; None if it was not measured.
        explained_by: observations that explain it; None if it needed no explanation.
        why: how the test ended, where there is no accuracy.
    """

    accuracy: float | None = None
    explained_by: Training | Uploaded | None = None
    why: str = ""

    @property
    def cause(self) -> Cause | None:
        """The named cause."""
        if isinstance(self.explained_by, Uploaded):
            return cause_of_upload(self.explained_by)
        return likely_cause(self.explained_by) if self.explained_by else None


@dataclass(frozen=True)
class Row:
    """A row of the table."""

    variant: Variant
    seen: Seen
    right: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        """Whether the first named cause is a right one."""
        return bool(self.seen.cause and self.seen.cause.name in self.right)


def cause_of(part: Mistake) -> str:
    """Return the cause that a story names."""
    return part.story.split(".")[0].lower()


def variants_of(slug: str) -> Iterator[Variant]:
    """Yield the programs of one cause, then the pairs whose edits do not overlap."""
    parts = read_mistakes(VARIANTS / f"{slug}.diff", load_assignment(slug).upload.main_file)
    yield from (Variant(slug, (part,)) for part in parts)
    files = take_reference(load_assignment(slug), "embedded").files
    for place, part in enumerate(parts):
        pair = Variant(slug, (part, parts[(place + PARTNER) % len(parts)]))
        if cause_of(pair.parts[0]) != cause_of(pair.parts[1]) and _fits(pair, files):
            yield pair


def _fits(pair: Variant, files: Mapping[str, bytes]) -> bool:
    with contextlib.suppress(UnusableMistake):
        pair.mistake.applied_to(files)
        return True
    return False


def observe(session: Session, variant: Variant) -> Seen:
    """Grade a program by the test of its accuracy alone."""
    reference = take_reference(session.assignment, session.profile_name)
    changed = replace(reference, files=variant.mistake.applied_to(reference.files))
    observer, right = observers_of(session, changed)
    evidence = Evidence(observer, right, session.profile, session.data, session.assignment.secret)
    planned = [one for one in load_suites(session.assignment) if one.number in variant.parts[0].loses]
    (outcome,) = run_suites(planned, evidence)
    seen = next((one for one in evidence.worked_out.values() if isinstance(one, Training | Uploaded)), None)
    accuracy = next((one.value for one in outcome.measurements if "accuracy" in one.name), None)
    return Seen(accuracy, seen, f"{outcome.verdict.value}: {outcome.explanation.seen}"[:200])


def rows_of(slug: str, only: str) -> Iterator[Row]:
    """Yield the outcome of each program of an assignment."""
    alone: dict[str, float] = {}
    with open_session(load_assignment(slug), "embedded") as session:
        for variant in variants_of(slug):
            if only not in variant.name:
                continue
            seen = observe(session, variant)
            if len(variant.parts) == 1 and seen.accuracy is not None:
                alone[variant.name] = seen.accuracy
            row = Row(variant, seen, _right(variant, alone))
            print(line_of(row), flush=True)
            yield row


def _right(variant: Variant, alone: dict[str, float]) -> tuple[str, ...]:
    """Return the names of the causes that are right to name first."""
    causes = tuple(cause_of(part) for part in variant.parts)
    if len(causes) == 1:
        return causes
    first, second = (alone.get(part.name, 0.0) for part in variant.parts)
    if abs(first - second) < CLOSE:
        return causes
    return causes[:1] if first < second else causes[1:]


def line_of(row: Row) -> str:
    """Return a line of the table."""
    if row.seen.accuracy is None:
        return f"|   | {row.variant.slug} | {row.variant.name} | not measured: {row.seen.why} |"
    named = row.seen.cause.name if row.seen.cause else "full marks"
    sign = "✓" if row.is_right else "✗" if row.seen.cause else " "
    right = " or ".join(row.right)
    return f"| {sign} | {row.variant.slug} | {row.variant.name} | {row.seen.accuracy:.1%} | {right} | {named} |"


def main() -> int:
    """Grade all programs; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assignment", default="", help="programs of this assignment alone")
    parser.add_argument("--only", default="", help="programs whose names hold this word")
    parser.add_argument("--record", type=Path, help="write what was observed to this file")
    options = parser.parse_args()
    slugs = sorted(path.stem for path in VARIANTS.glob("*.diff") if options.assignment in ("", path.stem))
    rows: list[Row] = []
    for row in (row for slug in slugs for row in rows_of(slug, options.only)):
        rows.append(row)
        if options.record:  # each time, so that an interruption loses nothing
            options.record.write_text(json.dumps(list(_recorded(rows)), indent=0) + "\n")
    low = [row for row in rows if row.seen.cause]
    for kind, count in (("one cause", 1), ("pairs", 2)):
        some = [row for row in low if len(row.variant.parts) == count]
        print(f"{kind}: {sum(row.is_right for row in some)} of {len(some)} right")
    right = sum(row.is_right for row in low)
    print(f"{right} of {len(low)} first named causes are right ({right / max(len(low), 1):.0%})")
    return 0 if right >= ENOUGH * len(low) else 1


def _recorded(rows: Sequence[Row]) -> Iterator[dict[str, object]]:
    for row in rows:
        if isinstance(row.seen.explained_by, Training):
            of_row = {"slug": row.variant.slug, "name": row.variant.name, "causes": row.right}
            yield of_row | as_plain(row.seen.explained_by)


if __name__ == "__main__":
    sys.exit(main())
