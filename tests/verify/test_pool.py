"""The pool: reports arrive in order, and no process outlives the grader."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from autograder.suites.load import UnusableSuite
from autograder.verify import pool
from autograder.verify.pool import Batch, Done, grade_all
from autograder.verify.worker import Graded, Task
from tests.helpers import an_assignment
from tests.verify.made import NOTHING, report

PARENT = """
import os, time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from autograder.system.processes import die_with_parent

if __name__ == "__main__":
    pool = ProcessPoolExecutor(1, get_context("spawn"), die_with_parent, (os.getpid(),))
    print(pool.submit(os.getpid).result(), flush=True)
    time.sleep(60)
"""


def test_reports_come_in_the_order_of_the_submissions(monkeypatch: pytest.MonkeyPatch) -> None:
    """They do so whichever process finishes first; the reference is observed but not reported."""

    def grade(batches: list[Batch]) -> Iterator[Done]:
        assert [task.submission for task in batches[0].tasks] == [None, NOTHING, NOTHING, NOTHING]
        yield from (Done(0, task, Graded(report(4, 6 if task == 0 else task))) for task in (0, 3, 1, 2))

    monkeypatch.setattr(pool, "grade_batches", grade)

    assert [one.score for one in grade_all(an_assignment(), "embedded", [NOTHING] * 3)] == [5, 6, 7]


def test_nothing_is_compared_with_a_reference_that_loses_points(monkeypatch: pytest.MonkeyPatch) -> None:
    """The suites are unusable then; the sentence names the tests."""
    monkeypatch.setattr(pool, "grade_batches", lambda batches: iter([Done(0, 0, Graded(report(4, 5)))]))
    with pytest.raises(UnusableSuite, match=r"reference solution of small loses points in 2\.1"):
        list(grade_all(an_assignment(), "embedded", [NOTHING]))


@pytest.mark.parametrize("most", [1, 2])
def test_no_more_tasks_run_at_once_than_asked_for(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever shares the machine with other work says so while the tasks run."""
    running, seen, both = set[Task](), list[int](), threading.Barrier(2)
    tasks = [Task(run=run) for run in range(3)]

    def work(_assignment: object, _profile: str, task: Task | None = None) -> Graded | None:
        if task is None:  # a process gets its sandbox ready
            return None
        running.add(task)
        seen.append(len(running))
        if most == 2 and task.run:  # the first is alone
            both.wait(20)
        running.discard(task)
        return Graded(report(4, 6))

    monkeypatch.setattr(pool, "work", work)
    monkeypatch.setattr(pool, "ProcessPoolExecutor", lambda *_arguments: ThreadPoolExecutor(1))
    monkeypatch.setattr(pool, "GRADED_AT_ONCE", 2)
    batch = Batch(an_assignment(), "embedded", tasks)

    assert len(list(pool.grade_batches([batch], lambda: most))) == 3
    assert max(seen) == most


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_process_of_the_pool_ends_with_its_parent(how: signal.Signals, tmp_path: Path) -> None:
    """An abandoned sandbox must not stay behind."""
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        worker = Path("/proc", parent.stdout.readline().strip())
        assert (worker / "stat").exists()
        parent.send_signal(how)
    until = time.monotonic() + 20

    while (worker / "stat").exists() and " Z " not in (worker / "stat").read_text():
        assert time.monotonic() < until
        time.sleep(0.05)
