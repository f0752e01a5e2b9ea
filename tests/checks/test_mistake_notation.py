"""Known mistakes are read from a file that is written like a diff; what it says wrongly is refused with its line."""

from pathlib import Path

import pytest

from autograder.checks.mistake import Edit, Mistake, UnusableMistake
from autograder.checks.mistake_notation import read_mistakes

HEAD = "no_step 3.1: Never steps.\n"


def read(tmp_path: Path, text: str) -> tuple[Mistake, ...]:
    """Return the mistakes of a text, as those of the assignment `made`."""
    path = tmp_path / "made" / "mistakes.diff"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return read_mistakes(path, "submitted.py")


def edits_of(tmp_path: Path, hunks: str) -> dict[str, list[tuple[str, str]]]:
    """Return the edits of a mistake with these hunks."""
    (mistake,) = read(tmp_path, HEAD + hunks)
    return {name: [(edit.old, edit.new) for edit in edits] for name, edits in mistake.edits.items()}


def test_mistake_of_two_lines_is_read(tmp_path: Path) -> None:
    """Name, tests, story and edit, each with the line that it stands in."""
    text = "ten_outputs 3.1 3.3: Keeps ten classes.\n!NUM_CLASSES = [-8-]{+10+}\n"

    assert read(tmp_path, text) == (
        Mistake(
            name="ten_outputs",
            story="Keeps ten classes.",
            loses=frozenset({"3.1", "3.3"}),
            edits={"submitted.py": (Edit("NUM_CLASSES = 8\n", "NUM_CLASSES = 10\n", "made/mistakes.diff:2"),)},
            where="made/mistakes.diff:1",
        ),
    )


def test_mistakes_keep_their_order(tmp_path: Path) -> None:
    """With comments and empty lines before, between, in and after them."""
    text = (
        "# Slow ones\nlast 2d(2)a:\n# Why it is here\nB.\n-b\n\n\n"
        "# Fast ones\n\nfirst A4.1c: A.\n-a\nmiddle 1: C.\n!{+c+}d\n# The end\n"
    )

    assert [(one.name, one.story, one.edits["submitted.py"][0].old) for one in read(tmp_path, text)] == [
        ("last", "B.", "b\n"),
        ("first", "A.", "a\n"),
        ("middle", "C.", "d\n"),
    ]


def test_story_may_be_wrapped(tmp_path: Path) -> None:
    """Its lines are joined; a colon or a word of the notation within a sentence means nothing."""
    (mistake,) = read(tmp_path, "no_step 3.1: Never\nsteps:\nin none of them, or\nrename the others to one?\n-step()\n")

    assert mistake.story == "Never steps: in none of them, or rename the others to one?"


def test_mistake_may_forfeit_all_points(tmp_path: Path) -> None:
    """The word follows the tests."""
    (mistake,) = read(tmp_path, "leaks 3.1 4.2 forfeits: Trains on the test set.\n-a\n")

    assert mistake.forfeits
    assert mistake.loses == {"3.1", "4.2"}


def test_lines_to_keep_show_the_place(tmp_path: Path) -> None:
    """They belong to the old and to the new text, in their order."""
    hunk = " def train():\n-    a\n+    b\n     c\n+    d\n"

    assert edits_of(tmp_path, hunk) == {
        "submitted.py": [("def train():\n    a\n    c\n", "def train():\n    b\n    c\n    d\n")]
    }


def test_empty_line_within_a_hunk_stays(tmp_path: Path) -> None:
    """Whether or not an editor has cut the space before it; empty lines at its ends belong to no hunk."""
    (tmp_path / "cut").mkdir()
    (tmp_path / "kept").mkdir()

    assert edits_of(tmp_path / "cut", "\n-a\n\n+b\n\n") == {"submitted.py": [("a\n\n", "\nb\n")]}
    assert edits_of(tmp_path / "kept", "-a\n \n+b\n") == {"submitted.py": [("a\n\n", "\nb\n")]}


def test_empty_lines_come_and_go(tmp_path: Path) -> None:
    """A sign alone stands before an empty line."""
    assert edits_of(tmp_path, " a\n-\n+b\n+\n") == {"submitted.py": [("a\n\n", "a\nb\n\n")]}


def test_hunks_of_git_can_be_pasted(tmp_path: Path) -> None:
    """With the numbers of their lines, which are not read."""
    hunks = "@@ -1 +1 @@ import torch\n-a\n+b\n@@ -9 +8,0 @@\n-c\n"

    assert edits_of(tmp_path, hunks) == {"submitted.py": [("a\n", "b\n"), ("c\n", "")]}


def test_other_files_are_edited_too(tmp_path: Path) -> None:
    """Hunks are for the file that was named last."""
    hunks = "-a\nin answers.json:\n-b\n@@\n-c\n\nin submitted.py:\n-d\n"

    assert edits_of(tmp_path, hunks) == {
        "submitted.py": [("a\n", ""), ("d\n", "")],
        "answers.json": [("b\n", ""), ("c\n", "")],
    }


def test_line_shows_what_changes_in_it(tmp_path: Path) -> None:
    """Each such line is a hunk by itself, beside others; an index that begins with a minus is no mark."""
    hunks = "!x = losses[-1] [-/ n[-1]-]{+* m[-1]+}\n!y = a[-b-]\n-z\n!{+not +}w[[--1-]{+-2+}]\n"

    assert edits_of(tmp_path, hunks) == {
        "submitted.py": [
            ("x = losses[-1] / n[-1]\n", "x = losses[-1] * m[-1]\n"),
            ("y = ab\n", "y = a\n"),
            ("z\n", ""),
            ("w[-1]\n", "not w[-2]\n"),
        ]
    }


def test_piece_of_a_line_is_changed(tmp_path: Path) -> None:
    """The text around it stays; spaces at its ends count."""
    hunks = "!…: [{+1.1, +}0…\n!…[-, seed-]…\n"

    assert edits_of(tmp_path, hunks) == {"submitted.py": [(": [0", ": [1.1, 0"), (", seed", "")]}


def test_files_are_renamed_and_left_out(tmp_path: Path) -> None:
    """With or without hunks beside it."""
    (mistake,) = read(tmp_path, HEAD + "rename model.pth to best.pth\nleave out answers.json\n-a\n")

    assert mistake.renames == {"model.pth": "best.pth", "answers.json": None}
    assert list(mistake.edits) == ["submitted.py"]


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        (
            "Never steps.\n-a\n",
            1,
            "no mistake begins here: write its name, the tests that it loses, and its story, as in `n",
        ),
        ("No_Step 3.1: Never steps.\n-a\n", 1, "no mistake begins here"),
        (
            "no_step: Never steps.\n-a\n",
            1,
            "no_step names no test that it loses: write their numbers before the colon, as",
        ),
        ("no_step: 3.1\nNever steps.\n-a\n", 1, "no_step names no test"),
        (f"{HEAD}-a\n\nno_step: 3.1\nNever steps.\n-a\n", 4, "no_step names no test"),
        (
            "no_step 3.1, 3.2: Never steps.\n-a\n",
            1,
            "'3.1,' is not the number of a test: write numbers with a space between",
        ),
        ("no_step all: Never steps.\n-a\n", 1, "'all' is not the number of a test"),
        ("no_step forfeits 3.1: Never steps.\n-a\n", 1, "'forfeits' is not the number of a test"),
        (f"{HEAD}-a\n\n{HEAD}-b\n", 4, "made/mistakes.diff:1 has the name no_step too: use another"),
        ("\nno_step 3.1:\n-a\n", 2, "the story is missing: say after the colon what the student did"),
        ("no_step 3.1:\n\nNever steps.\n-a\n", 1, "the story is missing"),
        (
            "no_step 3.1: Never steps\n-a\n",
            1,
            "the story does not end here: end it with a full stop, or begin a hunk's l",
        ),
        (f"{HEAD}rename a b\n-a\n", 2, "the story does not end here"),
        (f"{HEAD}\tb\n-a\n", 2, "the story does not end here"),
        (
            f"{HEAD}-a\nb\n",
            3,
            "'b' is not a line of a hunk: begin it with -, + or !, or with a space to keep it; and not the head of",
        ),
        (f"{HEAD}-a\n\nNo Step 3.2: Never\n", 4, "'No Step 3.2: Never' is not a line of a hunk"),
        (
            HEAD,
            1,
            "no_step changes nothing: write lines to remove after -, lines to add after +, or a line that changes aft",
        ),
        (f"{HEAD}in a.json:\n@@\n", 1, "no_step changes nothing"),
        (
            f"{HEAD}-a\n@@\n b\n",
            4,
            "this hunk changes nothing: write lines to remove after -, lines to add after +, or",
        ),
        (f"{HEAD}-a\n+a\n", 2, "this hunk changes nothing"),
        (f"{HEAD}+a\n", 2, "this hunk only adds lines: show a line to keep next to them, after a space"),
        (
            f"{HEAD}!a\n",
            2,
            "this line does not show what changes: write [-old-] and {+new+} in it; if its code holds such",
        ),
        (f"{HEAD}-b\n!a [-b {{+c+}}\n!a b-]\n", 4, "this line does not show what changes"),
        (f"{HEAD}!…a[-b-]\n", 2, "a piece of a line stands between two …, with something that the line holds"),
        (f"{HEAD}!…{{+b+}}…\n", 2, "a piece of a line stands between two …"),
        (f"{HEAD}leave out a\nrename a to b\n", 3, "a is renamed or left out already: name it once"),
    ],
)
def test_what_cannot_be_understood_is_refused(text: str, line: int, sentence: str, tmp_path: Path) -> None:
    """With the file, the line, and what to do."""
    with pytest.raises(UnusableMistake) as caught:
        read(tmp_path, text)

    assert str(caught.value).startswith(f"made/mistakes.diff:{line}: {sentence}")


def test_missing_file_is_refused(tmp_path: Path) -> None:
    """With its name, and what belongs into it."""
    with pytest.raises(UnusableMistake, match=r"made/mistakes\.diff: there is no such file: write the known mistakes"):
        read_mistakes(tmp_path / "made" / "mistakes.diff", "submitted.py")


def test_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """As one that was saved in another encoding."""
    (tmp_path / "mistakes.diff").write_bytes("no_step 3.1: Schließt nie ab.\n".encode("latin-1"))
    with pytest.raises(UnusableMistake, match=r"mistakes\.diff: this is not UTF-8 text: save it as UTF-8"):
        read_mistakes(tmp_path / "mistakes.diff", "submitted.py")
