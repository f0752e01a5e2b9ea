"""An assistant sees on one screen what went wrong."""

import io
import unicodedata
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from rich.console import Console, RenderableType

from autograder.model.outcome import Explanation
from autograder.model.plot import Interval
from autograder.model.report import Report
from autograder.model.test_number import is_meant
from autograder.model.verdict import Verdict
from autograder.rendering.overview import to_one_test, to_overview
from autograder.rendering.terminal import to_terminal
from tests.helpers import report_of
from tests.rendering.reports import reports
from tests.rendering.test_terminal import line

SCREEN = 30  # lines


def printed(shown: RenderableType, columns: int = 100) -> str:
    """Return the output of a terminal without colours, so many columns wide."""
    stream = io.StringIO()
    Console(file=stream, width=columns, color_system=None).print(shown)
    return stream.getvalue()


@settings(max_examples=25)
@given(reports)
def test_no_report_breaks_the_terminal(report: Report) -> None:
    """Hostile text neither raises, as markup would, nor moves the cursor."""
    shown = printed(to_overview(report)) + printed(to_one_test(report, "1.1a"))
    unprintable = {c for c in shown if unicodedata.category(c) in ("Cc", "Cf", "Cs")} - {"\n"}

    assert unprintable == set()
    assert f"{report.execution_s:.0f} s" in shown


def test_passed_tests_are_numbers_and_failed_ones_have_words() -> None:
    """Twenty passed tests and two failed ones fit on a screen."""
    passed = [replace(line(), number=f"1.{place}") for place in range(2, 22)]
    failed = [
        replace(line(Verdict.FAILED, 0.0, explanation=Explanation("a loss", f"{place}", "hint " * 99)), number=place)
        for place in ("1.1", "1.30")
    ]
    shown = printed(to_overview(report_of(failed[0], *passed, failed[1])))
    words = " ".join(shown.split())

    assert len(shown.splitlines()) < SCREEN
    assert "✗ 1.1 It works. 0 / 5 expected a loss seen 1.1 ✓ 1.2 1.3 1.4" in words
    assert "1. Suite 100 / 110" in words
    assert "hint" not in shown
    assert "--verbose" in shown


def test_long_reasons_are_cut() -> None:
    """The expectation gets one line, the observation two."""
    said = Explanation("x" * 500, "y\n" * 300)
    shown = printed(to_overview(report_of(line(Verdict.FAILED, 0.0, explanation=said))))

    assert len(shown.splitlines()) < SCREEN / 2
    assert shown.count("…") == 2


def test_shared_reason_is_shown_once() -> None:
    """Later tests are numbers that refer to the first; tests that never ran are numbers alone."""
    said = Explanation(seen="build_model returned None")
    first = line(Verdict.FAILED, 0.0, explanation=said)
    skipped = line(Verdict.NOT_RUN, 0.0, explanation=Explanation(seen="Not run."))
    later = [replace(first, number=number) for number in ("1.2", "1.3")]
    unrun = [replace(skipped, number=number) for number in ("2.1", "2.2", "2.3")]
    shown = printed(to_overview(report_of(first, *later, *unrun)))
    words = " ".join(shown.split())

    assert shown.count("build_model returned None") == shown.count("Not run.") == 1
    assert "✗ 1.2 1.3 as in 1.1" in words
    assert "– 2.2 2.3" in words


def test_all_passed_needs_no_advice() -> None:
    """There is nothing to look at."""
    assert "--verbose" not in printed(to_overview(report_of(line())))


def test_one_test_is_shown_in_full() -> None:
    """Hint, traceback, plot and remarks are there, and no other test."""
    said = Explanation("a loss", "nan", "lower the rate", "step 3: nan")
    plot = Interval("Accuracy", 0.8, 0.75, 0.85, 0.94)
    failed = line(Verdict.FAILED, 0.0, explanation=said, remarks=("12 epochs",), plots=(plot,))
    shown = printed(to_one_test(report_of(failed, replace(line(), number="1.2", title="Another.")), "1.1"))

    for text in ("a loss", "nan", "lower the rate", "step 3: nan", "12 epochs", "94.0% is required"):
        assert text in shown
    assert "Another." not in shown


@pytest.mark.parametrize(
    ("number", "wanted", "meant"),
    [
        ("1.1", "1.1", True),
        ("1.1a", "1.1", True),
        ("1.1a", "1.1a", True),
        ("1.1a", "1.1b", False),
        ("1.10", "1.1", False),
        ("1.2", "1", True),
        ("11.2", "1", False),
        ("", "", False),
    ],
)
def test_number_selects_its_parts_too(number: str, wanted: str, meant: bool) -> None:
    """1.1 selects 1.1a and 1.1b, but never 1.10."""
    assert is_meant(number, wanted) is meant


@pytest.mark.parametrize("columns", [60, 80, 100, 160])
@pytest.mark.parametrize("show", [to_overview, to_terminal])
def test_numbers_and_points_are_whole_at_every_width(show: Callable[[Report], RenderableType], columns: int) -> None:
    """Numbers of three parts, titles of many words: the words wrap, and no line is wider than the terminal."""
    title = "the network that build_model returns has as many outputs as there are classes in the data set"
    tests = [
        replace(
            line(Verdict.FAILED, 0.0), number=number, title=title, weight=10.25, explanation=Explanation(seen=number)
        )
        for number in ("2d(1)b", "2.2(2)a", "1.1")
    ]
    shown = printed(show(report_of(*tests)), columns)
    words = " ".join(shown.split())

    assert max(len(one) for one in shown.splitlines()) <= columns
    assert all(f" {test.number} " in words for test in tests)
    assert words.count("0 / 10.25") == 3
    assert all(word in words for word in title.split())
    assert "…" not in words


def test_long_remark_ends_with_a_whole_word() -> None:
    """A list of commands that is cut in its middle cannot be read."""
    shown = printed(to_overview(report_of(line(), remarks=("command " * 100,))))

    assert "command …\n" in "\n".join(row.rstrip() for row in shown.splitlines()) + "\n"
    assert "omitted" not in shown
