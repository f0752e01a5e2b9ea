"""Nothing that a probe starts outlives it."""

import time
from pathlib import Path

import pytest

from autograder.model.verdict import Verdict
from tests.sandbox.bench import Bench

DAEMON = """
import os, sys, time
def daemon(keep_output):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            if not keep_output:
                null = os.open("/dev/null", os.O_RDWR)
                for descriptor in (0, 1, 2):
                    os.dup2(null, descriptor)
            time.sleep(3)
            print("late words", flush=True)
            open("written-late", "w").write("late")
            time.sleep(1000)
        os._exit(0)
    os.wait()
"""


def test_fork_bomb_is_ended_without_survivors(bench: Bench) -> None:
    """A fork bomb meets the limit on processes and then a budget; afterwards none of it is left."""
    seen = bench.run(
        """
        import os
        def answer():
            while True:
                try:
                    os.fork()
                except OSError:
                    pass
    """,
        cpu_s=2,
        processes=60,
    )
    after = bench.run("def answer():\n    return 1\n")

    assert seen.verdict is Verdict.CPU_BUDGET
    assert not bench.survivors()
    assert after.value == 1


def test_sleeping_crowd_is_ended(bench: Bench) -> None:
    """Processes that are left behind when the probe returns are ended, and the answer counts."""
    seen = bench.run("""
        import os, signal, time
        def answer():
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            for _ in range(20):
                if os.fork() == 0:
                    os.setsid()
                    time.sleep(1000)
            return "done"
    """)

    assert (seen.verdict, seen.value) == (Verdict.RETURNED, "done")
    assert not bench.survivors()


@pytest.mark.parametrize("keep_output", [True, False])
def test_daemon_does_not_live_to_write(bench: Bench, keep_output: bool) -> None:
    """A daemon neither outlives its probe, nor delays the result by holding the output open."""
    begin = time.monotonic()
    seen = bench.run(DAEMON + f"def answer():\n    daemon({keep_output})\n    return 'done'\n", wall_s=60)
    took = time.monotonic() - begin

    assert (seen.verdict, seen.value) == (Verdict.RETURNED, "done")
    assert took < 60, "the result waited for the daemon"
    assert not bench.survivors()
    assert bench.last is not None
    assert not Path(bench.last.folder).exists()


def test_daemon_of_a_crash_is_ended_too(bench: Bench) -> None:
    """A child that crashes behind a daemon leaves no daemon."""
    seen = bench.run(DAEMON + "def answer():\n    daemon(True)\n    os.abort()\n")

    assert seen.verdict is Verdict.CRASHED
    assert not bench.survivors()


def test_fork_that_comes_back_does_not_answer(bench: Bench) -> None:
    """A fork of the submission's own that returns from the probe is not taken for the probe."""
    seen = bench.run("""
        import os
        def answer():
            child = os.fork()
            if child:
                os.waitpid(child, 0)
            return "parent" if child else "child"
    """)

    assert (seen.verdict, seen.value) == (Verdict.RETURNED, "parent")


def test_exit_handlers_do_not_run(bench: Bench) -> None:
    """Exit handlers and destructors have no say after the answer."""
    seen = bench.run("""
        import atexit, os
        class Late:
            def __del__(self):
                os.write(1, b"destructor")
        kept = Late()
        atexit.register(os.write, 1, b"handler")
        def answer():
            return 1
    """)

    assert seen.verdict is Verdict.RETURNED
    assert seen.printed == ""
