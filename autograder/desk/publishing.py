"""Publishes a class: shows the changes, writes the files with all decisions, and keeps a copy."""

import hashlib
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from autograder.classroom.folder import opened_folder
from autograder.classroom.outputs import FOR_STUDENTS, STUDENTS, write_outputs
from autograder.classroom.serialization import from_json, to_json
from autograder.desk.access import visitor_of
from autograder.desk.book import Class, Student
from autograder.desk.flags import Flag
from autograder.desk.forms import Form
from autograder.desk.pages import desk_of, to_answer
from autograder.model.decided import Decided
from autograder.model.failures import UnusableInput
from autograder.model.outcome import Explanation
from autograder.model.report import Report
from autograder.system.files import write_whole

PUBLISHED, SCORES = "published", "scores.json"
# The processes that write pages end with the thread that starts them, and the threads that answer requests come and go.
WRITER = ThreadPoolExecutor(1, "publish")


@dataclass(frozen=True)
class Score:
    """A student's score as it was published.

    Attributes:
        score: points; None without a report.
        tests: number or key of each test and item to its points, as far as it is judged.
        late: share of the points that lateness costs.
        words: digest of what people and the harness say; empty if they say nothing, None if an older desk published,
            which kept neither words nor lateness.
    """

    score: float | None
    tests: dict[str, float] = field(default_factory=dict)
    late: float = 0.0
    words: str | None = None


@dataclass(frozen=True)
class Publication:
    """One publication.

    Attributes:
        at: the time, as ISO 8601 in UTC.
        by: the grader.
        scores: by the hand-in's key.
    """

    at: str
    by: str
    scores: dict[str, Score]


@dataclass(frozen=True)
class Difference:
    """The changes that a publication would make for a student; `before` is None for somebody new."""

    student: Student
    before: Score | None
    after: Score

    @property
    def parts(self) -> list[str]:
        """The changes: numbers of tests and items whose points change, late days, or words alone."""
        if self.before is None:
            return ["new"]
        old, new = self.before.tests, self.after.tests
        found = [name for name in old | new if old.get(name) != new.get(name)]
        found += ["late days"] if self.before.late != self.after.late else []
        return found or ["words" if self.before.score == self.after.score else "the whole score"]


def publish_page(request: Request, problem: str = "", status: int = 200) -> Response:
    """Show the changes that publishing would make."""
    desk = desk_of(request)
    known = desk.book.now()
    last = latest(desk.book.folder.root)
    return to_answer(
        request, "publish.html.jinja", known, status, last=last, differences=list(differences(known, last)),
        open_items=sum(Flag.OPEN in one.flags for one in known.students),
        clashes=[one for one in known.students if Flag.CLASH in one.flags],
        outdated=[one for one in known.students if Flag.OUTDATED in one.flags],
        faults=[one for one in known.students if Flag.FAULT in one.flags],
        problem=problem, published=request.query_params.get("done", ""),
    )  # fmt: skip


def publish(request: Request, _form: Form) -> Response:
    """Write everything for students and platforms, and keep a copy."""
    desk = desk_of(request)
    known, root = desk.book.now(), desk.book.folder.root
    try:
        name = WRITER.submit(_write, root, known, visitor_of(request).name).result()
    except UnusableInput as error:  # `class` or `rejudge` is at work
        return publish_page(request, str(error), 409)
    return RedirectResponse(f"/publish?done={name}", 303)


def _write(root: Path, known: Class, by: str) -> str:
    """Write all files of the class and the copy, and return the copy's name."""
    with opened_folder(root, new=False) as folder:
        result = replace(known.result, rows=tuple(one.row for one in _in_order(known)))
        write_outputs(folder, result, lambda *_progress: None)
        return _archive(root, known, by)


def latest(root: Path) -> Publication | None:
    """Return the last publication; None if there is none."""
    for path in sorted((root / PUBLISHED).glob(f"*/{SCORES}"), reverse=True):
        try:
            return from_json(path.read_bytes(), Publication)
        except ValueError:  # a loss of power; the one before it is the last that is known
            continue
    return None


def differences(known: Class, last: Publication | None) -> Iterator[Difference]:
    """Yield the changes for each student since a publication; everything if there was none."""
    for student in known.students:
        before = last.scores.get(student.row.hand_in.key) if last else None
        after = score_of(student)
        if before and before.words is None:
            after = replace(after, late=before.late, words=None)
        if before != after:
            yield Difference(student, before, after)


def score_of(student: Student) -> Score:
    """Return a student's score as it would be published."""
    report = student.report
    if report is None:
        return Score(None, words="")
    tests = {one.number or one.key: one.score for one in report.outcomes if one.worth is not None}
    return Score(report.score, tests, report.late.share_lost if report.late else 0.0, _words(report))


def _words(report: Report) -> str:
    """Return the digest of all that a student reads beside points; empty if that is nothing."""
    said = [(one.key, one.explanation, _said(one.decided)) for one in report.outcomes]
    told = [one for one in said if one[1] != Explanation() or one[2]]
    notes = [(one.file, one.cell, one.line, one.comment) for one in report.notes]
    late = (report.late.days, report.late.waived, report.late.reason) if report.late else ()
    everything = (told, notes, late, report.problem, report.remarks)
    return hashlib.sha256(to_json(everything)).hexdigest()[:16] if any(everything) else ""


def _said(decided: Decided | None) -> tuple[object, ...]:
    return (decided.reason, decided.comment, decided.lines, decided.automatic) if decided else ()


def _archive(root: Path, known: Class, by: str) -> str:
    """Copy the written files into a new folder, and return its name; its scores come last, and make it count."""
    there = [int(path.name) for path in (root / PUBLISHED).glob("[0-9]*") if path.name.isdigit()]
    name = f"{max(there, default=0) + 1:04}"
    target = root / PUBLISHED / name
    target.mkdir(parents=True, mode=0o700)
    for path in root.glob("*.csv"):
        shutil.copy2(path, target / path.name)
    for folder in (STUDENTS, FOR_STUDENTS):
        shutil.copytree(root / folder, target / folder)
    scores = {one.row.hand_in.key: score_of(one) for one in known.students}
    publication = Publication(datetime.now(UTC).isoformat(timespec="seconds"), by, scores)
    write_whole(target / SCORES, to_json(publication, indent=1), mode=0o600)
    return name


def _in_order(known: Class) -> list[Student]:
    """Return the students in the order of the class, which decides the order in files."""
    places = {row.hand_in.key: place for place, row in enumerate(known.result.rows)}
    return sorted(known.students, key=lambda one: places[one.row.hand_in.key])
