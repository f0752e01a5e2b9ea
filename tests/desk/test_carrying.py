"""A student hands in again under another key: decisions on the former upload are shown, and carried over on wish."""

from collections.abc import Callable
from dataclasses import replace
from itertools import chain, repeat
from unittest.mock import PropertyMock

import pytest

from autograder.classroom.folder import ClassFolder
from autograder.classroom.index import Line
from autograder.desk.book import Book, Student
from autograder.desk.flags import Flag
from tests.desk.client import BY_HAND, DeskClient, opened


def exported(folder: ClassFolder, one: Student, change: Callable[[Line], Line]) -> None:
    """Change a student's line, as a new export does."""
    index, key = folder.index, one.row.hand_in.key
    assert index
    lines = (change(line) if line.hand_in.key == key else line for line in index.lines)
    folder.keep_index(replace(index, lines=tuple(lines)))


def under_another_key(line: Line) -> Line:
    """Return a line whose students have handed in again."""
    return replace(line, hand_in=replace(line.hand_in, key="again-99"), former_keys=(line.hand_in.key,))


def with_nothing(line: Line) -> Line:
    """Return a line whose students have taken their upload back."""
    return replace(line, hand_in=replace(line.hand_in, path=None), digest="")


@pytest.fixture
def again(folder: ClassFolder) -> tuple[DeskClient, Student]:
    """A desk at which the first student had points, a comment and a comment on a line before handing in again."""
    before = opened(folder, "Ada")
    one = before.students()[0]
    before.grade(one, points="5", comment="Fine.")
    before.post("/note", student=one.ref, file="submitted.py", line="6", comment="Why 8?", here="/")
    exported(folder, one, under_another_key)
    desk = opened(folder, "Grace")
    now = desk.book.now().of_key("again-99")
    assert now
    return desk, now


def test_former_decisions_are_shown_and_do_not_count(again: tuple[DeskClient, Student]) -> None:
    """The item is open; the student, the item and the log say who decided on the former upload."""
    desk, one = again
    outcome = one.outcome(BY_HAND)

    assert outcome and outcome.is_open and Flag.FORMER in one.flags
    assert "On a former upload</b>, Ada gave 5 points. Fine." in desk.get(f"/grade/{BY_HAND}/{one.ref}")
    page = desk.get(f"/student/{one.ref}")
    assert "Decided on a former upload" in page and "Why 8?" in page
    assert "former upload</span>" in desk.get("/log")


def test_they_are_carried_over_at_once_and_undone(again: tuple[DeskClient, Student]) -> None:
    """As new decisions of whoever does that, on the present verdict; twice is refused."""
    desk, one = again
    fields = {"student": one.ref, "id": [entry.id for entry in one.left], "here": "/"}
    desk.post("/carry", **fields)
    carried = desk.now(one)
    refusal = desk.post("/carry", 422, **fields)
    outcome = carried.outcome(BY_HAND)
    points = desk.log[2]
    desk.post("/undo", id=points.id, seen=points.id, here="/")

    assert outcome and (outcome.score, outcome.decided and outcome.decided.is_outdated) == (5.0, False)
    assert [(entry.by, entry.student, entry.comment) for entry in desk.log[2:4]] == [
        ("Grace", "again-99", "Fine."), ("Grace", "again-99", "Why 8?")
    ]  # fmt: skip
    assert Flag.FORMER not in carried.flags and Flag.FORMER in desk.now(one).flags
    assert "carried over already" in refusal


def test_points_for_the_present_upload_settle_it(again: tuple[DeskClient, Student]) -> None:
    """Only the comment on a line is left."""
    desk, one = again
    desk.grade(one, points="2")

    assert [entry.comment for entry in desk.now(one).left] == ["Why 8?"]


def test_last_decision_is_undone_from_the_next_page(desk: DeskClient) -> None:
    """And the desk goes back to it."""
    one, other = desk.students()[:2]
    desk.grade(one, points="5")
    fields = desk.fields(f"/grade/{BY_HAND}/{other.ref}", "/undo")
    address = desk.post("/undo", **fields)

    assert address == f"/grade/{BY_HAND}/{one.ref}"
    assert desk.now(one) == one
    assert 'action="/undo"' not in desk.get(f"/grade/{BY_HAND}/{other.ref}")


@pytest.mark.parametrize("change", [with_nothing, under_another_key])
def test_last_decision_that_no_longer_counts_is_not_offered(desk: DeskClient, change: Callable[[Line], Line]) -> None:
    """Its upload is gone, or another one has replaced it; all others can be graded as before."""
    one, other = desk.students()[:2]
    desk.grade(one, points="5")
    exported(desk.book.folder, one, change)

    assert 'action="/undo"' not in desk.get(f"/grade/{BY_HAND}/{other.ref}")


def test_present_key_is_nobodys_former_one(desk: DeskClient) -> None:
    """If an older folder says that somebody had another student's present key, these decisions stay the other's."""
    one, other = desk.students()[:2]
    desk.grade(other, points="5")
    exported(desk.book.folder, one, lambda line: replace(line, former_keys=(other.row.hand_in.key, "gone-1")))
    known = desk.book.now()

    assert known.of_key(other.row.hand_in.key) == desk.now(other)
    assert known.of_key("gone-1") == desk.now(one)
    assert desk.now(one).former_keys == ("gone-1",) and desk.now(one).left == ()


def test_export_that_arrives_while_the_desk_reads_is_shown_next_time(
    folder: ClassFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One reading sees one class, although each hand-in has another key by then."""
    before = folder.index
    assert before
    lines = tuple(replace(one, hand_in=replace(one.hand_in, key=f"{one.hand_in.key}-2")) for one in before.lines)
    found = PropertyMock(side_effect=chain([before], repeat(replace(before, lines=lines))))
    monkeypatch.setattr(ClassFolder, "index", found)

    assert {one.row.hand_in.key for one in Book(folder).now().students} == {one.hand_in.key for one in before.lines}
