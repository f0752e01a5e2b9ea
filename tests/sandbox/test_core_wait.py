"""The clock of a probe stands while others use its core, and runs while its own processes do."""

import contextlib
import multiprocessing
import os
import time
from collections.abc import Iterator

import pytest

from autograder.model.verdict import Verdict
from autograder.supervisor.core_wait import CoreWait, schedules_of, waited_s
from tests.sandbox.bench import Bench

SPINS = "def answer(seconds):\n    import time\n    while time.process_time() < seconds: pass\n    return 1\n"


def spin(core: int) -> None:
    """Keep one core busy for ever."""
    os.sched_setaffinity(0, {core})
    while True:
        pass


@contextlib.contextmanager
def spinning(count: int) -> Iterator[list[int]]:
    """Yield the ids of processes that all want the same core."""
    core = min(os.sched_getaffinity(0))
    started = [
        multiprocessing.get_context("fork").Process(target=spin, args=(core,), daemon=True) for _ in range(count)
    ]
    for one in started:
        one.start()
    try:
        yield [one.pid for one in started if one.pid]
    finally:
        for one in started:
            one.kill()
            one.join()


@pytest.mark.parametrize(
    ("after", "used_s", "waited"),
    [
        ({1: (0.2, 0.8)}, 0.2, 0.8),  # one thread among strangers
        ({1: (0.2, 0.8), 2: (0.2, 0.8)}, 0.4, 0.6),  # two of them
        ({1: (0.5, 0.5), 2: (0.5, 0.5)}, 1.0, 0.0),  # two that share a core with nobody else
        ({number: (0.1, 0.9) for number in range(20)}, 2.0, 0.0),  # twenty that use two cores up
        ({number: (0.001, 0.04) for number in range(50)}, 0.05, 0.0),  # fifty that wake up together, and sleep
        ({1: (0.0, 0.0)}, 0.0, 0.0),  # it sleeps
        ({1: (0.9, 0.0)}, 0.9, 0.0),  # it computes
    ],
)
def test_only_what_strangers_used_counts(after: dict[int, tuple[float, float]], used_s: float, waited: float) -> None:
    """In one second: a thread's wait counts only as far as its own tree cannot have caused it."""
    assert waited_s({}, after, 1.0, used_s) == pytest.approx(waited)


def test_number_of_another_thread_counts_for_nothing() -> None:
    """A number that the kernel has given to another thread is not compared with the former one."""
    assert waited_s({7: (5.0, 5.0)}, {7: (0.1, 4.0)}, 1.0, 0.1) == 0.0


def test_processes_of_one_tree_do_not_wait_for_strangers() -> None:
    """Of two busy processes on one core each waits for the other: one alone has waited, the two together have not."""
    with spinning(2) as pids:
        begin, before = time.monotonic(), schedules_of(pids)
        time.sleep(1.0)
        passed_s, after = time.monotonic() - begin, schedules_of(pids)
    used = {pid: after[pid][0] - before[pid][0] for pid in pids}
    one = {pids[0]: after[pids[0]]}

    alone_s = waited_s(before, one, passed_s, used[pids[0]])
    assert alone_s > 0.2
    assert waited_s(before, after, passed_s, sum(used.values())) < alone_s


def test_looks_add_up() -> None:
    """Waiting time still counts after the process has ended."""
    wait = CoreWait(now=100.0)

    assert wait.look([], 100.1, 0.0) == 0.0
    assert wait.look([os.getpid()], 160.0, 0.0) >= 0.0
    assert wait.look([], 170.0, 0.0) == wait.look([], 180.0, 0.0)


def test_waiting_for_a_core_stretches_the_clock(bench: Bench) -> None:
    """A probe that computes for longer than the clock would allow on a busy core ends as on an idle one."""
    core = min(os.sched_getaffinity(0))
    source = f"import os\nos.sched_setaffinity(0, {{{core}}})\n{SPINS}"
    with spinning(5):
        seen = bench.run(source, arguments={"seconds": 1.5}, wall_s=2)

    assert seen.verdict is Verdict.RETURNED, seen.reason
    assert seen.wall_s > 2


def test_own_processes_do_not_stretch_the_clock(bench: Bench) -> None:
    """Processes of the submission that sleep and spin in turn on one core are ended by the clock."""
    core = min(os.sched_getaffinity(0))
    seen = bench.run(
        f"""
        import os, time
        def answer():
            os.sched_setaffinity(0, {{{core}}})
            for _ in range(20):
                if os.fork() == 0:
                    while True:
                        until = time.process_time() + 0.002
                        while time.process_time() < until: pass
                        time.sleep(0.2 - time.time() % 0.2)
            time.sleep(100)
    """,
        wall_s=3,
    )

    assert seen.verdict is Verdict.WALL_CLOCK
    assert seen.wall_s < 8


def test_deadline_in_the_middle_is_a_fault_of_the_machine(bench: Bench) -> None:
    """Nobody knows how long the probe would have taken, so its limits are not what ended it."""
    seen = bench.run("import time\ndef answer():\n    time.sleep(100)\n", left_s=1.0)

    assert seen.verdict is Verdict.HARNESS_FAULT
    assert seen.reason.startswith("The grader's time was used up")
