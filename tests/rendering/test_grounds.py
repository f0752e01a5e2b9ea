"""The staff reads the grounds of a verdict; no file for students says anything of them."""

import io
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from rich.console import Console

from autograder.commands.formats import FORMATS
from autograder.model.grounds import Asked, Compared, Grounds, JudgedAt
from autograder.model.measurement import Measurement
from autograder.model.report import Report
from autograder.model.verdict import Verdict
from autograder.rendering.gradescope import to_results
from autograder.rendering.grounds import explained, to_explanation
from autograder.rendering.student_page import to_page_for_students, to_student_page
from tests.helpers import report_of
from tests.outline import outline_of
from tests.rendering.reports import explained_reports, unprintable_in
from tests.rendering.test_terminal import line

WORD = "Wombat"  # occurs nowhere else
SLOPE = Compared("slope", f"0.5 {WORD}", f"1.5 {WORD}", differs=True)
ASKED = Asked("line", (("rows", "[1, 2]"),), (("heldout", "float32 3×2"),), "returned", "returned", fields=(SLOPE,))
GROUNDS = Grounds("Suite.test_it", (ASKED,), judged_at=(JudgedAt("small/test_line.py", 12, f"self.require({WORD})"),))


def report(**changes: Any) -> Report:
    """Return a report with a test that lost points, and its grounds."""
    measured = (Measurement("slope", 0.5, 1.0), Measurement("error", 0.5, 0.1, at_least=False))
    return report_of(line(Verdict.FAILED, 0.0, measurements=measured, **changes), grounds=(GROUNDS,))


def printed(one: Report, width: int = 100) -> str:
    """Return what the terminal shows of test 1.1."""
    stream = io.StringIO()
    Console(file=stream, width=width, highlight=False).print(to_explanation(one, "1", {GROUNDS.key}), markup=False)
    return stream.getvalue()


@pytest.mark.parametrize("width", [60, 100, 160])
def test_terminal_shows_question_answers_rule_and_call(width: int) -> None:
    """Nothing is cut at any width that people use."""
    words = " ".join(printed(report(), width).split())

    assert f"small/test_line.py, line 12: self.require({WORD})" in words
    assert "rows [1, 2]" in words
    assert "heldout sent late; float32 3×2" in words
    assert f"≠ slope submission 0.5 {WORD} reference 1.5 {WORD}" in words
    assert "slope: 0.5; at least 1 is asked for; fails" in words
    assert "python run_visible_tests.py 1.1" in words


def test_staff_page_shows_the_same() -> None:
    """An appeal can be answered from the page alone."""
    text = outline_of(to_student_page(report(), at_home={GROUNDS.key})).text

    for words in (f"self.require({WORD})", "[1, 2]", f"0.5 {WORD}", f"1.5 {WORD}", "run_visible_tests.py 1.1"):
        assert words in text


def test_test_of_the_grader_alone_has_no_call_for_home() -> None:
    """The staff does not send a student to a test that is not in the handout."""
    (one,) = explained(report()).values()

    assert dict(one.repeat)["at home"] == "not possible: the grader alone has this test"


def test_number_with_brackets_can_be_pasted_into_a_shell() -> None:
    """The numbers of some courses have them."""
    outcome = replace(line(Verdict.FAILED, 0.0), number="2d(3)b")
    (one,) = explained(report_of(outcome, grounds=(GROUNDS,)), {GROUNDS.key}).values()

    assert [call.rpartition(" ")[2] for _, call in one.repeat] == ["'2d(3)b'", "'2d(3)b'"]


def test_question_can_be_asked_again_at_home() -> None:
    """The staff send the code to a student whose numbers would otherwise be others at home."""
    asked = tuple(Asked(probe, submission="returned", code=probe.upper(), fields=(SLOPE,)) for probe in ("a", "b", "c"))
    outcomes = report_of(line(Verdict.FAILED, 0.0), grounds=(replace(GROUNDS, asked=asked),))
    (told,), (alone,) = explained(outcomes, {GROUNDS.key}).values(), explained(outcomes).values()

    assert [call for _, call in told.repeat][2:] == [f"python run_visible_tests.py --question '{one}'" for one in "BC"]
    assert len(alone.repeat) == 2


@pytest.mark.parametrize("visibility", ["visible", "hidden"])
def test_no_reader_but_the_staff_sees_grounds(visibility: str) -> None:
    """Neither the page for students, nor Gradescope, nor any other platform."""
    one = report(visibility=visibility)

    assert WORD not in to_page_for_students(one)
    assert WORD not in str(to_results(one))
    for form in FORMATS.values():
        assert WORD not in str(form(one))


@settings(max_examples=10, deadline=None)
@given(explained_reports)
def test_no_grounds_break_terminal_or_page(one: Report) -> None:
    """Hostile text neither raises, nor moves the cursor, nor becomes a script."""
    assert unprintable_in(printed(one)) == set()
    assert outline_of(to_student_page(one)).all("script") == []
