"""The lines of the class page's table."""

from collections.abc import Mapping
from dataclasses import dataclass

from autograder.class_page.scatter import column_of, value_of
from autograder.class_page.standing import Standing, standing_of
from autograder.model.class_result import ClassResult, ClassRow
from autograder.model.hand_in import HandIn
from autograder.model.report import Report
from autograder.rendering.text import plain

LONGEST_NAME = 80  # characters


@dataclass(frozen=True)
class Line:
    """One hand-in.

    Attributes:
        key: of the hand-in.
        who: the students' names, printable.
        about: their numbers, printable; empty if the export has none.
        find: further text for the search, such as addresses.
        link: the student's page; empty if there is none.
        score: points, or None.
        suites: points in each scored suite, in the table's order; None for each without a score.
        value: value in the leaderboard's column, or None.
        standing: its state.
        cpu_s: CPU seconds, or None.
        late: whether the platform says so.
    """

    key: str
    who: str
    about: str
    find: str
    link: str
    score: float | None
    suites: tuple[float | None, ...]
    value: float | None
    standing: Standing
    cpu_s: float | None
    late: bool


@dataclass(frozen=True)
class Suite:
    """A scored suite: its title, and its maximum number of points."""

    title: str
    points: float


@dataclass(frozen=True)
class Table:
    """All lines, the scored suites, and the leaderboard's column, which is empty if there is none."""

    lines: tuple[Line, ...]
    suites: tuple[Suite, ...]
    column: str


def table_of(result: ClassResult, links: Mapping[str, str]) -> Table:
    """Return the table, in the order of the class."""
    most: dict[str, float] = {}
    for row in result.rows:
        for title, points in _by_suite(row.report, most=True).items():
            most[title] = max(points, most.get(title, 0.0))
    column = column_of(result)
    lines = tuple(_line(row, tuple(most), column, links) for row in result.rows)
    return Table(lines, tuple(Suite(plain(title, 80) or "Tests", most[title]) for title in most), plain(column, 80))


def shown_name(hand_in: HandIn) -> str:
    """Return the students' names in one printable line of bounded length, or the key if no name can be shown."""
    name = " ".join(plain(hand_in.who, 10 * LONGEST_NAME).split()) or hand_in.key
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _line(row: ClassRow, suites: tuple[str, ...], column: str, links: Mapping[str, str]) -> Line:
    hand_in, report = row.hand_in, row.report
    earned = _by_suite(report)
    found = [text for student in hand_in.students for text in (student.email, student.platform_id)]
    return Line(
        key=hand_in.key,
        who=shown_name(hand_in),
        about=plain(", ".join(student.sid for student in hand_in.students if student.sid), 120),
        find=plain(" ".join(filter(None, (*found, hand_in.key, hand_in.submission_id))), 300),
        link=links.get(hand_in.key, ""),
        score=report.score if report else None,
        suites=tuple(earned.get(title) for title in suites),
        value=value_of(report, column) if report else None,
        standing=standing_of(row),
        cpu_s=report.cpu_s if report else None,
        late=row.is_late,
    )


def _by_suite(report: Report | None, most: bool = False) -> dict[str, float]:
    """Return the points of each scored suite: those earned, or the maximum."""
    sums: dict[str, float] = {}
    for outcome in report.outcomes if report else ():
        if outcome.worth is not None:
            earned = outcome.worth if most else outcome.score
            sums[outcome.suite] = round(sums.get(outcome.suite, 0.0) + earned, 6)
    return sums
