"""The gradebook of a class: tables for people, and the files for people and platforms."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from autograder.gradebook.cells import cell, distinct
from autograder.gradebook.lines import max_score_of, rubric_of, status_of, students_of
from autograder.gradebook.lms_formats import import_tables
from autograder.model.class_result import ClassResult, ClassRow
from autograder.model.hand_in import Student
from autograder.model.outcome import Outcome
from autograder.model.report import Report
from autograder.model.verdict import Verdict
from autograder.rendering.notes import decided_note, late_note
from autograder.rendering.text import points
from autograder.system.files import write_whole

# Their explanations state seconds and bytes, which differ from run to run; the same class must give the same file.
MEASURED = (Verdict.CPU_BUDGET, Verdict.WALL_CLOCK, Verdict.IDLE, Verdict.MEMORY, Verdict.DISK_SPACE, Verdict.OUTPUT)
SEEN_LIMIT = 300
ABOUT_A_STUDENT = [
    "name", "sid", "email", "platform id", "key", "submission id", "submitted at", "late", "score", "max score",
    "status", "note",
]  # fmt: skip
ABOUT_A_TEST = ["name", "sid", "email", "key", "number", "title", "weight", "points", "verdict", "seen", "decided"]


def gradebook_of(result: ClassResult) -> pd.DataFrame:
    """Return one line for each student, with one column for each test; no cell is a formula.

    The score is the sum of the points that the harness and people gave, less the cost of lateness. An item that nobody
    has judged yet is empty, and its points are in neither the score nor the maximum. There are no times, since nothing
    differs from run to run.

    Columns: `ABOUT_A_STUDENT`, then the tests in the rubric's order.
    """
    headings = headings_of(rubric_of(result))
    max_score = max_score_of(result)
    records = [_line(student, row, max_score) | _points(row, headings) for student, row in students_of(result)]
    frame = pd.DataFrame(records, columns=[*ABOUT_A_STUDENT, *headings.values()])
    return frame.astype(dict.fromkeys(["score", "max score", *headings.values()], "float64"))


def long_form_of(result: ClassResult) -> pd.DataFrame:
    """Return one line for each student and test, with the columns of `ABOUT_A_TEST`.

    An item without points has an empty weight. `seen` is empty where it would state times or bytes; there the verdict
    has to do. `decided` holds people's decisions; `verdict` and `seen` stay the harness's.
    """
    records = [
        _test(student, row, outcome)
        for student, row in students_of(result)
        for outcome in (row.report.outcomes if row.report else ())
    ]
    return pd.DataFrame(records, columns=ABOUT_A_TEST).astype({"weight": "float64", "points": "float64"})


def write_gradebook(result: ClassResult, folder: Path) -> list[Path]:
    """Write all tables of the class as CSV files, over those of an earlier judging, and return their paths.

    Each file appears whole or not at all. Files for people begin with a byte order mark, because Excel reads UTF-8
    without one in the country's old encoding. Files for platforms have none, because some programs read it as part of
    the first column's name.

    Raises:
        UnwritableResults: the disk is full, the folder read-only, or the like.
    """
    for_people = {"gradebook.csv": gradebook_of(result), "tests.csv": long_form_of(result)}
    contents = {name: _csv(frame).encode("utf-8-sig") for name, frame in for_people.items()}
    contents |= {name: _csv(frame).encode() for name, frame in import_tables(result).items()}
    for name, content in contents.items():
        write_whole(folder / name, content)
    return [folder / name for name in contents]


def headings_of(rubric: tuple[Outcome, ...]) -> dict[str, str]:
    """Return the heading of each test that earns points, by its key: `1.1 title (5)`."""
    headings = {outcome.key: _heading(outcome) for outcome in rubric if outcome.weight or outcome.manual}
    return distinct(headings, ABOUT_A_STUDENT)


def _heading(outcome: Outcome) -> str:
    worth = f"by hand, {points(outcome.manual)}" if outcome.manual else points(outcome.weight or 0.0)
    return cell(f"{outcome.number} {outcome.title} ({worth})")


def _line(student: Student, row: ClassRow, max_score: float) -> dict[str, Any]:
    return {
        "name": cell(student.name),
        "sid": cell(student.sid),
        "email": cell(student.email),
        "platform id": cell(student.platform_id),
        "key": cell(row.hand_in.key),
        "submission id": cell(row.hand_in.submission_id),
        "submitted at": cell(row.hand_in.submitted_at),
        "late": "yes" if row.is_late else "no",
        "score": row.report.score if row.report else None,
        "max score": round(max_score + _judged_by_hand(row.report), 6),
        "status": status_of(row).value,
        "note": cell(" ".join(_notes(row))),
    }


def _points(row: ClassRow, headings: Mapping[str, str]) -> dict[str, float | None]:
    outcomes = row.report.outcomes if row.report else ()
    return {headings[one.key]: None if one.is_open else one.score for one in outcomes if one.key in headings}


def _judged_by_hand(report: Report | None) -> float:
    """Return the maximum points of the items that a person has judged."""
    return sum(one.manual or 0.0 for one in report.outcomes if one.decided) if report else 0.0


def _notes(row: ClassRow) -> list[str]:
    return [note for note in (row.hand_in.problem, *_notes_on(row.report), *row.hand_in.remarks) if note]


def _notes_on(report: Report | None) -> list[str]:
    if report is None:
        return []
    notes = [_first_sentence(report.problem)]
    if report.faults:
        notes.append(f"The harness failed in {_numbers(report.faults)}; these points are not judged.")
    if report.forfeits:
        notes.append(f"All points are forfeited by {_numbers(report.forfeits)}.")
    return [*notes, late_note(report)]


def _numbers(outcomes: tuple[Outcome, ...]) -> str:
    return ", ".join(outcome.number or outcome.title for outcome in outcomes)


def _first_sentence(problem: str) -> str:
    """Return only the first sentence, since the rest may state times; the student's report has all of it."""
    sentence, found, _ = problem.partition(". ")
    return sentence + "." if found else sentence


def _test(student: Student, row: ClassRow, outcome: Outcome) -> dict[str, Any]:
    return {
        "name": cell(student.name),
        "sid": cell(student.sid),
        "email": cell(student.email),
        "key": cell(row.hand_in.key),
        "number": cell(outcome.number),
        "title": cell(outcome.title),
        "weight": outcome.weight,
        "points": None if outcome.worth is None else outcome.score,
        "verdict": "by hand" if outcome.manual is not None else outcome.verdict.value,
        "seen": "" if outcome.verdict in MEASURED else cell(outcome.explanation.seen, SEEN_LIMIT),
        "decided": cell(decided_note(outcome)),
    }


def _csv(frame: pd.DataFrame) -> str:
    return frame.to_csv(index=False, lineterminator="\n", float_format="%.10g")
