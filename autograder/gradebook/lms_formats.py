"""The gradebook in the forms of Gradescope, Canvas and Moodle.

A platform finds a student by an identifier, which stands in its form unchanged; who has none is left out, because the
platform would guess by the name or refuse the file. Names are for the eye of whoever opens the file on the way, so
they are made harmless like all other text. A grade is empty where a person must decide first, and where one identifier
stands for two lines. Empty grades leave a platform as it is.
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

POINTS_POSSIBLE = "Points Possible"  # in the first column: not a student, says Canvas
PARTICIPANT = "Participant "


def import_forms(result: ClassResult) -> dict[str, pd.DataFrame]:
    """Return the forms that the export's identifiers suffice for, by their files' names.

    The platform's own form is always one of them. Gradescope's, which goes by addresses and student numbers, is
    written for every class of which everybody has one of these; user numbers of Canvas and participant numbers of
    Moodle are in no other platform's export.
    """
    forms: dict[str, pd.DataFrame] = {}
    if result.platform == "canvas":
        forms["canvas.csv"] = canvas_form(result)
    if result.platform == "moodle":
        forms["moodle.csv"] = moodle_form(result)
    everybody = students_of(result)
    if result.platform == "gradescope" or (everybody and all(_roster_id(student) for student, _ in everybody)):
        forms["gradescope.csv"] = gradescope_form(result)
    return forms


def gradescope_form(result: ClassResult) -> pd.DataFrame:
    """Return the columns of an assignment's grades as Gradescope gives them out ("Download Grades").

    Gradescope itself takes scores from its autograder, not from a file; this is the form that scripts and other
    platforms read. The name is parted at its last space. How late a hand-in was is not known, only whether.

    Source: the headers of such downloads in public course scripts, such as "First Name, Last Name, SID, Email,
    Sections, Total Score, Max Points, Status, Submission ID, Submission Time, Lateness (H:M:S), 1.1: A (0.25 pts)";
    a hand-in that is missing has the status "Missing" and no score.
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


def canvas_form(result: ClassResult) -> pd.DataFrame:
    """Return what Canvas's gradebook imports, beginning with the line of the points that are possible.

    Canvas looks for the number in `ID` first, and for the assignment by its title, or by `title (number)`.

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


def moodle_form(result: ClassResult) -> pd.DataFrame:
    """Return Moodle's offline grading worksheet, without its feedback.

    Moodle asks for `Identifier`, `Grade` and `Last modified (grade)` by these names, in its own language. A column of
    feedback would replace by nothing what stands there, so there is none. An empty grade is passed over.

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
    """Return what the whole assignment is worth, with the points that a person gives."""
    return round(sum((one.weight or 0.0) + (one.manual or 0.0) for one in rubric_of(result)), 6)


def _roster_id(student: Student) -> str:
    """Return what Gradescope knows a student by, if it can stand in a cell unchanged: the address, else the number."""
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
        "Lateness (H:M:S)": "" if missing or row.hand_in.late else "00:00:00",
    }


def _gradescope_points(row: ClassRow, grade: float | None, questions: dict[str, str]) -> dict[str, float | None]:
    outcomes = row.report.outcomes if row.report and grade is not None else ()
    return {questions[one.key]: None if one.manual else one.score for one in outcomes if one.key in questions}
