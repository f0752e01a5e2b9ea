"""Spreads work on stored values over this machine's cores; no student's code runs in it."""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from typing import TypeVar

from autograder.system.interrupts import uninterrupted
from autograder.system.processes import die_with_parent

Item = TypeVar("Item")
Result = TypeVar("Result")

FEW = 100  # this many are done here before other processes have started
CHUNK = 25


def in_parallel(work: Callable[[Sequence[Item]], list[Result]], items: Sequence[Item]) -> Iterator[Result]:
    """Begin at once, and return the result for each item, in order.

    Args:
        work: returns the results for some items; pickled, so a function of a module or a `partial` of one.
        items: the items; pickled as well.
    """
    chunks = [items[start : start + CHUNK] for start in range(0, len(items), CHUNK)]
    cores = len(os.sched_getaffinity(0))
    if len(items) < FEW or cores == 1:
        made: Iterator[list[Result]] = map(work, chunks)
    else:
        with uninterrupted():
            made = _pool(cores).map(work, chunks)
    return (result for results in made for result in results)


@cache
def _pool(cores: int) -> ProcessPoolExecutor:
    """Return the processes. They live as long as this one: starting them takes as long as a hundred uploads."""
    # spawn: a fork would copy the locks of threads that run here, such as the progress bar's.
    return ProcessPoolExecutor(cores, multiprocessing.get_context("spawn"), _begin, (os.getpid(),))


def _begin(parent: int) -> None:
    """Begin as one of several: end with the parent, and use one thread for linear algebra, since each has a core."""
    die_with_parent(parent)
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # NumPy is not imported yet
