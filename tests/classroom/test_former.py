"""A class that is graded anew with another export remembers what its students handed in before."""

import pytest

from autograder.classroom.former import MOST, with_former
from autograder.classroom.index import ClassIndex, Line
from autograder.model.hand_in import HandIn, Student

ADA, BOB = Student("Ada", "17", "ada@example.edu"), Student("Bob", "18")


def line(key: str, digest: str, *students: Student, former: tuple[str, ...] = ()) -> Line:
    """Return the line of a hand-in."""
    return Line(HandIn(key, students, None), digest, former=former)


def index_of(*lines: Line) -> ClassIndex:
    """Return the content of a folder with these lines."""
    return ClassIndex("line_fit", "embedded", 1, lines=lines)


def former_of(old: list[Line], new: list[Line]) -> list[tuple[str, ...]]:
    """Return the former uploads of each new line."""
    return [one.former for one in with_former(new, index_of(*old))]


def test_new_folder_knows_none() -> None:
    """And says so by an empty list."""
    assert with_former([line("ada-1", "d1", ADA)], None)[0].former == ()


def test_uploads_follow_the_key_and_the_latest_comes_first() -> None:
    """The same export again adds none; a student who hands in nothing keeps what was there."""
    old = [line("ada", "d2", ADA, former=("d1",))]

    assert former_of(old, [line("ada", "d3", ADA)]) == [("d2", "d1")]
    assert former_of(old, [line("ada", "d2", ADA)]) == [("d1",)]
    assert former_of(old, [line("ada", "d1", ADA)]) == [("d2",)]
    assert former_of(old, [line("ada", "", ADA)]) == [("d2", "d1")]


@pytest.mark.parametrize(
    "same", [Student("A. Lovelace", "17"), Student("Ada L.", "", "ADA@example.edu"), Student("ada")]
)
def test_another_number_of_the_platform_is_seen_through(same: Student) -> None:
    """By the student's number, address, or a name that nobody else has."""
    assert former_of([line("ada-1", "d1", ADA), line("bob-2", "d2", BOB)], [line("x-9", "d9", same)]) == [("d1",)]


def test_name_that_two_students_have_tells_nobody() -> None:
    """Nobody sees the upload of somebody else."""
    old = [line("li-1", "d1", Student("Li")), line("li-2", "d2", Student("Li"))]

    assert former_of(old, [line("li-3", "d3", Student("Li"))]) == [()]
    assert former_of(old[:1], [line("li-3", "d3", Student("Li")), line("li-4", "d4", Student("Li"))]) == [(), ()]


def test_member_of_a_former_group_is_found() -> None:
    """Each of them, if they hand in alone now."""
    new = [line("ada-3", "d3", ADA), line("bob-4", "d4", BOB)]

    assert former_of([line("ada-1", "d1", ADA, BOB)], new) == [("d1",), ("d1",)]


def test_list_is_bounded() -> None:
    """However often somebody hands in."""
    old = [line("ada", "new", ADA, former=tuple(f"d{number}" for number in range(2 * MOST)))]

    assert len(former_of(old, [line("ada", "newer", ADA)])[0]) == MOST


def test_former_keys_are_remembered_latest_first() -> None:
    """Decisions stand under them; the same key again is no former one."""
    first = index_of(line("ada-1", "d1", ADA))
    second = with_former([line("ada-2", "d2", ADA)], first)
    third = with_former([line("ada-3", "d3", ADA)], index_of(*second))
    back = with_former([line("ada-2", "d2", ADA)], index_of(*third))

    assert [one.former_keys for (one,) in (second, third, back)] == [
        ("ada-1",), ("ada-2", "ada-1"), ("ada-3", "ada-1")
    ]  # fmt: skip


def test_key_that_a_former_member_keeps_is_no_former_one_of_the_others() -> None:
    """Points given to Bob's present upload are never offered to Ada, who has left the group."""
    old = index_of(line("submission-10", "d1", ADA, BOB))
    ada, bob = with_former([line("submission-20", "d2", ADA), line("submission-10", "d3", BOB)], old)

    assert (ada.former, ada.former_keys) == (("d1",), ())
    assert (bob.former, bob.former_keys) == (("d1",), ())
