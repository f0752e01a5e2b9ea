"""A person at a terminal reads the whole report, and no text controls the terminal."""

import io
import unicodedata
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from rich.console import Console

from autograder.model.outcome import Explanation, Outcome
from autograder.model.report import Report
from autograder.model.verdict import Verdict
from autograder.rendering.terminal import to_terminal
from tests.helpers import report_of
from tests.rendering.reports import reports


def printed(report: Report) -> str:
    """Return the output of a terminal without colours, 100 columns wide."""
    stream = io.StringIO()
    Console(file=stream, width=100, color_system=None).print(to_terminal(report))
    return stream.getvalue()


def line(verdict: Verdict = Verdict.PASSED, score: float = 5.0, **fields: Any) -> Outcome:
    """Return a test worth 5 points."""
    return Outcome("Suite.test_it", "1. Suite", "1.1", "It works.", verdict, 5.0, score, **fields)


@settings(max_examples=25)
@given(reports)
def test_no_report_breaks_the_terminal(report: Report) -> None:
    """Hostile text neither raises, as markup would, nor moves the cursor."""
    shown = printed(report)
    unprintable = {c for c in shown if unicodedata.category(c) in ("Cc", "Cf", "Cs")} - {"\n"}

    assert unprintable == set()
    assert f"{report.execution_s:.0f} s" in shown


def test_text_is_shown_as_it_is_written() -> None:
    """Brackets are not markup, and words between colons do not become emoji."""
    said = Explanation(seen="x[/bold] = {':bug:': 1}")

    assert "x[/bold] = {':bug:': 1}" in printed(report_of(line(Verdict.FAILED, 0.0, explanation=said)))


def test_each_outcome_has_its_mark() -> None:
    """Passed, partly passed, failed, not run and a fault of the grader are distinguishable without colour."""
    endings = {"✓": (Verdict.PASSED, 5.0), "◐": (Verdict.FAILED, 2.5), "✗": (Verdict.FAILED, 0.0)}
    others = {"–": (Verdict.NOT_RUN, 0.0), "!": (Verdict.HARNESS_FAULT, 0.0)}

    for mark, (verdict, score) in (endings | others).items():
        assert f"{mark} 1.1" in " ".join(printed(report_of(line(verdict, score))).split())


def test_reader_finds_expectation_hint_and_total() -> None:
    """A test's explanation stands below it, and the points at the end."""
    said = Explanation("a loss below 1", "a loss of 3", "lower the learning rate", "step 1: 3.0")
    shown = printed(report_of(line(Verdict.WALL_CLOCK, 0.0, explanation=said, remarks=("12 epochs",)), line()))

    for text in ("a loss below 1", "a loss of 3", "lower the learning rate", "step 1: 3.0", "12 epochs"):
        assert text in shown
    assert "wall clock" in shown
    assert "5 / 10" in shown


def test_report_without_points_can_be_rendered() -> None:
    """An assignment may only inform, or nothing may have run."""
    assert "0 / 0" in printed(report_of())


def test_missing_layers_are_named() -> None:
    """A weaker sandbox is never silent."""
    shown = printed(report_of(line(), protections={"Landlock": "missing: no support", "seccomp": "active"}))

    assert "not in force: Landlock" in shown
    assert "seccomp" not in shown


def test_shared_reason_is_shown_once() -> None:
    """The later test names the earlier one; a test that never ran has only its mark."""
    said = Explanation(seen="build_model returned None", hint="return the network")
    first = line(Verdict.FAILED, 0.0, explanation=said)
    second, third = (replace(first, number=number) for number in ("1.2", "1.3"))
    shown = printed(report_of(first, second, replace(third, verdict=Verdict.NOT_RUN)))

    assert shown.count("build_model returned None") == shown.count("return the network") == 1
    assert shown.count("as in 1.1") == 1
