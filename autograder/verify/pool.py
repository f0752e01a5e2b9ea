"""Grades many submissions of one assignment, several at once, each process with a sandbox of its own."""

import multiprocessing
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing.util import Finalize

from autograder.evidence.session import Session, open_session
from autograder.grading import judge, observe_reference
from autograder.manifest import load_assignment
from autograder.nouns.assignment import Assignment
from autograder.nouns.report import Report
from autograder.nouns.submission import Submission
from autograder.suites.load import load_suites

GRADED_AT_ONCE = 2  # each has two threads, which mostly wait for each other: more gain nothing on two cores

_clean_up = ExitStack()
_session: Session


def grade_all(assignment: Assignment, profile: str, submissions: Sequence[Submission]) -> Iterator[Report]:
    """Yield a report for each submission, in order, as it is known.

    The reference is observed first and once; the store serves all processes.

    Args:
        assignment: by whose suites.
        profile: on which data.
        submissions: what to grade; each one's `problem` is empty.
    """
    observe_reference(assignment, profile)
    # Processes, not threads: timeout_decorator works with signals, which only a main thread receives.
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(GRADED_AT_ONCE, spawn, _open, (assignment.slug, profile)) as pool:
        yield from pool.map(_grade, submissions)


def _open(slug: str, profile: str) -> None:
    """Open this process's session."""
    global _session
    _session = _clean_up.enter_context(open_session(load_assignment(slug), profile))
    Finalize(None, _clean_up.close, exitpriority=1)  # atexit does not run in a pool's processes


def _grade(submission: Submission) -> Report:
    return judge(_session, submission, load_suites(_session.assignment), time.monotonic())
