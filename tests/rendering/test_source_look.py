"""Staff see the constructs in a source, safely; students see none of it."""

import io
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console, RenderableType

from autograder.model.construct import Construct, ConstructKind, SourceLook
from autograder.model.report import Report
from autograder.rendering.gradescope import to_results
from autograder.rendering.overview import to_overview
from autograder.rendering.source_look import look_lines, look_summary
from autograder.rendering.student_page import to_page_for_students, to_student_page
from autograder.rendering.terminal import to_terminal
from autograder.rendering.without_hidden import without_hidden
from tests.helpers import report_of
from tests.rendering.reports import texts
from tests.rendering.test_terminal import line

FOUND = Construct(ConstructKind.NATIVE, "submitted.py", 12, "import ctypes")
LOOK = SourceLook((FOUND,), left_out=2, unread="The source is odd.")
looks = st.builds(SourceLook, st.tuples(st.builds(Construct, st.sampled_from(ConstructKind), texts, st.just(1), texts)))


def printed(shown: RenderableType) -> str:
    """Return the output of a terminal without colours."""
    stream = io.StringIO()
    Console(file=stream, width=100, color_system=None).print(shown)
    return stream.getvalue()


def test_overview_says_how_many_there_are() -> None:
    """One line is enough; it says how to see them."""
    shown = printed(to_overview(report_of(line(), look=SourceLook((FOUND,)))))

    assert "For a person: 1 construct that coursework does not need (--verbose lists them)" in shown
    assert "ctypes" not in shown


def test_verbose_report_lists_them() -> None:
    """With file, line and text."""
    shown = printed(to_terminal(report_of(line(), look=LOOK)))

    assert "For a person: 3 constructs that coursework does not need; not all of the source could be parsed" in shown
    assert "submitted.py:12: native code or raw memory: import ctypes" in shown
    assert "and 2 more" in shown
    assert "The source is odd." in shown


def test_usual_source_is_not_mentioned() -> None:
    """There is no line about nothing."""
    assert look_summary(SourceLook()) == ""
    assert look_lines(SourceLook()) == []


@given(looks)
def test_each_construct_is_one_printable_line(look: SourceLook) -> None:
    """Whatever a student wrote, it neither moves a cursor nor adds a line."""
    (shown,) = look_lines(look)

    assert shown.isprintable()
    assert len(shown) < 300


@pytest.mark.parametrize(
    "render",
    [
        lambda report: json.dumps(to_results(report)),
        lambda report: to_page_for_students(report, "Ada"),
        lambda report: to_student_page(report, "Ada"),
    ],
    ids=["results.json", "page for students", "student's page"],
)
def test_students_do_not_see_them(render: Callable[[Report], str]) -> None:
    """Reports for students are the same with and without them."""
    report = report_of(line(), look=LOOK)

    assert render(report) == render(report_of(line()))


def test_report_without_hidden_tests_has_none() -> None:
    """Every format of other platforms starts from it."""
    assert without_hidden(report_of(line(), look=LOOK)) == report_of(line())
