"""The pages and lists of a class match its current hand-ins."""

from pathlib import Path

from autograder.classroom import outputs
from autograder.model.class_result import ClassResult, ClassRow
from autograder.model.grounds import Asked, Grounds
from autograder.model.hand_in import HandIn, Student
from autograder.model.verdict import Verdict
from tests.helpers import report_of
from tests.rendering.test_terminal import line


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


def test_only_the_staff_s_pages_say_what_a_verdict_rests_on(tmp_path: Path) -> None:
    """They name the probe that was asked; the page to hand out does not."""
    grounds = Grounds("Suite.test_it", (Asked("a_probe_of_ours"),))
    row = ClassRow(HandIn("ada", (Student("Ada"),), None), report_of(line(Verdict.FAILED, 0.0), grounds=(grounds,)))
    outputs._write_row(tmp_path, {"Suite.test_it"}, row)
    staff, student = ((tmp_path / folder / "ada.html").read_text() for folder in ("students", "for_students"))

    assert "a_probe_of_ours" in staff
    assert "python run_visible_tests.py 1.1" in staff
    assert "a_probe_of_ours" not in student


def test_tests_for_home_are_looked_up_only_if_a_page_names_them() -> None:
    """A class without lost points needs no suite for its pages."""
    rows = tuple(
        ClassRow(HandIn("ada", (Student("Ada"),), None), report_of(line(), grounds=grounds))
        for grounds in ((), (Grounds("TestModel.test_model_is_a_line"),))
    )

    assert outputs._at_home(ClassResult("no_such_assignment", "", "embedded", "folder", rows[:1])) == frozenset()
    assert "TestModel.test_model_is_a_line" in outputs._at_home(
        ClassResult("line_fit", "", "embedded", "folder", rows[1:])
    )
