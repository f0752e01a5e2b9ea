"""Gradings that tests of assignments look at: named, so that all of them are made once and in one pool."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

from autograder import project
from autograder.intake.submission import take_submission
from autograder.manifest import load_assignment
from autograder.verify.pool import Batch, grade_batches
from autograder.verify.suites import Plan, plan_for
from autograder.verify.worker import Graded, Task

GOLDEN = Path(__file__).parents[1] / "golden"
SMALL_EXAMPLES = ("line_fit",)  # which show how an assignment is written, and need no crowd of mistakes and goldens
FULL = [slug for slug in project.slugs() if slug not in SMALL_EXAMPLES]


@dataclass(frozen=True, order=True)
class Wanted:
    """A grading that a test looks at.

    Attributes:
        slug: the assignment.
        profile: on which data.
        name: a case of `verify`; or `golden/<name>`, `again/<number>` (the reference once more) or
            `seed/<number>` (the reference at another seed).
    """

    slug: str
    profile: str
    name: str

    @property
    def task(self) -> Task:
        """What the pool has to do for it."""
        kind, _, rest = self.name.partition("/")
        if kind == "golden":
            return Task(take_submission(GOLDEN / self.slug / rest, load_assignment(self.slug)))
        if kind == "seed":
            return Task(run=int(rest))
        name = "reference" if kind == "again" else self.name
        cases = plan_of(self.slug, self.profile).cases
        return Task(next(case.submission for case in cases if case.name == name))


@cache
def plan_of(slug: str, profile: str = "embedded") -> Plan:
    """Return the cases of an assignment, read once."""
    return plan_for(slug, profile)


def golden_names(slug: str) -> list[str]:
    """Return the golden submissions of an assignment."""
    return sorted(path.parent.name for path in (GOLDEN / slug).glob("*/submitted.py"))


def graded(wanted: Iterable[Wanted]) -> Mapping[Wanted, Graded]:
    """Make these gradings; those that are left out because a reference loses points are missing."""
    groups = [list(group) for _, group in groupby(sorted(set(wanted)), key=lambda one: (one.slug, one.profile))]
    batches = [_batch_of(group) for group in groups]
    known = {}
    for done in grade_batches([batch for batch, _ in batches]):
        one = batches[done.batch][1][done.task]
        if one:
            known[one] = done.graded
    return known


def _batch_of(group: Sequence[Wanted]) -> tuple[Batch, list[Wanted | None]]:
    """Return the tasks of one assignment and profile, the reference first, and what each of them is wanted for."""
    slug, profile = group[0].slug, group[0].profile
    reference = Wanted(slug, profile, "reference")
    first = reference if reference in group else None  # which looks at it afresh; else stored observations will do
    order = [first, *(one for one in group if one != reference)]
    return Batch(load_assignment(slug), profile, [one.task if one else Task() for one in order]), order
