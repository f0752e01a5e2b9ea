"""The zygote may die; the sandbox may not."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.model.verdict import Verdict
from autograder.sandbox import sandbox
from autograder.sandbox.job import Job
from autograder.sandbox.supervisor_process import SupervisorGone, SupervisorProcess
from autograder.wire.layers import Feature
from tests.sandbox.bench import Bench

DAEMON_THEN_WAIT = """
import os, time
def answer():
    if os.fork() == 0:
        os.setsid()
        time.sleep(1000)
    open("waiting", "w")
    time.sleep(1000)
"""


def is_there(path: Path) -> bool:
    """Return whether a file exists, for us or for any process: what a probe writes lies in its own file system."""
    return path.exists() or any(os.path.exists(f"{root}{path}") for root in Path("/proc").glob("[0-9]*/root"))  # noqa: PTH110 (not ours to see)


@contextlib.contextmanager
def killed_when_the_probe_waits(bench: Bench) -> Iterator[None]:
    """Kill the supervisor as soon as the submission has made the file `waiting`."""
    before, done = bench.last, threading.Event()

    def kill() -> None:
        while not done.wait(0.02):
            if bench.last is not before and bench.last and is_there(bench.last.folder / "waiting"):
                os.kill(bench.supervisor, signal.SIGKILL)
                return

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def test_death_of_the_supervisor_is_the_harness_own_fault(bench: Bench) -> None:
    """A supervisor that is killed costs the probe its observation, no points, and not the next probe."""
    with killed_when_the_probe_waits(bench):
        seen = bench.run(DAEMON_THEN_WAIT)
    after = bench.run("def answer():\n    return 1\n")

    assert seen.verdict is Verdict.HARNESS_FAULT
    assert seen.reason == "The sandbox stopped: it ended unexpectedly."
    assert (after.verdict, after.value) == (Verdict.RETURNED, 1)


def test_nothing_survives_the_supervisor(bench: Bench) -> None:
    """Processes that a submission has started die with the supervisor too, although nobody is left to reap them."""
    if bench.uid is None:
        pytest.skip("an ordinary user's orphans cannot be told from the user's other processes")
    with killed_when_the_probe_waits(bench):
        bench.run(DAEMON_THEN_WAIT)
    deadline = time.monotonic() + 60
    while bench.survivors() and time.monotonic() < deadline:
        time.sleep(0.05)

    assert not bench.survivors()


@pytest.mark.parametrize("who", ["supervisor", "zygote"])
def test_idle_process_that_died_is_replaced(bench: Bench, who: str) -> None:
    """A supervisor or a zygote that died between two probes costs one observation at most."""
    bench.run("def answer():\n    return 1\n")
    os.kill(getattr(bench, who), signal.SIGKILL)
    seen = bench.run("def answer():\n    return 1\n")
    after = bench.run("def answer():\n    return 1\n")

    assert seen.verdict in (Verdict.RETURNED, Verdict.HARNESS_FAULT)
    assert after.value == 1


def test_zygote_without_an_answer_is_gone() -> None:
    """A zygote that dies while it starts is told from one that is ready."""
    zygote = SupervisorProcess(threads=1)
    os.kill(zygote._process.pid, signal.SIGKILL)

    with pytest.raises(SupervisorGone):
        zygote.wait_until_ready()
    zygote.stop()


def test_interrupted_probe_does_not_answer_for_the_next(bench: Bench) -> None:
    """A test's own time-out in the middle of a probe leaves no report for the next one to read."""

    class TimeIsUp(Exception):
        pass

    def ring(number: int, frame: object) -> None:
        raise TimeIsUp

    before = signal.signal(signal.SIGALRM, ring)
    bench.run("def answer():\n    return 0\n")  # the zygote is up
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        with pytest.raises(TimeIsUp):
            bench.run("import time\ndef answer():\n    time.sleep(1000)\n")
    finally:
        signal.signal(signal.SIGALRM, before)
    after = bench.run("def answer():\n    return 'mine'\n")

    assert after.value == "mine"


@pytest.mark.parametrize(("who", "sockets"), [("supervisor", 2), ("zygote", 1)])
def test_neither_holds_anything_of_the_grader(bench: Bench, who: str, sockets: int) -> None:
    """Their environment is a separate list; they have the socket between them, and the supervisor the grader's."""
    bench.run("def answer():\n    return 1\n")
    process = Path(f"/proc/{getattr(bench, who)}")
    environment = process.joinpath("environ").read_bytes()
    descriptors = [os.readlink(entry) for entry in process.joinpath("fd").iterdir()]  # noqa: PTH115

    assert b"hunter2" not in environment
    assert b"AUTOGRADER_DATA" not in environment
    assert sum(name.startswith("socket:") for name in descriptors) == sockets
    assert process.joinpath("cwd").resolve() == Path("/")


def test_features_of_the_kernel_are_told(bench: Bench) -> None:
    """The sandbox says of each feature of the kernel whether it is in force."""
    said = bench.sandbox.features()

    assert said.keys() == set(Feature)
    assert said[Feature.SECCOMP] == "active"
    assert said[Feature.NAMESPACES] == "active" or said[Feature.NAMESPACES].startswith("missing: ")
    assert said[Feature.LANDLOCK].startswith(("active: ABI ", "missing: "))


def test_child_that_cannot_be_confined_is_the_harness_own_fault(bench: Bench) -> None:
    """Where a step of the confinement fails no student's code runs, and a person is asked for."""
    with bench.stage.workspace({}) as place:
        gone = place

    seen = bench.sandbox.run(Job("import", gone.folder, gone.scratch))

    assert seen.verdict is Verdict.HARNESS_FAULT
    assert "could not be set up: FileNotFoundError" in seen.reason


def test_probes_run_on_in_large_pages(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The zygote changes its memory once, and its next children see no difference."""
    monkeypatch.setattr(sandbox, "RUNS_BEFORE_LARGE_PAGES", bench.sandbox._runs + 1)
    seen = [bench.run("import torch\ndef answer():\n    return torch.ones(3).sum().item()\n") for _ in range(2)]

    assert [(one.verdict, one.value) for one in seen] == [(Verdict.RETURNED, 3.0)] * 2, seen[0].reason
