"""Tries many changed reference solutions at once, in processes that each have a sandbox."""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed

from autograder import project
from autograder.intake.reference import take_reference
from autograder.manifest import load_assignment
from autograder.model.assignment import Assignment
from autograder.mutation.change import Change
from autograder.mutation.derive import change_everywhere, changes_of
from autograder.mutation.mistakes import MISTAKES
from autograder.mutation.rewrites import REWRITES
from autograder.suites.load import load_suites
from autograder.system.processes import die_with_parent
from autograder.verify.mutant_report import MutantReport, RewriteReport, Tried, with_names
from autograder.verify.mutant_trial import attempt
from autograder.verify.not_graded import read_not_graded
from autograder.verify.reach import Known, learn
from autograder.verify.worker import session_for

OnTried = Callable[[str, int, int, Tried], None]  # the assignment, how many are done, of how many, and the last

_known: Known | None = None  # of the reference that this process changes


def try_mutants(slug: str, profile: str, only: str, workers: int, on_tried: OnTried) -> MutantReport:
    """Derive mistakes from a reference, and find out which of them the suites catch.

    Args:
        slug: the assignment's name.
        profile: name of the data.
        only: a word that the operators' names must contain.
        workers: how many are tried at once.
        on_tried: called with each as soon as it is known.

    Raises:
        UnusableSuite: the reference loses points.
        UnusableNames: the assignment's `not_graded.toml` cannot be read.
    """
    assignment, named = load_assignment(slug), read_not_graded(project.definition(slug))
    chosen = [one for one in MISTAKES if only in one.name]
    changes = list(changes_of(_source(assignment, profile), chosen))
    tried = tuple(_tried(assignment, profile, changes, workers, on_tried, whole=False))
    found, stale = with_names(tried, named)
    return MutantReport(slug, profile, found, () if only else stale)


def try_rewrites(slug: str, profile: str, only: str, workers: int, on_tried: OnTried) -> RewriteReport:
    """Rewrite a reference in ways that keep its behaviour, and find rewrites that lose points; arguments as above."""
    assignment = load_assignment(slug)
    source = _source(assignment, profile)
    found = (change_everywhere(source, one) for one in REWRITES if only in one.name)
    changes = [change for change in found if change]
    return RewriteReport(slug, profile, tuple(_tried(assignment, profile, changes, workers, on_tried, whole=True)))


def _source(assignment: Assignment, profile: str) -> str:
    return take_reference(assignment, profile).files[assignment.upload.required[0]].decode()


def _tried(
    assignment: Assignment, profile: str, changes: Sequence[Change], workers: int, on_tried: OnTried, *, whole: bool
) -> Iterator[Tried]:
    """Yield what became of each change, in their order."""
    if not changes:
        return
    with _pool(1, None) as alone:
        known = alone.submit(_learn, assignment, profile).result()
    with _pool(workers, known) as pool:
        futures = {pool.submit(_attempt, assignment, profile, one, whole): place for place, one in enumerate(changes)}
        results: dict[int, Tried] = {}
        for future in as_completed(futures):
            results[futures[future]] = future.result()
            on_tried(assignment.slug, len(results), len(changes), future.result())
    yield from (results[place] for place in range(len(changes)))


def _pool(workers: int, known: Known | None) -> ProcessPoolExecutor:
    # Processes, not threads: timeout_decorator works with signals, which only a main thread receives.
    return ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _begin, (os.getpid(), known))


def _begin(parent: int, known: Known | None) -> None:
    global _known
    die_with_parent(parent)
    _known = known


def _learn(assignment: Assignment, profile: str) -> Known:
    return learn(session_for(assignment, profile), load_suites(assignment))


def _attempt(assignment: Assignment, profile: str, change: Change, whole: bool) -> Tried:
    assert _known
    return attempt(session_for(assignment, profile), load_suites(assignment), _known, change, whole=whole)
