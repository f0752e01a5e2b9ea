"""A submission that trains when it is imported can be observed without the training."""

from typing import Any

import pytest

from autograder.model.verdict import Verdict
from tests.sandbox.bench import Bench

GIVEN_UP = """
from autograder.worker import import_in_steps
def call(submitted):
    return [submitted.get("answer")(), import_in_steps.given_up]
"""
ENDLESS = "while True: pass"


def seen_of(bench: Bench, source: Any) -> Any:
    """Return what `answer` returned, and the statements that were given up."""
    seen = bench.run(source, probe=GIVEN_UP, without=())

    assert seen.verdict is Verdict.RETURNED, f"{seen.reason}\n{seen.error and seen.error.traceback}\n{seen.printed}"
    return seen.value


def test_what_is_defined_around_a_long_statement_is_there(bench: Bench) -> None:
    """Before and behind it; also a module-level network, as it was when the training was given up."""
    value = seen_of(
        bench,
        f"""
        from __future__ import annotations
        import torch
        model = torch.nn.Linear(2, 1)
        {ENDLESS}
        def answer() -> [undefined_name]:
            return [model.in_features, SIZE]
        SIZE = 3
        """,
    )

    assert value == [[2, 3], ["submitted.py, line 5"]]


def test_handler_of_all_exceptions_does_not_go_on(bench: Bench) -> None:
    """A loop that swallows everything is ended all the same."""
    value = seen_of(
        bench,
        """
        try:
            while True: pass
        except BaseException:
            while True: pass
        answer = lambda: 7
        """,
    )

    assert value == [7, ["submitted.py, line 2"]]


def test_loop_around_a_handler_of_all_exceptions_ends(bench: Bench) -> None:
    """Each turn would swallow the end of the statement, so the end comes once more inside the handler."""
    value = seen_of(
        bench,
        """
        import contextlib, sys
        while True:
            try:
                sum(range(1000))
            except:
                pass
        while True:
            with contextlib.suppress(BaseException):
                sum(range(1000))
        def answer():
            return sys.gettrace() is None
        """,
    )

    assert value == [True, ["submitted.py, line 3", "submitted.py, line 8"]]


def test_waiting_is_given_up_and_computing_is_not(bench: Bench) -> None:
    """A statement that sleeps takes no CPU time, so the clock ends it; a thread left behind takes nothing along."""
    value = seen_of(
        bench,
        """
        import threading, time
        threading.Thread(target=time.sleep, args=(60,)).start()
        time.sleep(60)
        def answer():
            return 7
        """,
    )

    assert value == [7, ["submitted.py, line 4"]]


def test_statement_whose_processes_compute_does_not_wait(bench: Bench) -> None:
    """However little this process does itself. The first CPU seconds of an import cost no statement anything."""
    value = seen_of(
        bench,
        """
        import subprocess, sys, time
        WORK = "import time; any(time.process_time() > 4 for _ in iter(int, 1))"
        done = subprocess.run([sys.executable, "-c", WORK]).returncode
        while time.process_time() < 1.6: pass
        loaded = True
        subprocess.run(["sleep", "60"])
        def answer():
            return [done, loaded]
        """,
    )

    assert value == [[0, True], ["submitted.py, line 7"]]


def test_what_needs_a_given_up_name_is_passed_over(bench: Bench) -> None:
    """A report of the training's history fails; what follows is still defined."""
    value = seen_of(
        bench,
        f"""
        def train():
            {ENDLESS}
        history = train()
        print(history[-1])
        def answer():
            return "history" in globals()
        """,
    )

    assert value == [False, ["submitted.py, line 4"]]


def test_modules_of_the_upload_are_imported_in_steps_too(bench: Bench) -> None:
    """Training hides behind an import as well."""
    files = {
        "submitted.py": "from parts.train import model\ndef answer():\n    return model\n",
        "parts/__init__.py": "",
        "parts/train.py": f"model = 5\n{ENDLESS}\nlate = 6\n",
    }

    assert seen_of(bench, files) == [5, ["parts/train.py, line 2"]]


def test_statement_that_was_given_up_before_is_not_waited_for_again(bench: Bench) -> None:
    """The next probe leaves it out at once."""
    source = "x = 1\nx = 2\ndef answer():\n    return x\n"
    seen = bench.run(source, probe=GIVEN_UP, without=("submitted.py, line 2",))

    assert seen.value == [1, ["submitted.py, line 2"]]


@pytest.mark.parametrize(
    ("source", "kind"), [("1 / 0", "ZeroDivisionError"), ("def answer(:", "SyntaxError"), ("exit()", "SystemExit")]
)
def test_error_at_import_is_the_students_as_ever(bench: Bench, source: str, kind: str) -> None:
    """Only what takes long is given up."""
    seen = bench.run(source, probe=GIVEN_UP, without=())

    assert seen.verdict is Verdict.RAISED
    assert seen.error is not None
    assert (seen.error.kind, seen.error.importing) == (kind, True)


def test_work_behind_the_import_is_not_cut_short(bench: Bench) -> None:
    """The allowance is for statements at the top of files."""
    value = seen_of(
        bench,
        """
        import time
        SETUP = sum(range(1000))
        def answer():
            begin = time.process_time()
            while time.process_time() < begin + 1.5: pass
            return SETUP
        """,
    )

    assert value == [499500, []]
