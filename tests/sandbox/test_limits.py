"""Limits on time, memory, files, processes and output hold, whatever the student's code tries."""

import resource

import pytest

from autograder.model.verdict import Verdict
from autograder.sandbox.child_session import TAIL_BYTES
from tests.sandbox.bench import Bench


def test_endless_loop_is_over_its_cpu_budget(bench: Bench) -> None:
    """A loop that does not end is stopped by its CPU seconds, and told so."""
    seen = bench.run("def answer():\n    while True: pass\n", cpu_s=1)

    assert seen.verdict is Verdict.CPU_BUDGET
    assert "the budget is 1" in seen.reason
    assert seen.cpu_s >= 1


def test_ignored_sigxcpu_does_not_help(bench: Bench) -> None:
    """The budget is the grader's: no signal that the child ignores or blocks takes part in it."""
    seen = bench.run(
        """
        import signal
        def answer():
            for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
                signal.signal(number, signal.SIG_IGN)
            signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
            while True: pass
    """,
        cpu_s=1,
    )

    assert seen.verdict is Verdict.CPU_BUDGET


def test_work_in_processes_counts(bench: Bench) -> None:
    """CPU seconds of processes that the submission starts, and of those that they orphan, are its own."""
    seen = bench.run(
        """
        import os, time
        def answer():
            for _ in range(2):
                if os.fork() == 0:
                    if os.fork() == 0:
                        while True: pass
                    os._exit(0)
            time.sleep(100)
    """,
        cpu_s=1,
    )

    assert seen.verdict is Verdict.CPU_BUDGET
    assert not bench.survivors()


def test_regular_expression_without_end_is_over_its_budget(bench: Bench) -> None:
    """Native code that never comes back to Python is stopped too."""
    seen = bench.run("import re\ndef answer():\n    re.match('(a+)+$', 'a' * 60 + 'b')\n", cpu_s=1)

    assert seen.verdict is Verdict.CPU_BUDGET


def test_import_without_end_is_over_its_budget(bench: Bench) -> None:
    """An import that never ends has the budget of its probe."""
    seen = bench.run("while True: pass\n", cpu_s=1)

    assert seen.verdict is Verdict.CPU_BUDGET


@pytest.mark.parametrize(
    "wait", ["time.sleep(1000)", "input_lock.acquire(); input_lock.acquire()", "os.kill(os.getpid(), signal.SIGSTOP)"]
)
def test_waiting_is_ended_by_the_clock(bench: Bench, wait: str) -> None:
    """Code that waits uses no CPU, so the clock ends it, and the reason tells the two apart."""
    seen = bench.run(
        f"""
        import os, signal, threading, time
        input_lock = threading.Lock()
        def answer():
            {wait}
    """,
        wall_s=1,
    )

    assert seen.verdict is Verdict.WALL_CLOCK
    assert "by the clock" in seen.reason


def test_input_finds_nothing_to_read(bench: Bench) -> None:
    """`input()` does not wait: standard input is empty."""
    seen = bench.run("def answer():\n    return input('name? ')\n")

    assert seen.verdict is Verdict.RAISED
    assert seen.error is not None
    assert seen.error.kind == "EOFError"


@pytest.mark.parametrize(
    ("way", "body"),
    [
        ("in one piece", "return len(bytearray(8 << 30))"),
        ("in one tensor", "import torch; return torch.ones(1 << 31).sum().item()"),
        ("little by little", "blocks = []\n    while True: blocks.append(bytearray(10 << 20))"),
        (
            "shared with nobody",
            "import mmap\n    block = mmap.mmap(-1, 900 << 20)\n"
            "    for i in range(0, len(block), 4096): block[i] = 1\n    import time; time.sleep(100)",
        ),
        (
            "in many processes",
            "import os, time\n    for _ in range(12):\n        if os.fork() == 0:\n"
            "            block = bytearray(b'x') * (60 << 20); time.sleep(100)\n    time.sleep(100)",
        ),
    ],
)
def test_memory_bomb_is_a_matter_of_memory(bench: Bench, way: str, body: str) -> None:
    """However memory is taken, the verdict speaks of memory and nothing is left."""
    seen = bench.run(f"def answer():\n    {body}\n", memory_mib=300)

    assert seen.verdict is Verdict.MEMORY, seen.reason
    assert "memory" in seen.reason
    assert not bench.survivors()


def test_memory_behind_a_descriptor_is_denied(bench: Bench) -> None:
    """Files of memory that no process maps would escape every limit, so there are none."""
    seen = bench.run("""
        import os
        def answer():
            os.write(os.memfd_create("bomb"), bytes(1 << 20))
    """)

    assert seen.verdict is Verdict.RAISED
    assert seen.reason == "OSError: [Errno 38] Function not implemented"


def test_file_beyond_its_limit_cannot_be_written(bench: Bench) -> None:
    """A file that grows without end hits its limit; the error is the student's to read."""
    seen = bench.run("""
        def answer():
            with open("big", "wb") as file:
                while True:
                    file.write(bytes(1 << 20))
    """)

    assert seen.verdict is Verdict.RAISED
    assert seen.reason == "OSError: [Errno 27] File too large"


def test_endless_output_is_bounded(bench: Bench) -> None:
    """Of endless output the tail is kept and the rest only counted; the grader's memory stays as it is."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seen = bench.run(
        """
        import os
        def answer():
            line = b"spam " * 20_000 + b"\\n"
            while True:
                os.write(1, line)
    """,
        output_mib=8,
    )
    grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before

    assert seen.verdict is Verdict.OUTPUT
    assert "more than 8 MiB" in seen.reason
    assert seen.printed_bytes >= 8 << 20
    assert len(seen.printed) <= TAIL_BYTES
    assert "spam" in seen.printed
    assert grown_kib < 32 * 1024


def test_both_streams_are_kept_in_order(bench: Bench) -> None:
    """Output on either stream, from Python or from native code, is kept; bytes beyond text too."""
    seen = bench.run("""
        import os, sys
        def answer():
            print("first", flush=True)
            print("second", file=sys.stderr, flush=True)
            os.write(2, b"third \\xff\\x00\\n")
            print("last")
            return 1
    """)

    assert seen.verdict is Verdict.RETURNED
    assert seen.printed == "first\nsecond\nthird \ufffd\x00\nlast\n"
    assert seen.printed_bytes == len(b"first\nsecond\nthird \xff\x00\nlast\n")


@pytest.mark.parametrize("name", ["RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_NPROC"])
def test_limits_cannot_be_raised(bench: Bench, name: str) -> None:
    """A limit is as low for the hard as for the soft value, so nothing can raise it."""
    seen = bench.run(f"""
        import resource
        def answer():
            soft, hard = resource.getrlimit(resource.{name})
            try:
                resource.setrlimit(resource.{name}, (hard + 1, hard + 1))
            except (OSError, ValueError) as error:
                return [soft == hard, type(error).__name__]
    """)

    assert seen.value == [True, "ValueError"]  # Python's word for EPERM here


def test_no_core_is_dumped(bench: Bench) -> None:
    """A crash leaves no image of the process behind."""
    seen = bench.run("import resource\ndef answer():\n    return list(resource.getrlimit(resource.RLIMIT_CORE))\n")

    assert seen.value == [0, 0]


KEEPING = """
def call(submitted):
    steps = []
    submitted.keep(steps=steps, progress=lambda: f"{len(steps)} steps were made")
    submitted.get("answer")(steps)
    return "all of it"
"""


@pytest.mark.parametrize(
    ("work", "limit", "verdict"),
    [
        ("while True: pass", {"cpu_s": 1}, Verdict.CPU_BUDGET),
        ("import time; time.sleep(1000)", {"wall_s": 1}, Verdict.WALL_CLOCK),
    ],
)
def test_what_was_kept_when_a_budget_ends_counts(
    bench: Bench, work: str, limit: dict[str, float], verdict: Verdict
) -> None:
    """A budget of time first interrupts the student's code, and the probe hands in what it has seen."""
    source = f"""
        def answer(steps):
            steps += [1, 2, 3]
            try:
                {work}
            except Exception:
                pass
    """
    seen = bench.run(source, probe=KEEPING, **limit)

    assert seen.verdict is verdict
    assert seen.value == {"steps": [1, 2, 3], "progress": "3 steps were made"}


def test_code_that_is_deaf_to_its_budget_hands_in_nothing(bench: Bench) -> None:
    """Who blocks the signal is ended after the grace, with the same verdict and no value."""
    source = """
        import signal
        def answer(steps):
            steps.append(1)
            signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
            while True: pass
    """
    seen = bench.run(source, probe=KEEPING, cpu_s=1)

    assert seen.verdict is Verdict.CPU_BUDGET
    assert seen.value is None


@pytest.mark.parametrize(
    ("way", "body"),
    [
        ("in many files", "open(f'{i}', 'wb').write(bytes(8 << 20))"),
        ("in the home", "open(os.path.expanduser(f'~/{i}'), 'wb').write(bytes(8 << 20))"),
        ("in files without a name", "kept.append(tempfile.TemporaryFile()); kept[-1].write(bytes(8 << 20))"),
    ],
)
def test_disk_space_is_limited_in_all(bench: Bench, way: str, body: str) -> None:
    """However many files hold them, bytes on disk have a limit, and the verdict says so."""
    source = f"import os, tempfile\ndef answer():\n    kept, i = [], 0\n    while True:\n        i += 1; {body}\n"
    seen = bench.run(source, disk_mib=64)

    assert seen.verdict is Verdict.DISK_SPACE, seen.reason
    assert "64 MiB" in seen.reason
    assert "the limit" in seen.reason


def test_number_of_files_is_limited(bench: Bench) -> None:
    """Empty files are counted too."""
    seen = bench.run("def answer():\n    for i in range(10**9): open(f'{i}', 'w').close()\n", files=500)

    assert seen.verdict is Verdict.DISK_SPACE
    assert "more than 500 files" in seen.reason


def test_children_that_nobody_waits_for_count(bench: Bench) -> None:
    """CPU seconds of children whose end their parent ignores are in no sum of the kernel's, and count all the same."""
    seen = bench.run(
        """
        import os, signal, time
        def answer():
            signal.signal(signal.SIGCHLD, signal.SIG_IGN)
            for _ in range(20):
                if os.fork() == 0:
                    while time.process_time() < 0.3: pass
                    os._exit(0)
                time.sleep(0.4)
    """,
        cpu_s=1,
    )

    assert seen.verdict is Verdict.CPU_BUDGET


IDLE = {
    "asleep": "time.sleep(1000)",
    "stopped": "os.kill(os.getpid(), signal.SIGSTOP)",
    "deadlocked": "lock = threading.Lock(); lock.acquire(); lock.acquire()",
    "waiting for a worker": "multiprocessing.get_context('fork').Queue().get()",
    "looking now and then": "[time.sleep(0.2) for _ in range(1000)]",
}


@pytest.mark.parametrize("work", IDLE.values(), ids=IDLE)
def test_submission_that_does_nothing_is_ended_and_told_so(bench: Bench, work: str) -> None:
    """It would otherwise wait until its wall-clock limit, which is eight minutes for a long training."""
    source = f"import multiprocessing, os, signal, threading, time\ndef answer():\n    {work}\n"
    seen = bench.run(source, idle_s=1)

    assert seen.verdict is Verdict.IDLE
    assert "nothing for 1 seconds" in seen.reason
    assert seen.wall_s < 10


@pytest.mark.parametrize("work", ["while time.time() < end: pass", "os.wait()", "time.sleep(0.8)"])
def test_submission_that_works_or_waits_a_little_is_not_idle(bench: Bench, work: str) -> None:
    """A parent may wait for as long as its children compute."""
    source = f"""
        import os, time
        def answer():
            end = time.time() + 2
            if os.fork() == 0:
                while time.time() < end: pass
                os._exit(0)
            {work}
            return 1
    """

    assert bench.run(source, idle_s=1).value == 1
