"""Makes gradings in a process beside the tests, which ask for them one after the other."""

import multiprocessing
import os
import queue
import time
import traceback
from collections.abc import Collection
from multiprocessing.sharedctypes import Synchronized
from typing import Any

from autograder.system.processes import die_with_parent
from autograder.verify.pool import GRADED_AT_ONCE
from autograder.verify.reuse import tidy
from autograder.verify.worker import Graded
from tests.assignments import gradings
from tests.assignments.freshness import Freshness
from tests.assignments.gradings import Wanted
from tests.parts import Part


class GradingFailed(RuntimeError):
    """The process that makes the gradings has failed; the text is its traceback."""


class Gradings:
    """Gradings that are made beside the tests.

    Attributes:
        took_s: wall seconds from the beginning until the last was known; 0 before.
    """

    def __init__(self, wanted: Collection[Wanted], freshness: Freshness) -> None:
        """Start the process.

        Args:
            wanted: what to grade.
            freshness: which of it may be made of earlier observations.
        """
        self.took_s = 0.0
        self._known: dict[Wanted, Graded] = {}
        self._has_ended = False
        spawn = multiprocessing.get_context("spawn")
        self._room: Synchronized[int] = spawn.Value("i", 1)
        self._queue = spawn.Queue()
        self._process = spawn.Process(
            target=_serve, args=(list(wanted), freshness, self._room, self._queue, os.getpid())
        )
        self._process.start()

    def leave_room(self, for_others: int) -> None:
        """Say how many cores others need from now on; one process grades in any case, and what has begun goes on."""
        self._room.value = max(1, GRADED_AT_ONCE - for_others)

    def get(self, one: Wanted) -> Graded | None:
        """Return a grading, when it is known; None if it was left out because the reference loses points.

        Raises:
            GradingFailed: it cannot be made.
        """
        while one not in self._known and not self._has_ended:
            self._receive()
        return self._known.get(one)

    def part(self) -> Part:
        """Return how long they took, for the table at the end."""
        afresh = sum(graded.is_afresh for graded in self._known.values())
        words = f"{afresh} afresh, {len(self._known) - afresh} from the cache, beside the tests"
        return Part("gradings", self.took_s, words if self._has_ended else f"{words}; stopped")

    def stop(self) -> None:
        """End the process and all that it has started."""
        self._queue.cancel_join_thread()
        self._process.kill()  # the kernel ends its pool with it, and the sandboxes with that
        self._process.join()

    def _receive(self) -> None:
        try:
            kind, *content = self._queue.get(timeout=1)
        except queue.Empty:
            if not self._process.is_alive():
                raise GradingFailed(f"the process ended with {self._process.exitcode}") from None
            return
        if kind == "graded":
            self._known[content[0]] = content[1]
        elif kind == "failed":
            raise GradingFailed(content[0])
        else:
            self._has_ended, self.took_s = True, content[0]


def _serve(wanted: list[Wanted], freshness: Freshness, room: "Synchronized[int]", results: Any, parent: int) -> None:
    """Make gradings and send each as it is known; the last message says how long all took, or what failed."""
    die_with_parent(parent)
    os.setpgid(0, 0)  # Ctrl-C is for the tests, which end this process
    try:
        begin = time.monotonic()
        for one, graded in gradings.graded(wanted, freshness, lambda: room.value):
            results.put(("graded", one, graded))
        if freshness.folder:
            tidy(freshness.folder)
        results.put(("ended", time.monotonic() - begin))
    except BaseException:
        results.put(("failed", traceback.format_exc()))
