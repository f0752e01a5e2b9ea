"""A known mistake is made of the reference's files, or refused with a sentence."""

from typing import Any

import pytest

from autograder.checks.mistake import Edit, Mistake, UnusableMistake

FILES = {"submitted.py": b"a = 1\nb = 2\nif a:\n    b = 2\n", "answers.json": b'{"a": 1}', "model.pth": b"\x80weights"}


def mistake(**fields: Any) -> Mistake:
    """Return a mistake with these fields."""
    return Mistake(**{"name": "wrong", "story": "It is.", "loses": frozenset({"1.1"}), "where": "made:1", **fields})


def edited(*edits: tuple[str, str], name: str = "submitted.py") -> dict[str, bytes]:
    """Return the files after these edits of one of them."""
    made = tuple(Edit(old, new, f"made:{number}") for number, (old, new) in enumerate(edits, 2))
    return mistake(edits={name: made}).applied_to(FILES)


def test_what_is_not_edited_stays() -> None:
    """Bytes that are no text included."""
    assert edited(("a = 1\n", "a = 3\n")) == {**FILES, "submitted.py": b"a = 3\nb = 2\nif a:\n    b = 2\n"}


def test_whole_lines_are_told_from_the_ends_of_longer_ones() -> None:
    """The same words with another indentation are another line."""
    assert edited(("b = 2\n", ""))["submitted.py"] == b"a = 1\nif a:\n    b = 2\n"


def test_piece_of_a_line_is_edited_wherever_it_stands() -> None:
    """Also in a file without a last line end."""
    assert edited(("1}", "7}"), name="answers.json")["answers.json"] == b'{"a": 7}'


def test_last_line_without_an_end_is_a_whole_line() -> None:
    """And the file does not get one."""
    assert edited(('{"a": 1}\n', "[\n]\n"), name="answers.json")["answers.json"] == b"[\n]"


def test_edits_do_not_see_each_other() -> None:
    """Each is looked for in the reference, in any order."""
    made = edited(("if a:\n", "a = 1\n"), ("a = 1\n", "if a:\n"))

    assert made["submitted.py"] == b"if a:\nb = 2\na = 1\n    b = 2\n"


def test_files_are_renamed_and_left_out() -> None:
    """As students misname them, or forget them."""
    made = mistake(renames={"model.pth": "modle.pth", "answers.json": None}).applied_to(FILES)

    assert made == {"submitted.py": FILES["submitted.py"], "modle.pth": FILES["model.pth"]}


def test_two_files_are_swapped() -> None:
    """All names change at once."""
    made = mistake(renames={"model.pth": "answers.json", "answers.json": "model.pth"}).applied_to(FILES)

    assert (made["model.pth"], made["answers.json"]) == (FILES["answers.json"], FILES["model.pth"])


@pytest.mark.parametrize(
    ("edits", "sentence"),
    [
        (
            [("c = 3\n", "")],
            "made:2: the reference's submitted.py does not hold 'c = 3': "
            "copy the line as it stands there, with its indentation",
        ),
        ([("a = 1\n  b = 2\n", "")], "made:2: the reference's submitted.py does not hold '  b = 2': copy the line"),
        (
            [("a = 1\nif a:\n", "")],
            "made:2: the reference's submitted.py holds 'a = 1', but not this hunk's other lines after it: "
            "put @@ where lines are left out",
        ),
        (
            [("b = 2", "")],
            "made:2: the reference's submitted.py holds 'b = 2' 2 times: "
            "show which, by a line to keep next to it, after a space",
        ),
        (
            [("a = 1\nb = 2\n", ""), ("b = 2\nif a:\n", "")],
            "made:3: this hunk overlaps another one in submitted.py: make one hunk of both",
        ),
    ],
)
def test_edit_that_does_not_fit_the_reference_is_refused(edits: list[tuple[str, str]], sentence: str) -> None:
    """With the edit's place, the file, the text, and what to do."""
    with pytest.raises(UnusableMistake) as caught:
        edited(*edits)

    assert str(caught.value).startswith(sentence)


def test_lines_that_repeat_overlap_and_are_counted_all_the_same() -> None:
    """Two of three equal lines stand there twice."""
    made = mistake(edits={"a.py": (Edit("x\nx\n", "", "made:2"),)})
    with pytest.raises(UnusableMistake, match="holds 'x' 2 times"):
        made.applied_to({"a.py": b"x\nx\nx\n"})


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (
            {"edits": {"answer.json": (Edit("1", "2", "made:2"),)}},
            "the reference has no file 'answer.json': use one of",
        ),
        (
            {"renames": {"best.pth": "last.pth"}},
            "the reference has no file 'best.pth': use one of submitted.py, answers",
        ),
        (
            {"renames": {"best.pth": None}},
            "the reference has no file 'best.pth': use one of submitted.py, answers.json",
        ),
        ({"edits": {"model.pth": (Edit("1", "2", "made:2"),)}}, "model.pth is not UTF-8 text: edit another file"),
    ],
)
def test_file_that_cannot_be_changed_is_refused(fields: dict[str, Any], sentence: str) -> None:
    """With the mistake's place, and the files that there are."""
    with pytest.raises(UnusableMistake) as caught:
        mistake(**fields).applied_to(FILES)

    assert str(caught.value).startswith(f"made:1: {sentence}")
