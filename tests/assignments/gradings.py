"""Gradings that tests of assignments look at: named, so that all of them are made once and in one pool."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

from autograder.intake.submission import take_submission
from autograder.manifest import load_assignment
from autograder.verify.cases import REFERENCE
from autograder.verify.pool import Batch, grade_batches
from autograder.verify.suites import Plan, plan_for
from autograder.verify.worker import Graded, Task
from tests.assignments.freshness import Freshness

GOLDEN = Path(__file__).parents[1] / "golden"


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

    def task(self, freshness: Freshness) -> Task:
        """Return what the pool has to do for it."""
        kind, _, rest = self.name.partition("/")
        if kind == "golden":
            return Task(take_submission(GOLDEN / self.slug / rest, load_assignment(self.slug)))
        if kind == "seed":
            return Task(run=int(rest))
        name = REFERENCE if kind == "again" else self.name
        case = next(case for case in plan_of(self.slug, self.profile).cases if case.name == name)
        return Task(case.submission, reuse=freshness.reuse(self.slug, case))


@cache
def plan_of(slug: str, profile: str = "embedded") -> Plan:
    """Return the cases of an assignment, read once."""
    return plan_for(slug, profile)


def golden_names(slug: str) -> list[str]:
    """Return the golden submissions of an assignment: sources and notebooks."""
    return sorted({path.parent.name for path in (GOLDEN / slug).glob("*/submitted.*")})


def graded(
    wanted: Iterable[Wanted], freshness: Freshness, at_once: Callable[[], int]
) -> Iterator[tuple[Wanted, Graded]]:
    """Yield these gradings as they are known; those that are left out because a reference loses points never come.

    Args:
        wanted: which.
        freshness: which of them may be made of earlier observations.
        at_once: how many may be made at the same time, asked again and again.
    """
    groups = [list(group) for _, group in groupby(sorted(set(wanted)), key=lambda one: (one.slug, one.profile))]
    batches = [_batch_of(group, freshness) for group in groups]
    for done in grade_batches([batch for batch, _ in batches], at_once):
        if one := batches[done.batch][1][done.task]:
            yield one, done.graded


def _batch_of(group: Sequence[Wanted], freshness: Freshness) -> tuple[Batch, list[Wanted | None]]:
    """Return the tasks of one assignment and profile, the reference first, and what each of them is wanted for."""
    slug, profile = group[0].slug, group[0].profile
    reference = Wanted(slug, profile, REFERENCE)
    first = reference if reference in group else None  # which looks at it afresh; else stored observations will do
    order = [first, *(one for one in group if one != reference)]
    tasks = [one.task(freshness) if one else Task() for one in order]
    return Batch(load_assignment(slug), profile, tasks), order
