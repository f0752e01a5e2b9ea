"""Text that a submission influenced is safe and short when it is shown."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.rendering.text import plain, points, short
from tests.rendering.reports import texts


@given(texts | st.text(st.characters(), max_size=200), st.integers(2, 300))
def test_only_printable_characters_and_line_breaks_are_left(text: str, limit: int) -> None:
    """Whatever goes in, each character that comes out is printable, a tab or a line break."""
    shown = plain(text, limit)

    assert all(c in "\n\t" or not unicodedata.category(c).startswith("C") for c in shown)
    assert not set(shown) & set("\u2028\u2029\x85")
    assert len(shown) <= limit + 60


@given(texts)
def test_safe_text_is_not_changed_again(text: str) -> None:
    """Rendering twice gives the same as rendering once."""
    once = plain(text, limit=10**6)

    assert plain(once, limit=10**6) == once


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]0;window title\x07text", "text"),
        ("\x1b]8;;http://example.org\x1b\\link", "link"),
        ("\x1b[2J\x1b[Hcleared", "cleared"),
        ("\x1b[\x1b[31mtwice", "[twice"),
        ("10%\r20%\r\n30%", "10%\n20%\n30%"),
        ("file\u202eyp.exe", "fileyp.exe"),
        ("a\u200bb\u061cc\u2066d\ufeff", "abcd"),
        ("nul\x00 bell\x07 back\x08", "nul bell back"),
        ("half a pair \ud83d", "half a pair "),
        ("one\u2028two\u2029three\x85four", "one\ntwo\nthree\nfour"),
        ("größer 字 👍 → ✓\tend\n", "größer 字 👍 → ✓\tend\n"),
    ],
)
def test_misleading_characters_are_removed(text: str, shown: str) -> None:
    """Escape sequences, hidden characters and reversed text disappear; letters of all languages stay."""
    assert plain(text) == shown


def test_long_text_keeps_its_ends_and_says_what_is_missing() -> None:
    """A reader needs the beginning and the end of a traceback."""
    shown = plain("begin" + "x" * 50_000 + "end", 100)

    assert shown.startswith("begin")
    assert shown.endswith("end")
    assert "… 49,908 characters omitted …" in shown


def test_text_of_just_the_limit_is_whole() -> None:
    """Nothing is cut without need."""
    assert plain("x" * 100, 100) == "x" * 100


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (0.0, "0"), (5, "5"), (10.0, "10"), (100, "100"), (2.5, "2.5"), (1 / 3, "0.33"), (0.1 + 0.2, "0.3")],
)
def test_points_are_written_as_people_do(value: float, shown: str) -> None:
    """Points have two decimals at most, and no trailing zeros."""
    assert points(value) == shown


@pytest.mark.parametrize(("value", "shown"), [(99.999, "99.999"), (4.996, "4.996"), (0.001, "0.001")])
def test_lost_points_are_never_rounded_away(value: float, shown: str) -> None:
    """99.999 of 100 does not read as 100, and the smallest score does not read as 0."""
    assert points(value) == shown


def test_many_lines_are_shortened_in_the_middle() -> None:
    """A text of blank lines would push a terminal's other lines away."""
    shown = short("first" + "\n" * 5000 + "last")

    assert shown.startswith("first\n")
    assert shown.endswith("\nlast")
    assert "4,941 lines omitted" in shown
    assert short("one\ntwo") == "one\ntwo"
