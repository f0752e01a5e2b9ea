"""Progress shows names, honest rates, and no number before it means something."""

import io

import pytest
from rich.console import Console

from autograder.classroom.grade import UnderWay
from autograder.classroom.index import ClassIndex, Line
from autograder.commands.progress import Lines, progress_shown, shortened
from autograder.model.hand_in import HandIn, Student
from autograder.rendering.pace import pace_in_words


def hand_in(who: str) -> HandIn:
    """Return the hand-in of a student."""
    return HandIn(who, (Student(who),), None)


def hand_ins(names: str) -> list[HandIn]:
    """Return the hand-ins of several."""
    return [hand_in(who) for who in names.split()]


@pytest.mark.parametrize(
    ("done", "elapsed_s", "said"),
    [
        (0, 60.0, ""),
        (500, 0.005, ""),
        (30, 60.0, "30.0/min, 2 min left"),
        (50, 25.0, "2.0/s, 25 s left"),
        (1, 3600.0, "1.0/h, 99.0 h left"),
    ],
    ids=["nothing is done", "all at once", "slow", "fast", "hours"],
)
def test_pace_is_the_rate_since_the_step_began(done: int, elapsed_s: float, said: str) -> None:
    """Results that arrive together are no rate."""
    assert pace_in_words(done, 100, elapsed_s) == said


def test_lines_say_who_is_graded_and_what_is_left() -> None:
    """Without a terminal, a line comes every ten seconds at most."""
    said, moments = list[str](), iter([0.0, 4.0, 12.0, 15.0, 30.0])
    lines = Lines(said.append, lambda: next(moments))
    for done, now in ((0, "Ada"), (0, "Ada Bob"), (0, "Ada Bob"), (1, "Bob"), (10, "Cy")):
        lines("grading", done, 100, hand_ins(now))

    assert said == ["grading …", "grading: 0 of 100; now Ada, Bob", "grading: 10 of 100, 20.0/min, 4 min left; now Cy"]


def test_bar_shows_names_and_no_zero() -> None:
    """A bar that stands at 0 of 100 for a minute says nothing."""
    drawn = io.StringIO()
    with progress_shown(Console(file=drawn, force_terminal=True, width=120)) as tell:
        tell("grading", 0, 100, hand_ins("Ada"))
    text = drawn.getvalue()

    assert "grading" in text and "Ada" in text
    assert "0 of 100" not in text and "0/100" not in text


def test_names_are_of_the_uploads_under_way() -> None:
    """An upload that comes again, since its worker died, is named once."""
    told = list[tuple[int, str]]()
    names = {"d1": "Ada", "d2": "Bob"}
    lines = tuple(Line(hand_in(who), digest) for digest, who in names.items())
    index = ClassIndex("line_fit", "embedded", 1, "folder", {}, lines)
    under_way = UnderWay(index, 2, lambda what, done, total, now=(): told.append((done, shortened(now))))
    under_way.begins("d1")
    under_way.begins("d2")
    under_way.begins("d1")
    under_way.ends("d1")

    assert told == [(0, "Ada"), (0, "Ada, Bob"), (0, "Ada, Bob"), (1, "Bob")]


def test_names_are_bounded() -> None:
    """Names come from an export, and may hold anything."""
    assert shortened([hand_in("Ada\n\x1b[31mBob")]) == "Ada Bob"
    assert len(shortened([hand_in("x" * 300)])) == 48
