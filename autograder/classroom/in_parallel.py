"""Shares work on stored values among this machine's cores; nothing of a student's runs in it."""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from typing import TypeVar

from autograder.system.processes import die_with_parent

Item = TypeVar("Item")
Result = TypeVar("Result")

FEW = 100  # are done sooner here than other processes have started
CHUNK = 25


def in_parallel(work: Callable[[Sequence[Item]], list[Result]], items: Sequence[Item]) -> Iterator[Result]:
    """Begin at once, and return what the work makes of each item, in order.

    Args:
        work: makes a result of each item of some; pickled, so a function of a module or a `partial` of one.
        items: to work on; pickled too.
    """
    chunks = [items[start : start + CHUNK] for start in range(0, len(items), CHUNK)]
    cores = len(os.sched_getaffinity(0))
    made = map(work, chunks) if len(items) < FEW or cores == 1 else _pool(cores).map(work, chunks)
    return (result for results in made for result in results)


@cache
def _pool(cores: int) -> ProcessPoolExecutor:
    """Return the processes, which stay until this one ends: starting them takes as long as a hundred uploads."""
    # spawn: a fork would copy the locks of whatever threads run here, such as that of the moving bar.
    return ProcessPoolExecutor(cores, multiprocessing.get_context("spawn"), _begin, (os.getpid(),))


def _begin(parent: int) -> None:
    """Begin as one of several: end with the others, and keep linear algebra to one thread, as each has a core."""
    die_with_parent(parent)
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # NumPy is not imported yet
