"""Audits the thresholds of assignments: grades the reference solution with different seeds."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from autograder.manifest import load_assignment
from autograder.model.assignment import Assignment
from autograder.model.report import Report
from autograder.verify.pool import Batch, grade_batches
from autograder.verify.spread import Spread, spreads_of
from autograder.verify.worker import Graded, Task, seed_of


@dataclass(frozen=True)
class Run:
    """One grading of the reference with another seed.

    Attributes:
        seed: of all generators in the sandbox.
        score: points that it earned.
        lost: numbers of the tests that lost points.
        wall_s: its duration, seconds.
    """

    seed: int
    score: float
    lost: tuple[str, ...]
    wall_s: float


@dataclass(frozen=True)
class Audit:
    """The evidence of repeated gradings about an assignment's thresholds.

    Attributes:
        slug: the assignment's name.
        title: as people read it.
        profile: name of the data.
        points: sum of the suites' points.
        runs: the gradings.
        spreads: the measurements of those runs.
        problem: why there are no runs; else empty.
    """

    slug: str
    title: str
    profile: str
    points: float
    runs: tuple[Run, ...]
    spreads: tuple[Spread, ...]
    problem: str = ""

    @property
    def faults(self) -> tuple[str, ...]:
        """The faults, in words; empty if there are none."""
        lossy = [f"seed {run.seed} loses {', '.join(run.lost)}" for run in self.runs if run.lost]
        close = [f"{one.name}: {one.fault}" for one in self.spreads if one.fault]
        return tuple([*filter(None, [self.problem]), *lossy, *close])


def audit(
    slugs: Sequence[str], profile: str, repeat: int, on_run: Callable[[Assignment, Run], None]
) -> Iterator[Audit]:
    """Yield the audit of each assignment as soon as it is known; several assignments are graded at once.

    Each run has a different seed and differently changed held-out data. Like students, it is compared with the
    reference at the assignment's seed, which comes from the store if possible.

    Args:
        slugs: names of the assignments.
        profile: name of the data.
        repeat: gradings of each, 3 or more.
        on_run: called with each grading as soon as it is known.
    """
    assignments = [load_assignment(slug) for slug in slugs]
    tasks = [Task(), *(Task(run=number) for number in range(1, repeat + 1))]
    known: list[dict[int, Graded]] = [{} for _ in slugs]
    for done in grade_batches([Batch(assignment, profile, tasks) for assignment in assignments]):
        assignment, graded, report = assignments[done.batch], known[done.batch], done.graded.report
        if done.task:
            graded[done.task] = done.graded
            on_run(assignment, _run_of(assignment, done.task, report))
        if len(graded) == repeat or (done.task == 0 and report.lost):
            yield _audit_of(assignment, report, dict(sorted(graded.items())))


def _audit_of(assignment: Assignment, report: Report, graded: dict[int, Graded]) -> Audit:
    problem = "" if graded else f"the reference loses {', '.join(report.lost)} at its own seed, so nothing was repeated"
    runs = tuple(_run_of(assignment, number, one.report) for number, one in graded.items())
    spreads = spreads_of(list(graded.values()))
    return Audit(assignment.slug, report.title, report.profile, report.max_score, runs, spreads, problem)


def _run_of(assignment: Assignment, number: int, report: Report) -> Run:
    return Run(seed_of(assignment, number), report.score, report.lost, report.execution_s)
