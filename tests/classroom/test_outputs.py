"""The pages and lists of a class match its current hand-ins."""

from pathlib import Path

from autograder.classroom import outputs


def test_pages_of_hand_ins_that_are_gone_are_removed(tmp_path: Path) -> None:
    """They show former scores, and may be handed out by mistake; files that are not ours stay."""
    old, new = "ada-example-40", "ada-example-60"
    for folder in (outputs.STUDENTS, outputs.FOR_STUDENTS):
        (tmp_path / folder).mkdir()
        for name in (f"{old}.html", f"{old}.json", f"{new}.html", "notes.txt"):
            (tmp_path / folder / name).touch()
    (tmp_path / "class.html").touch()
    outputs._remove_pages_of_others(tmp_path, {new})
    left = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())

    assert left == [
        "class.html",
        "for_students/ada-example-60.html",
        "for_students/notes.txt",
        "students/ada-example-60.html",
        "students/notes.txt",
    ]
