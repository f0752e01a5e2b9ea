"""How a probe can end by what the student's code does, and which verdict is true of it."""

import math

import numpy as np
import pytest

from autograder.model.verdict import Verdict
from tests.sandbox.bench import Bench


def test_plain_data_returns(bench: Bench) -> None:
    """A probe's result comes out as it went in, arrays included."""
    seen = bench.run("""
        import torch
        def answer(start):
            return {"count": 3, "list": [1, 2.5, None, True], "array": torch.arange(start, start + 3).numpy()}
    """, arguments={"start": 4})  # fmt: skip

    assert (seen.verdict, seen.reason, seen.error) == (Verdict.RETURNED, "", None)
    assert seen.value["count"] == 3
    assert seen.value["list"] == [1, 2.5, None, True]
    np.testing.assert_array_equal(seen.value["array"], np.array([4, 5, 6]))


def test_usage_is_measured(bench: Bench) -> None:
    """CPU seconds and memory of the probe are told beside what it returned."""
    seen = bench.run("""
        import time
        def answer():
            block = b"x" * 200_000_000
            begin = time.process_time()
            while time.process_time() < begin + 0.3:
                pass
            return len(block)
    """)

    assert seen.verdict is Verdict.RETURNED
    assert seen.cpu_s >= 0.3
    assert seen.peak_memory_mib > 150


def test_nan_and_infinity_return(bench: Bench) -> None:
    """Numbers that JSON does not know come out all the same, alone and in arrays."""
    seen = bench.run("""
        import numpy as np
        def answer():
            return {"nan": float("nan"), "inf": float("-inf"), "array": np.array([np.nan, np.inf, 1.0])}
    """)

    assert seen.verdict is Verdict.RETURNED
    assert math.isnan(seen.value["nan"])
    assert seen.value["inf"] == -math.inf
    np.testing.assert_array_equal(seen.value["array"], np.array([math.nan, math.inf, 1.0]))


def test_exception_is_told_with_students_frames_only(bench: Bench) -> None:
    """An exception keeps the lines of the student's file and loses those of the harness and of libraries."""
    seen = bench.run("""
        import torch
        def helper():
            return torch.zeros(2, 3) @ torch.zeros(2, 3)
        def answer():
            return helper()
    """)

    assert seen.verdict is Verdict.RAISED
    assert seen.error is not None
    assert (seen.error.kind, seen.error.importing) == ("RuntimeError", False)
    assert "mat1 and mat2" in seen.reason
    assert 'File "submitted.py", line 6, in answer' in seen.error.traceback
    assert "return torch.zeros(2, 3) @ torch.zeros(2, 3)" in seen.error.traceback
    for stranger in ("autograder", "probes.py", "/tmp", "site-packages"):
        assert stranger not in seen.error.traceback


def test_exception_on_import_says_so(bench: Bench) -> None:
    """An exception while the file is imported is marked as one, and carries its line."""
    seen = bench.run("total = 1\ntotal / 0\n")

    assert seen.verdict is Verdict.RAISED
    assert seen.error is not None
    assert (seen.error.kind, seen.error.importing) == ("ZeroDivisionError", True)
    assert "line 2" in seen.error.traceback


def test_syntax_error_shows_its_line(bench: Bench) -> None:
    """A file that Python cannot read is shown with the line and the place in it."""
    seen = bench.run("def answer(:\n    return 1\n")

    assert seen.verdict is Verdict.RAISED
    assert seen.error is not None
    assert (seen.error.kind, seen.error.importing) == ("SyntaxError", True)
    assert 'File "submitted.py", line 1' in seen.error.traceback
    assert "def answer(:" in seen.error.traceback
    assert "importlib" not in seen.error.traceback


def test_missing_name_is_told(bench: Bench) -> None:
    """A submission without the function that is asked for hears which one."""
    seen = bench.run("import torch\n")

    assert seen.verdict is Verdict.RAISED
    assert seen.reason == "MissingName: submitted.py does not define `answer`"


@pytest.mark.parametrize("call", ["exit()", "quit()", "import sys; sys.exit(0)", "raise SystemExit"])
def test_exit_on_import_raises(bench: Bench, call: str) -> None:
    """Leaving Python while being imported is an error of the submission's, not an end of the grading."""
    seen = bench.run(f"def answer():\n    return 1\n{call}\n")

    assert seen.verdict is Verdict.RAISED
    assert seen.error is not None
    assert (seen.error.kind, seen.error.importing) == ("SystemExit", True)
    assert "called exit(), quit() or sys.exit()" in seen.reason


def test_ending_the_process_is_a_crash(bench: Bench) -> None:
    """`os._exit(0)` skips the answer, so it earns the verdict of a crash, with a true reason."""
    seen = bench.run("import os\nos._exit(0)\n")

    assert seen.verdict is Verdict.CRASHED
    assert "ended itself (exit code 0)" in seen.reason


def test_segmentation_fault_is_a_crash(bench: Bench) -> None:
    """A crash in native code is named by its signal."""
    seen = bench.run("""
        import ctypes
        def answer():
            ctypes.string_at(0)
    """)

    assert seen.verdict is Verdict.CRASHED
    assert "SIGSEGV" in seen.reason


def test_killing_all_processes_is_a_crash(bench: Bench) -> None:
    """A submission that kills all it can kills itself, and the next probe works."""
    seen = bench.run("""
        import os, signal
        def answer():
            os.kill(os.getpid(), signal.SIGKILL)
    """)
    after = bench.run("def answer():\n    return 1\n")

    assert seen.verdict is Verdict.CRASHED
    assert "SIGKILL" in seen.reason
    assert after.value == 1


def test_endless_recursion_raises(bench: Bench) -> None:
    """Recursion without an end is Python's own error, with a traceback of bounded length."""
    seen = bench.run("def answer():\n    return answer()\n")

    assert seen.verdict is Verdict.RAISED
    assert seen.error is not None
    assert seen.error.kind == "RecursionError"
    assert len(seen.error.traceback) <= 4000


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("lambda: 1", "TypeError"),
        ("object()", "TypeError"),
        ("{1: {2}}", "TypeError"),
        ("__import__('numpy').array([object()])", "TypeError"),
        ("torch.zeros(2)", "TypeError"),
        ("circular", "ValueError"),
    ],
)
def test_what_is_not_plain_data_raises(bench: Bench, value: str, kind: str) -> None:
    """A value that cannot leave the sandbox is an error that says so, not a crash."""
    seen = bench.run(f"""
        import torch
        circular = []
        circular.append(circular)
        def answer():
            return {value}
    """)

    assert seen.verdict is Verdict.RAISED
    assert seen.error is not None
    assert seen.error.kind == kind


def test_hostile_exception_is_described(bench: Bench) -> None:
    """An exception whose text raises in turn is named without its text."""
    seen = bench.run("""
        class Hostile(Exception):
            def __str__(self):
                raise RuntimeError("no text")
        def answer():
            raise Hostile
    """)

    assert seen.verdict is Verdict.RAISED
    assert seen.reason == "Hostile"


@pytest.mark.parametrize("sabotage", ["sys.stdout.close()", "sys.stdout = None", "os.close(1); os.close(2)"])
def test_closed_standard_output_costs_nothing(bench: Bench, sabotage: str) -> None:
    """Code that does away with its standard output is still observed."""
    seen = bench.run(f"""
        import os, sys
        def answer():
            {sabotage}
            return "here"
    """)

    assert (seen.verdict, seen.value) == (Verdict.RETURNED, "here")
