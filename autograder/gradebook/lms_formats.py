"""The gradebook in the formats of Gradescope, Canvas and Moodle.

A platform finds a student by an identifier, which stays unchanged in its file. Students without an identifier are
left out, because the platform would guess by the name or refuse the file. Names serve whoever opens the file on the
way; like all other text they are made harmless. A grade is empty where a person must decide first, and where one
identifier has two lines. An empty grade changes nothing on the platform.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pandas as pd

from autograder.gradebook.cells import cell, distinct, is_harmless
from autograder.gradebook.lines import final_score, rubric_of, students_of
from autograder.model.class_result import ClassResult, ClassRow
from autograder.model.hand_in import Student
from autograder.model.outcome import Outcome
from autograder.rendering.text import points

POINTS_POSSIBLE = "Points Possible"  # Canvas reads a line with this name as the maximum points, not as a student
PARTICIPANT = "Participant "


def import_tables(result: ClassResult) -> dict[str, pd.DataFrame]:
    """Return every table for which the export's identifiers suffice, by file name.

    The platform's own table is always one of them. Gradescope identifies students by address or student number, so its
    table is written for every class in which everybody has one of these. Only Canvas's exports have Canvas's user
    numbers, and only Moodle's have participant numbers.
    """
    tables: dict[str, pd.DataFrame] = {}
    if result.platform == "canvas":
        tables["canvas.csv"] = canvas_table(result)
    if result.platform == "moodle":
        tables["moodle.csv"] = moodle_table(result)
    everybody = students_of(result)
    if result.platform == "gradescope" or (everybody and all(_roster_id(student) for student, _ in everybody)):
        tables["gradescope.csv"] = gradescope_table(result)
    return tables


def gradescope_table(result: ClassResult) -> pd.DataFrame:
    """Return the columns of an assignment's grades as in Gradescope's "Download Grades".

    Gradescope itself takes scores from its autograder, not from a file; scripts and other platforms read this format.
    The name is split at its last space. Exports say whether a hand-in was late, but not by how much.

    Source: the headers of such downloads in public course scripts, such as "First Name, Last Name, SID, Email,
    Sections, Total Score, Max Points, Status, Submission ID, Submission Time, Lateness (H:M:S), 1.1: A (0.25 pts)";
    a missing hand-in has the status "Missing" and no score.
    """
    worth = _worth(result)
    questions = distinct({one.key: _question(one) for one in rubric_of(result) if one.weight or one.manual})
    records = [
        _gradescope_line(student, row, grade, worth) | _gradescope_points(row, grade, questions)
        for student, row, grade in _graded(result, _roster_id)
    ]
    columns = [
        "First Name", "Last Name", "SID", "Email", "Sections", "Total Score", "Max Points", "Status", "Submission ID",
        "Submission Time", "Lateness (H:M:S)", *questions.values(),
    ]  # fmt: skip
    numbers = ["Total Score", "Max Points", *questions.values()]
    return pd.DataFrame(records, columns=columns).astype(dict.fromkeys(numbers, "float64"))


def canvas_table(result: ClassResult) -> pd.DataFrame:
    """Return the table that Canvas's gradebook imports; its first line states the possible points.

    Canvas looks up the student by the number in `ID` first, and the assignment by its title or by `title (number)`.

    Source: instructure/canvas-lms, lib/gradebook_importer.rb: `row_has_student_headers?`, `process_student`,
    `parse_assignments`, `check_for_non_student_row`.
    """
    title = cell(result.title)
    columns = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", title]
    possible = {"Student": f"    {POINTS_POSSIBLE}", title: _worth(result)}
    records = [
        {
            "Student": cell(student.name).replace(POINTS_POSSIBLE, POINTS_POSSIBLE.lower()),
            "ID": student.platform_id,
            "SIS User ID": cell(student.sid),
            title: grade,
        }
        for student, _, grade in _graded(result, _canvas_id)
    ]
    return pd.DataFrame([possible, *records], columns=columns).astype({title: "float64"})


def moodle_table(result: ClassResult) -> pd.DataFrame:
    """Return Moodle's offline grading worksheet, without its feedback.

    Moodle requires the columns `Identifier`, `Grade` and `Last modified (grade)`, under these English names. There
    is no column for feedback, since an empty one would erase existing feedback. Moodle skips an empty grade.

    Source: moodle/moodle, mod/assign/feedback/offline/importgradeslib.php (`init`, `next`) and locallib.php
    (`process_import_grades`).
    """
    worth = _worth(result)
    records = [
        {
            "Identifier": PARTICIPANT + _moodle_id(student),
            "Full name": cell(student.name),
            "Email address": cell(student.email),
            "Grade": grade,
            "Maximum Grade": worth,
            "Last modified (submission)": cell(row.hand_in.submitted_at) or "-",
            "Last modified (grade)": "-",
        }
        for student, row, grade in _graded(result, _moodle_id)
    ]
    columns = [
        "Identifier", "Full name", "Email address", "Grade", "Maximum Grade", "Last modified (submission)",
        "Last modified (grade)",
    ]  # fmt: skip
    return pd.DataFrame(records, columns=columns).astype({"Grade": "float64", "Maximum Grade": "float64"})


def _graded(result: ClassResult, identifier: Callable[[Student], str]) -> list[tuple[Student, ClassRow, float | None]]:
    known = [(student, row) for student, row in students_of(result) if identifier(student)]
    often = Counter(identifier(student) for student, _ in known)
    return [(who, row, final_score(row) if often[identifier(who)] == 1 else None) for who, row in known]


def _worth(result: ClassResult) -> float:
    """Return the points of the whole assignment, including those that a person gives."""
    return round(sum((one.weight or 0.0) + (one.manual or 0.0) for one in rubric_of(result)), 6)


def _roster_id(student: Student) -> str:
    """Return the address, or else the number, by which Gradescope knows a student, if a cell can hold it unchanged."""
    return next((known for known in (student.email, student.sid) if is_harmless(known)), "")


def _canvas_id(student: Student) -> str:
    return student.platform_id if _is_number(student.platform_id) else ""


def _moodle_id(student: Student) -> str:
    number = student.platform_id.removeprefix(PARTICIPANT)
    return number if _is_number(number) else ""


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _question(outcome: Outcome) -> str:
    worth = points((outcome.weight or 0.0) + (outcome.manual or 0.0))
    return cell(f"{outcome.number}: {outcome.title} ({worth} pts)")


def _gradescope_line(student: Student, row: ClassRow, grade: float | None, worth: float) -> dict[str, Any]:
    first, _, last = student.name.strip().rpartition(" ")
    missing = row.report is None
    return {
        "First Name": cell(first),
        "Last Name": cell(last),
        "SID": cell(student.sid),
        "Email": cell(student.email),
        "Total Score": grade,
        "Max Points": worth,
        "Status": "Missing" if missing else "Ungraded" if grade is None else "Graded",
        "Submission ID": cell(row.hand_in.submission_id),
        "Submission Time": cell(row.hand_in.submitted_at),
        "Lateness (H:M:S)": "" if missing or row.is_late else "00:00:00",
    }


def _gradescope_points(row: ClassRow, grade: float | None, questions: dict[str, str]) -> dict[str, float | None]:
    outcomes = row.report.outcomes if row.report and grade is not None else ()
    return {questions[one.key]: None if one.is_open else one.score for one in outcomes if one.key in questions}
