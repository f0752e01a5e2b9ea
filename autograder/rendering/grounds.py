"""The grounds of a verdict for the staff: at a terminal, and on the staff's page below a test."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from shlex import quote

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from autograder.model.grounds import Asked, Compared, Grounds
from autograder.model.measurement import Measurement
from autograder.model.outcome import Outcome
from autograder.model.report import Report
from autograder.model.test_number import is_meant
from autograder.rendering.terminal import table_of
from autograder.rendering.text import plain, short

LONGEST = 600  # characters of one value
LONGEST_CALL = 4000
MOST_CODES = 2
REPEAT = "To repeat it"
OTHERS = "with the question asked here"  # at home, a test that draws its questions draws others
NOT_KNOWN = "not asked; the suite works out the right answer itself"


@dataclass(frozen=True)
class Explained:
    """A test with its grounds, as both renderers show it.

    Attributes:
        outcome: of the test.
        grounds: of its verdict.
        assignment: slug of the assignment.
        is_for_home: whether students can run the test at home.
    """

    outcome: Outcome
    grounds: Grounds
    assignment: str
    is_for_home: bool

    @property
    def repeat(self) -> tuple[tuple[str, str], ...]:
        """Where the test can be repeated, and how."""
        number = quote(plain(self.outcome.number, 40))  # a shell reads the brackets of 2d(3)b
        home = (
            f"python run_visible_tests.py {number}"
            if self.is_for_home
            else "not possible: the grader alone has this test"
        )
        here = f"./run_autograder grade FILE --assignment {self.assignment} --explain {number}"
        codes = self._codes if self.is_for_home else []
        same = [(OTHERS, f"python run_visible_tests.py --question '{code}'") for code in codes]
        return (("here", here), ("at home", home), *same)

    @property
    def _codes(self) -> list[str]:
        """The last questions that the submission answered otherwise than the reference, or not at all."""
        asked = [one for one in self.grounds.asked if one.code and one.submission]
        telling = [one for one in asked if not one.reference or any(field.differs for field in one.fields)]
        return [one.code for one in (telling or asked)[-MOST_CODES:]]

    @property
    def measured(self) -> tuple[str, ...]:
        """The measurements that a threshold judged, in words; failed ones first."""
        return tuple(map(_measured, sorted(self.outcome.measurements, key=lambda one: one.holds)))


def explained(report: Report, at_home: Collection[str] = ()) -> dict[str, Explained]:
    """Return all tests of a report that have grounds, by their keys.

    Args:
        report: the report.
        at_home: keys of the tests that students can run at home.
    """
    outcomes = {outcome.key: outcome for outcome in report.outcomes}
    return {
        one.key: Explained(outcomes[one.key], one, report.assignment, one.key in at_home)
        for one in report.grounds
        if one.key in outcomes
    }


def to_explanation(report: Report, wanted: str, at_home: Collection[str] = ()) -> RenderableType:
    """Return the grounds of the tests that a number selects, for a terminal of any width.

    Args:
        report: the report.
        wanted: number of a test, or its beginning.
        at_home: keys of the tests that students can run at home.
    """
    parts: list[RenderableType] = [Text(), Text(plain(report.title, 200), style="bold")]
    for one in explained(report, at_home).values():
        if is_meant(one.outcome.number, wanted):
            parts += [table_of([one.outcome], {}), *_blocks(one)]
    return Group(*parts, Text())


def _blocks(one: Explained) -> Iterator[RenderableType]:
    for title, rows in (
        ("Judged by", _judged(one)),
        ("Asked", list(_asked_rows(one.grounds))),
        (REPEAT, list(one.repeat)),
    ):
        if rows:
            yield Padding(Text(title, style="bold"), (1, 0, 0, 2))
            yield Padding(_table(rows, LONGEST_CALL if title == REPEAT else LONGEST), (0, 0, 0, 4))


def _judged(one: Explained) -> list[tuple[str, str]]:
    rows = [("suite", f"{place.file}, line {place.line}:\n{place.source}") for place in one.grounds.judged_at]
    return rows + [("measured", words) for words in one.measured]


def _asked_rows(grounds: Grounds) -> Iterator[tuple[str, str]]:
    if grounds.left_out:
        yield "", f"{grounds.left_out} more questions were asked"
    if not grounds.asked:
        yield "", "nothing: the test asked no probe"
    for asked in grounds.asked:
        yield from question_rows(asked)
        for field in asked.fields:
            yield from field_rows(field)
        if asked.left_out:
            yield "", f"{asked.left_out} more fields"


def question_rows(asked: Asked) -> list[tuple[str, str]]:
    """Return labels and texts that say what was asked, and how the probe ended."""
    rows = [("probe", asked.probe)]
    rows += [(f"  {name}", value) for name, value in asked.arguments]
    rows += [(f"  {name}", f"sent late; {size}") for name, size in asked.deferred]
    rows += [("submission", asked.submission or "not asked"), ("reference", asked.reference or NOT_KNOWN)]
    return [*rows, ("", asked.error)] if asked.error else rows


def field_rows(field: Compared) -> list[tuple[str, str]]:
    """Return a field of both answers: one row if they agree or only one is known, two if they differ."""
    if field.differs:
        return [(f"≠ {field.path}", f"submission  {field.submission}"), ("", f"reference   {field.reference}")]
    if field.submission and field.reference:
        return [(f"= {field.path}", field.submission)]
    return [(f"· {field.path}", field.submission or f"reference   {field.reference}")]


def _measured(one: Measurement) -> str:
    limit = "at least" if one.at_least else "at most"
    return f"{one.name}: {one.value:.6g}; {limit} {one.threshold:.6g} is asked for; {'holds' if one.holds else 'fails'}"


def _table(rows: list[tuple[str, str]], longest: int) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(style="dim", overflow="fold", max_width=28)
    table.add_column(overflow="fold", ratio=1)
    for label, text in rows:
        style = "bold" if label == "probe" else "red" if label.startswith("≠") else ""
        table.add_row(Text(plain(label, 120), style=style), Text(short(text, longest)))
    return table
