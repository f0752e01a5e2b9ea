"""A class is shared among several graders: each student comes up at one desk only."""

import pytest

from autograder.classroom.folder import ClassFolder
from autograder.desk.dealing import WHOLE, Part, part_of
from autograder.model.failures import UnusableInput
from tests.desk.client import BY_HAND, opened


def test_parts_are_equal_and_make_up_the_class(folder: ClassFolder) -> None:
    """Each student is in exactly one part."""
    students = opened(folder, "Ada").book.now().students
    parts = [Part(number, 3).of_class(students) for number in (1, 2, 3)]

    assert sorted(one.ref for part in parts for one in part) == sorted(one.ref for one in students)
    assert [len(part) for part in parts] == [8, 8, 8]
    assert WHOLE.of_class(students) == list(students)


def test_a_grader_is_led_through_their_part_alone(folder: ClassFolder) -> None:
    """The bar counts it, the next open student is in it, and the table can show it alone."""
    desk = opened(folder, "Ada", Part(2, 3))
    graded = {one.ref for one in desk.students()}
    mine = [one.ref for one in Part(2, 3).of_class(desk.book.now().students) if one.ref in graded]
    led = set()
    for _ in mine:
        page = desk.get(f"/item/{BY_HAND}")
        ref = page.split(f'rel="next" href="/grade/{BY_HAND}/', 1)[1].split('"', 1)[0]
        led.add(ref)
        student = desk.book.now().student(ref)
        assert student
        desk.grade(student, points="3")

    assert led == set(mine)
    assert f"{len(mine)} of {len(mine)}" in desk.get(f"/item/{BY_HAND}")
    assert "8 of 24" in desk.get("/?mine=yes")
    assert "my part, 2/3" not in opened(folder, "Ben").get("/")


@pytest.mark.parametrize("text", ["", "2", "0/3", "4/3", "1/100", "a/b", "1/2/3", "-1/3"])
def test_what_is_no_part_is_refused(text: str) -> None:
    """The message gives an example."""
    with pytest.raises(UnusableInput, match="such as 2/3"):
        part_of(text)
