"""A known mistake is made of the reference's files, or refused with a sentence."""

from typing import Any

import pytest

from autograder.verify.mistake import Mistake, UnusableMistake

FILES = {"submitted.py": b"a = 1\nb = 2\n", "answers.json": b'{"a": 1}', "model.pth": b"\x80weights"}


def mistake(**fields: Any) -> Mistake:
    """Return a mistake with these fields."""
    return Mistake(**{"name": "wrong", "story": "It is.", "edits": (), "loses": frozenset({"1.1"}), **fields})


def test_source_and_other_files_are_edited() -> None:
    """Each by its own pairs; what is not named stays, bytes that are no text included."""
    made = mistake(edits=(("a = 1", "a = 3"),), edits_in={"answers.json": (("1", "7"),)}).applied_to(
        FILES, "submitted.py"
    )

    assert made == {**FILES, "submitted.py": b"a = 3\nb = 2\n", "answers.json": b'{"a": 7}'}


def test_files_are_renamed_swapped_and_left_out() -> None:
    """As students misname them, or forget them."""
    made = mistake(renames={"model.pth": "modle.pth", "answers.json": None}).applied_to(FILES, "submitted.py")

    assert made == {"submitted.py": FILES["submitted.py"], "modle.pth": FILES["model.pth"]}


def test_two_files_are_swapped() -> None:
    """All names change at once."""
    made = mistake(renames={"model.pth": "answers.json", "answers.json": "model.pth"}).applied_to(FILES, "submitted.py")

    assert (made["model.pth"], made["answers.json"]) == (FILES["answers.json"], FILES["model.pth"])


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"edits": (("c = 3", ""),)}, "submitted.py holds 'c = 3' 0 times"),
        ({"edits": ((" = ", ""),)}, "2 times"),
        ({"edits_in": {"answer.json": (("1", "2"),)}}, "no file 'answer.json'"),
        ({"renames": {"best.pth": "last.pth"}}, "no file 'best.pth'"),
        ({"renames": {"best.pth": None}}, "no file 'best.pth'"),
    ],
)
def test_mistake_that_does_not_fit_the_reference_is_refused(fields: dict[str, Any], words: str) -> None:
    """With its name, the file and the text."""
    with pytest.raises(UnusableMistake) as caught:
        mistake(**fields).applied_to(FILES, "submitted.py")

    assert "wrong:" in str(caught.value)
    assert words in str(caught.value)
