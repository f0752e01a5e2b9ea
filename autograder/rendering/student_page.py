"""A report as one page for a browser: one for the staff, which shows everything, and one for the student."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from autograder.model.measurement import Measurement
from autograder.model.outcome import Explanation, Outcome
from autograder.model.report import Report
from autograder.model.verdict import Verdict
from autograder.rendering.asides import with_asides
from autograder.rendering.drawing import Drawn, drawn
from autograder.rendering.grounds import NOT_KNOWN, Explained, explained
from autograder.rendering.html import to_page
from autograder.rendering.notes import (
    decided_note,
    fault_note,
    forfeit_note,
    hidden_note,
    late_note,
    manual_note,
    mark_of,
    remaining_note,
)
from autograder.rendering.text import short
from autograder.rendering.without_hidden import without_hidden

TEMPLATE = Path(__file__).with_name("student_page.html.jinja")
SAID_BY_ITS_MARK = (Verdict.PASSED, Verdict.FAILED, Verdict.RAISED, Verdict.NOT_RUN)
MEANINGS = {
    "✓": "full points",
    "◐": "some of the points",
    "✗": "no points",
    "–": "not run",
    "!": "the grader failed",
    "✎": "a person gives the points",
    "·": "without points",
}
SEEN_BY_STUDENTS = {
    "hidden": "hidden from students",
    "after_due_date": "shown after the due date",
    "after_published": "shown when grades are published",
}


@dataclass(frozen=True)
class Line:
    """One test as the page shows it.

    Attributes:
        place: its position among all tests, from 1; the anchor is `#test-<place>`.
        mark: the symbol of its outcome.
        outcome: its outcome.
        as_in: place of an earlier test that shows the same explanation; 0 if there is none.
        visibility: when students see it, in words; empty if they always do.
        plots: the plots beside the words.
        explained: the grounds of the verdict, for the staff; None on a page for students.
    """

    place: int
    mark: str
    outcome: Outcome
    as_in: int
    visibility: str
    plots: tuple[Drawn, ...] = ()
    explained: Explained | None = None

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """Labels and texts of the explanation, in reading order."""
        said = self.outcome.explanation
        ending = "" if self.outcome.verdict in SAID_BY_ITS_MARK else self.outcome.verdict.value
        rows = [("Result", ending)]
        if not self.as_in:
            rows += [("Expected", said.expected), ("Seen", said.seen), ("Hint", said.hint)]
        return tuple((label, text) for label, text in rows if text)

    @property
    def decided(self) -> str:
        """The decisions of people; empty if there are none."""
        return decided_note(self.outcome)

    @property
    def leads_back(self) -> bool:
        """Whether the page refers to the earlier test; for a test that never ran, its mark is enough."""
        return bool(self.as_in) and self.outcome.verdict is not Verdict.NOT_RUN

    @property
    def detail(self) -> str:
        """Text that keeps its line breaks; empty if all points were earned or an earlier test shows it."""
        passed = self.outcome.verdict is Verdict.PASSED
        return "" if passed or self.as_in else short(self.outcome.explanation.detail)


@dataclass(frozen=True)
class Bar:
    """A probe's CPU seconds against its budget."""

    measurement: Measurement

    @property
    def share(self) -> float:
        """The used share of the budget, in [0, 1]; a budget of nothing is used up."""
        used, budget = self.measurement.value, self.measurement.threshold
        return min(max(used / budget, 0.0), 1.0) if budget > 0 else 1.0


def to_student_page(report: Report, who: str = "", back: str = "", at_home: Collection[str] = ()) -> str:
    """Return the page: total, notes on the whole result, each test with its explanation, budgets, and the machine.

    The page is for the staff: it shows everything, also the grounds of each verdict, and says when students will see a
    test that is still hidden.

    Args:
        report: the report.
        who: the student's name for the page's head; empty to name nobody.
        back: relative address of the page that links here; empty for no link.
        at_home: keys of the tests that students can run at home.
    """
    return _page(with_asides(report), who, back, hidden_note(report), at_home)


def to_page_for_students(report: Report, who: str = "") -> str:
    """Return the page that a student may have: it shows hidden tests as one line, and says that they exist.

    It leaves out the state of the sandbox's layers, so that nobody learns where one is missing.

    Args:
        report: the report, with its hidden tests.
        who: the student's name for the page's head; empty to name nobody.
    """
    return _page(replace(without_hidden(report), protections={}, note_for_staff=""), who, "", remaining_note(report))


def _page(report: Report, who: str, back: str, on_hidden: str, at_home: Collection[str] = ()) -> str:
    lines = lines_of(report, at_home)
    return to_page(
        TEMPLATE,
        with_images=any(one.kind in ("tiles", "images") for line in lines for one in line.plots),
        report=report,
        who=who,
        back=back,
        not_known=NOT_KNOWN,
        suites=[(title, list(group)) for title, group in groupby(lines, key=lambda line: line.outcome.suite)],
        alarms=[text for text in (fault_note(report), report.problem, forfeit_note(report)) if text],
        notes=list(
            filter(None, (report.note_for_staff, late_note(report), *report.remarks, on_hidden, manual_note(report)))
        ),
        share=report.score / report.max_score if report.max_score else 0.0,
        bars=[Bar(measurement) for measurement in report.budgets],
        meanings={mark: words for mark, words in MEANINGS.items() if mark in {line.mark for line in lines}},
        missing=[
            name for name, state in report.protections.items() if state.startswith(("missing", "POSSIBLE"))
        ],
    )  # fmt: skip


def lines_of(report: Report, at_home: Collection[str] = ()) -> list[Line]:
    """Return the tests as the page shows them; none repeats the explanation of an earlier one."""
    first: dict[Explanation, int] = {}
    grounds, lines = explained(report, at_home), []
    for place, outcome in enumerate(report.outcomes, start=1):
        said = outcome.explanation
        before = first.setdefault(said, place) if said.seen else place
        lines.append(
            Line(
                place=place,
                mark=_mark(outcome),
                outcome=outcome,
                as_in=before if before != place else 0,
                visibility=SEEN_BY_STUDENTS.get(outcome.visibility, ""),
                plots=tuple(map(drawn, outcome.plots)) if before == place else (),
                explained=grounds.get(outcome.key),
            )
        )
    return lines


def _mark(outcome: Outcome) -> str:
    informs = outcome.weight is None and outcome.manual is None and outcome.verdict is Verdict.PASSED
    return "·" if informs else mark_of(outcome)
