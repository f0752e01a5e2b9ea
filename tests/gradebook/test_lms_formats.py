"""The gradebook in the platforms' own formats."""

import csv
import io
from pathlib import Path

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from autograder.gradebook.lms_formats import canvas_table, gradescope_table, import_tables, moodle_table
from autograder.gradebook.tables import write_gradebook
from autograder.model.class_result import ClassRow
from autograder.model.hand_in import Student
from tests.gradebook.made import BY_HAND, FAULTY, PASSED, a_class, a_report, a_row

ADA = Student("Ada King Lovelace", "0012", "ada@x.edu", "71")


def undecided_rows() -> tuple[ClassRow, ...]:
    """Return two lines that a person must decide, one that cannot be graded, and one that is graded."""
    return (
        a_row("a", Student("Ann", "1", "ann@x.edu", "1"), report=a_report(PASSED, FAULTY, BY_HAND)),
        a_row("b", Student("Bob", "2", "bob@x.edu", "2"), problem="Nothing was handed in."),
        a_row("c", Student("Cyd", "3", "cyd@x.edu", "3"), report=a_report(BY_HAND, problem="It is damaged.")),
        a_row("d", Student("Dan", "4", "dan@x.edu", "4")),
    )


def grades(column: "pd.Series[float]") -> list[float | None]:
    """Return a column with None for empty cells."""
    return [None if pd.isna(value) else float(value) for value in column]


def test_undecided_line_has_no_grade_in_any_table() -> None:
    """A fault of the harness and a missing hand-in are empty, never 0; an ungradable hand-in is 0."""
    rows = undecided_rows()

    assert grades(gradescope_table(a_class(*rows))["Total Score"]) == [None, None, 0.0, 5.0]
    assert grades(canvas_table(a_class(*rows))["A small one"]) == [11.5, None, None, 0.0, 5.0]
    assert grades(moodle_table(a_class(*rows))["Grade"]) == [None, None, 0.0, 5.0]
    assert list(gradescope_table(a_class(*rows))["Status"]) == ["Ungraded", "Missing", "Graded", "Graded"]


def test_gradescopes_table_has_its_columns() -> None:
    """Names are split, questions carry their points, and lateness appears only where it is known."""
    late = a_row("b", Student("Bob", email="bob@x.edu"), late=True)
    frame = gradescope_table(a_class(a_row("a", ADA, submission_id="9", submitted_at="2026-05-01T10:00:00Z"), late))

    line = frame.astype(object).fillna("").to_dict("records")[0]
    assert line == {
        "First Name": "Ada King",
        "Last Name": "Lovelace",
        "SID": "0012",
        "Email": "ada@x.edu",
        "Sections": "",
        "Total Score": 5.0,
        "Max Points": 11.5,
        "Status": "Graded",
        "Submission ID": "9",
        "Submission Time": "2026-05-01T10:00:00Z",
        "Lateness (H:M:S)": "00:00:00",
        "1.1: The length is right (5 pts)": 5.0,
        "2.1: The shape is right (2.5 pts)": 0.0,
        "2.2: The story is told (4 pts)": "",
    }
    assert frame["Lateness (H:M:S)"][1] == ""


def test_canvas_finds_header_points_and_students(tmp_path: Path) -> None:
    """The file reads as Canvas's importer reads it: student columns, points possible, then a line for each ID."""
    write_gradebook(a_class(a_row("a", ADA), platform="canvas"), tmp_path)

    header, possible, line = csv.reader(io.StringIO((tmp_path / "canvas.csv").read_text()))
    assert header == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "A small one"]
    assert possible == ["    Points Possible", "", "", "", "", "11.5"]
    assert line == ["Ada King Lovelace", "71", "0012", "", "", "5"]


def test_student_called_points_possible_changes_no_points() -> None:
    """Canvas takes a line with these words in its name for that of the points, so no name keeps them."""
    frame = canvas_table(a_class(a_row("a", Student("Points Possible", platform_id="5"))))

    assert [("Points Possible" in name) for name in frame["Student"]] == [True, False]


def test_moodle_finds_the_columns_that_it_requires(tmp_path: Path) -> None:
    """Identifier, grade and the grade's time are there, without a feedback column that would erase feedback."""
    write_gradebook(a_class(a_row("a", ADA), platform="moodle"), tmp_path)

    (line,) = csv.DictReader(io.StringIO((tmp_path / "moodle.csv").read_text()))
    assert line == {
        "Identifier": "Participant 71",
        "Full name": "Ada King Lovelace",
        "Email address": "ada@x.edu",
        "Grade": "5",
        "Maximum Grade": "11.5",
        "Last modified (submission)": "-",
        "Last modified (grade)": "-",
    }


def test_identifiers_decide_which_tables_are_written() -> None:
    """The platform's own table is always there, Gradescope's where everybody has an address or a number."""
    known, unknown = a_row("a", ADA), a_row("b", Student("Bob"))

    assert set(import_tables(a_class(known, platform="canvas"))) == {"canvas.csv", "gradescope.csv"}
    assert set(import_tables(a_class(known, unknown, platform="canvas"))) == {"canvas.csv"}
    assert set(import_tables(a_class(known, unknown, platform="gradescope"))) == {"gradescope.csv"}
    assert set(import_tables(a_class(known, platform="moodle"))) == {"moodle.csv", "gradescope.csv"}
    assert set(import_tables(a_class(unknown))) == set()


def test_student_without_an_identifier_is_left_out_of_the_table() -> None:
    """A platform would guess by the name; the gradebook for people has the student nevertheless."""
    rows = (a_row("a", ADA), a_row("b", Student("Bob", platform_id="=1")), a_row("nobody"))

    assert list(canvas_table(a_class(*rows))["ID"][1:]) == ["71"]
    assert list(moodle_table(a_class(*rows))["Identifier"]) == ["Participant 71"]


def test_one_identifier_on_two_lines_has_no_grade() -> None:
    """A person has to say which of two hand-ins counts."""
    rows = (a_row("a", ADA), a_row("b", ADA))

    assert grades(moodle_table(a_class(*rows))["Grade"]) == [None, None]


@given(text=st.text(max_size=40))
def test_identifiers_stand_unchanged_or_not_at_all(text: str) -> None:
    """An identifier is never altered on its way to the platform, and no spreadsheet evaluates it."""
    result = a_class(a_row("a", Student("Ann", text, text, text)))

    assert list(canvas_table(result)["ID"][1:]) in ([], [text])
    assert list(gradescope_table(result)["Email"]) in ([], [text])
    assert all(not str(one).startswith(tuple("=+-@")) for one in gradescope_table(result)["SID"])
