"""`results.json` is valid at every moment of a grading."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from autograder.grading import durable_results
from autograder.grading.durable_results import NOT_FINISHED, STOPPED_EARLY, TIME_IS_UP, DurableResults
from autograder.grading.progress import Progress
from autograder.grading.request import Request
from autograder.manifest import load_assignment
from autograder.model.assignment import Assignment
from autograder.model.report import Report
from autograder.model.verdict import Verdict
from autograder.suites.run import not_run
from autograder.system.files import UnwritableResults
from autograder.system.stopping import Stopped

ASSIGNMENT = load_assignment("line_fit")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where results are kept."""
    return tmp_path / "results.json"


@pytest.fixture(autouse=True)
def former_handler() -> Iterator[None]:
    """SIGTERM is answered as before when the grading is over."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    assert signal.getsignal(signal.SIGTERM) is before


Body = Callable[[Progress], Report]


def graded_by(body: Body, file: Path | None, assignment: Assignment = ASSIGNMENT) -> tuple[DurableResults, Report]:
    """Grade as `flow.grade` does, with another function in the place of its steps."""
    progress = Progress(Request(Path("unused"), assignment))
    with DurableResults(file) as results:
        assert progress.request.planned
        with results.follow(progress):
            progress.end(body(progress))
        report = results.keep(progress)
    return results, report


def content(file: Path) -> Any:
    """Return what stands in the file."""
    return json.loads(file.read_text())


def passed_one(progress: Progress) -> None:
    """Report the first test as passed."""
    progress.note(not_run(progress.request.planned[0], "", Verdict.PASSED))


def test_fallback_stands_there_first(file: Path) -> None:
    """Before anything is known there is a valid result that blames nobody."""
    with DurableResults(file):
        assert content(file)["output"] == NOT_FINISHED


def test_stopped_grading_keeps_what_is_known_and_cleans_up(file: Path) -> None:
    """On SIGTERM the file is written at once, then the grading is left through its clean-up."""
    seen_by_clean_up: list[Any] = []

    def body(progress: Progress) -> Report:
        passed_one(progress)
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(60)
        finally:
            seen_by_clean_up.append(content(file))
        raise AssertionError("the signal had no effect")

    results, _ = graded_by(body, file)

    assert results.stopped
    assert [test["extra_data"]["verdict"] for test in content(file)["tests"]] == ["passed"] + ["harness fault"] * 4
    assert content(file)["output"].startswith("This result is not final.")
    assert STOPPED_EARLY in content(file)["output"]
    assert seen_by_clean_up[0]["tests"] == content(file)["tests"]


def test_second_sigterm_does_not_disturb_the_clean_up(file: Path) -> None:
    """Whoever repeats the signal has to wait for the end of the clean-up."""

    def body(progress: Progress) -> Report:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)
            passed_one(progress)
        raise AssertionError("the signal had no effect")

    graded_by(body, file)

    assert content(file)["tests"][0]["extra_data"]["verdict"] == "passed"


def test_unittest_does_not_swallow_the_stop() -> None:
    """A test that is under way is no place for the signal to end in."""
    assert issubclass(Stopped, KeyboardInterrupt)


def test_hanging_harness_is_interrupted_after_the_deadline(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A harness that hangs beyond its deadline still leaves a complete result, and says that the time is up."""
    monkeypatch.setattr(durable_results, "OVERTIME_S", 0.2)
    short = msgspec.structs.replace(ASSIGNMENT, deadline_s=0.1)

    def body(progress: Progress) -> Report:
        passed_one(progress)
        time.sleep(60)
        raise AssertionError("nothing rang")

    results, report = graded_by(body, file, short)

    assert not results.stopped, "nobody stopped it from outside"
    assert report.problem == TIME_IS_UP
    assert [test["extra_data"]["verdict"] for test in content(file)["tests"]] == ["passed"] + ["harness fault"] * 4


def test_interrupt_from_the_keyboard_keeps_what_is_known(file: Path) -> None:
    """Ctrl-C is passed on, and the file holds what was known."""

    def body(progress: Progress) -> Report:
        passed_one(progress)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        graded_by(body, file)

    assert content(file)["tests"][0]["extra_data"]["verdict"] == "passed"


def test_failing_harness_leaves_the_fallback(file: Path) -> None:
    """An exception goes through; the result that stands there blames nobody."""

    def body(progress: Progress) -> Report:
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError):
        graded_by(body, file)

    assert content(file)["output"] == NOT_FINISHED


def test_report_is_not_lost_when_the_file_cannot_be_written_any_more(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that becomes full leaves the fallback, and the report is still there to be printed."""

    def body(progress: Progress) -> Report:
        def fail(path: Path, results: Any) -> None:
            raise UnwritableResults("results.json cannot be written: No space left on device")

        monkeypatch.setattr(durable_results, "write_results", fail)
        return progress.interim("")

    results, _ = graded_by(body, file)

    assert results.unwritten is not None
    assert content(file)["output"] == NOT_FINISHED


def test_without_a_file_a_stop_still_cleans_up() -> None:
    """Where nobody asked for results, SIGTERM leaves through the clean-up too."""

    def body(progress: Progress) -> Report:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(60)
        raise AssertionError("the signal had no effect")

    assert graded_by(body, None)[0].stopped


def test_stop_before_there_is_anything_to_grade_goes_through(file: Path) -> None:
    """While the assignment is read, the fallback is all there is."""
    with pytest.raises(Stopped), DurableResults(file):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(60)

    assert content(file)["output"] == NOT_FINISHED
