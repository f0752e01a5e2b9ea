"""Writes the files of a graded class that people read: results, pages, the gradebook."""

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from pathlib import Path

from autograder.class_page.page import to_class_page
from autograder.classroom.changes import Rejudged
from autograder.classroom.folder import ClassFolder
from autograder.classroom.in_parallel import in_parallel
from autograder.classroom.judge_stored import Progress
from autograder.classroom.looked_at import looks_of
from autograder.classroom.similar_uploads import similarity_of
from autograder.gradebook.cells import cell
from autograder.gradebook.tables import write_gradebook
from autograder.handout.selection import keys_for_home
from autograder.manifest import load_assignment
from autograder.model.class_result import ClassResult, ClassRow
from autograder.rendering.gradescope import to_results
from autograder.rendering.student_page import to_page_for_students, to_student_page
from autograder.similarity.find import pairs_of
from autograder.similarity.page import to_similarity_page
from autograder.suites.load import load_suites
from autograder.system.files import write_results, write_whole

STUDENTS, FOR_STUDENTS, CLASS_PAGE, SIMILARITY_PAGE = "students", "for_students", "class.html", "similarity.html"
GRADEBOOK, CHANGES = "gradebook.csv", "changes.csv"
PURPOSES = {
    GRADEBOOK: "a line for each student, a column for each test",
    "tests.csv": "a line for each student and test",
    "gradescope.csv": 'the columns of Gradescope\'s "Download Grades"',
    "canvas.csv": "for Canvas: Grades → Import",
    "moodle.csv": "for Moodle: Upload grading worksheet",
    SIMILARITY_PAGE: "similar sources, side by side",
    f"{STUDENTS}/": "each student's report with the hidden tests, and its results.json: for the staff",
    f"{FOR_STUDENTS}/": "the same reports without the hidden tests: these may be handed out",
}


def write_outputs(folder: ClassFolder, result: ClassResult, progress: Progress) -> None:
    """Write the results and both pages of each hand-in, the gradebook and the class page.

    Raises:
        UnwritableResults: the disk is full, the folder read-only, or the like.
    """
    _remove_pages_of_others(folder.root, {row.hand_in.key for row in result.rows if row.report})
    written = in_parallel(
        partial(_write_rows, folder.root, _at_home(result)), result.rows
    )  # while we write everything else
    tables = {path.name for path in write_gradebook(result, folder.root)}
    progress("comparing the sources", 0, 0)
    similarity = similarity_of(folder, result)
    write_whole(folder.root / SIMILARITY_PAGE, _bytes(to_similarity_page(result, similarity, back=CLASS_PAGE)))
    links = {row.hand_in.key: f"{STUDENTS}/{row.hand_in.key}.html" for row in result.rows if row.report}
    beside = {name: about for name, about in PURPOSES.items() if name in tables or not name.endswith(".csv")}
    page = to_class_page(result, links, pairs_of(result, similarity), beside, looks_of(folder, result))
    write_whole(folder.root / CLASS_PAGE, _bytes(page))
    for number, _ in enumerate(written, 1):
        progress("writing the reports", number, len(result.rows))


def _remove_pages_of_others(root: Path, keys: Collection[str]) -> None:
    """Remove the pages and results of an earlier run whose hand-ins are no longer there: they show former scores.

    Files of other kinds are not ours, and stay.
    """
    for path in [*root.joinpath(STUDENTS).glob("*"), *root.joinpath(FOR_STUDENTS).glob("*")]:
        if path.suffix in (".html", ".json") and path.stem not in keys and path.is_file():
            path.unlink()


def _at_home(result: ClassResult) -> frozenset[str]:
    """Return the keys of the tests that students can run at home, if a page has to say it."""
    if not any(row.report and row.report.grounds for row in result.rows):
        return frozenset()
    assignment = load_assignment(result.assignment)
    return keys_for_home(assignment, load_suites(assignment))


def _write_rows(root: Path, at_home: Collection[str], rows: Sequence[ClassRow]) -> list[str]:
    """Write the results and pages of some hand-ins, and return their keys; runs in a process of the pool."""
    for row in rows:
        _write_row(root, at_home, row)
    return [row.hand_in.key for row in rows]


def _write_row(root: Path, at_home: Collection[str], row: ClassRow) -> None:
    if row.report:
        key, who = row.hand_in.key, row.hand_in.who
        write_results(root / STUDENTS / f"{key}.json", to_results(row.report))
        page = to_student_page(row.report, who, f"../{CLASS_PAGE}", at_home)
        write_whole(root / STUDENTS / f"{key}.html", _bytes(page))
        write_whole(root / FOR_STUDENTS / f"{key}.html", _bytes(to_page_for_students(row.report, who)))


def _bytes(page: str) -> bytes:
    return page.encode("utf-8", "replace")


def write_changes(folder: ClassFolder, rejudged: Rejudged) -> None:
    """Write the changed scores: a line for each test whose points changed.

    Raises:
        UnwritableResults: the disk is full, the folder read-only, or the like.
    """
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, ["key", "student", "before", "after", "test", "points before", "points after", "why"])
    table.writeheader()
    for one in rejudged.scores:
        about: Mapping[str, object] = {
            "key": one.hand_in.key, "student": cell(one.hand_in.who), "before": one.before, "after": one.after,
        }  # fmt: skip
        for test in one.tests:
            why = "; ".join(test.because)
            table.writerow(
                {**about, "test": test.number, "points before": test.before, "points after": test.after, "why": why}
            )
    write_whole(folder.root / CHANGES, text.getvalue().encode("utf-8-sig"))
