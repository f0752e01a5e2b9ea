"""Decisions in a report: points, reasons and comments beside the harness's own verdict."""

from dataclasses import replace

import pytest

from autograder.decisions.apply import decided_report, verdict_digest
from autograder.decisions.log import new_decision
from autograder.decisions.rubric_lines import Line, lines_of, points_of
from autograder.decisions.threads import threads_of
from autograder.model.decided import Decided, GivenLine, LineNote
from autograder.model.decision import Decision, DecisionKind
from autograder.model.outcome import Explanation, Outcome
from autograder.model.report import Report
from autograder.model.verdict import Verdict
from autograder.rendering.notes import note_on_line
from autograder.wire.cells import Cell, as_module
from tests.helpers import report_of

TEST = Outcome("T.test", "S", "1", "A test", Verdict.FAILED, 5.0, 2.0, Explanation(seen="half of it"))
ITEM = Outcome("T.item", "S", "2", "An item", Verdict.PASSED, None, manual=4.0)
REPORT = report_of(TEST, ITEM)
ADDS = (Line("a", "Says why", 3.0), Line("b", "Says how", 2.0))
TAKES = (Line("a", "No numbers", -1.0), Line("b", "Late", -0.5))


def on(item: str, points: float | None, **values: object) -> Decision:
    """Return a decision on the student's item."""
    return new_decision("Ada", DecisionKind.POINTS, **{"student": "s1", "item": item, "points": points, **values})


def applied(*decisions: Decision, report: Report = REPORT, **texts: str) -> Report:
    """Return the report with these decisions."""
    files = {f"{name}.py": text for name, text in texts.items()}
    return decided_report(report, "s1", threads_of(decisions), {ITEM.key: ADDS}, files)


def test_report_without_decisions_is_the_same() -> None:
    """And a decision on somebody else changes nothing."""
    assert applied() == REPORT
    assert applied(on("T.test", 5, student="s2")) == REPORT


def test_by_hand_points_count_in_the_score_and_in_the_maximum() -> None:
    """Before, neither had them."""
    decided = applied(on("T.item", 3, comment="Good."))

    assert (REPORT.score, REPORT.max_score, REPORT.manual_points) == (2, 5, 4)
    assert (decided.score, decided.max_score, decided.manual_points) == (5, 9, 0)
    assert decided.outcomes[1].decided == Decided(None, "Ada", comment="Good.")


def test_override_keeps_the_automatic_verdict_beside_it() -> None:
    """Its points, its verdict and its words."""
    (test, _) = applied(on("T.test", 5, reason="The test was wrong.")).outcomes

    assert (test.score, test.verdict, test.explanation) == (5, Verdict.FAILED, TEST.explanation)
    assert test.decided == Decided(2.0, "Ada", reason="The test was wrong.")


@pytest.mark.parametrize(("said", "points"), [(-3, 0), (99, 5), (4.5, 4.5)])
def test_points_stay_within_the_maximum(said: float, points: float) -> None:
    """Also those of a table, or of a test that is worth less by now."""
    assert applied(on("T.test", said)).outcomes[0].score == points


def test_decision_ends_a_forfeit_and_a_fault_of_the_harness() -> None:
    """A person has judged what the harness could not, or what it found."""
    forfeit = replace(TEST, key="T.forfeit", forfeits=True, score=0.0)
    fault = replace(TEST, key="T.fault", verdict=Verdict.HARNESS_FAULT, score=0.0)
    report = report_of(TEST, forfeit, fault)
    decided = applied(on("T.forfeit", 1), on("T.fault", 4), report=report)

    assert (report.score, len(report.faults)) == (0, 1)
    assert (decided.score, decided.faults, decided.forfeits) == (7, (), ())


def test_changed_verdict_keeps_the_decision_and_marks_it() -> None:
    """The points stay those that the person gave."""
    decision = on("T.test", 4, verdict=verdict_digest(REPORT, TEST))
    later = report_of(replace(TEST, score=3.0), ITEM)
    other_words = report_of(replace(TEST, explanation=Explanation(seen="most of it")), ITEM)

    assert not applied(decision).outcomes[0].decided.is_outdated  # type: ignore[union-attr]
    assert not applied(decision, report=other_words).outcomes[0].decided.is_outdated  # type: ignore[union-attr]
    assert applied(decision, report=later).outcomes[0] == replace(
        TEST, score=4.0, decided=Decided(3.0, "Ada", is_outdated=True)
    )


def test_digest_is_of_the_automatic_verdict_alone() -> None:
    """Otherwise each decision would outdate itself."""
    decided = applied(on("T.test", 4), on("T.item", 1))

    assert [verdict_digest(decided, one) for one in decided.outcomes] == [
        verdict_digest(REPORT, one) for one in REPORT.outcomes
    ]


@pytest.mark.parametrize(
    ("lines", "ids", "points"),
    [(ADDS, (), 0), (ADDS, ("b",), 2), (ADDS, ("a", "b"), 4), (TAKES, (), 4), (TAKES, ("a", "b"), 2.5), ((), (), 0)],
)
def test_lines_add_up_from_nothing_or_count_down_from_the_maximum(
    lines: tuple[Line, ...], ids: tuple[str, ...], points: float
) -> None:
    """Lines that all take points off start from the maximum of 4."""
    assert points_of(on("T.item", None, lines=ids), lines, 4) == points


def test_changed_line_scores_everybody_again_who_has_it() -> None:
    """No decision on a student is touched."""
    hers = on("T.item", None, lines=("b",))
    line = new_decision(
        "Grace", DecisionKind.LINE, item="T.item", lines=("b",), points=1.0, comment="Says how, briefly"
    )
    new = new_decision("Grace", DecisionKind.LINE, item="T.item", lines=("c",), points=0.5, comment="Is short")
    threads = threads_of([hers, line, new])

    assert applied(hers).outcomes[1].score == 2
    assert applied(hers, line).outcomes[1].score == 1
    assert applied(hers, line).outcomes[1].decided.lines == (GivenLine("Says how, briefly", 1.0),)  # type: ignore[union-attr]
    assert [one.text for one in lines_of(ADDS, threads.lines["T.item"])] == [
        "Says why",
        "Says how, briefly",
        "Is short",
    ]


def test_removed_line_leaves_its_decisions_marked() -> None:
    """Somebody must look whether the points are still right."""
    hers = on("T.item", None, lines=("a", "b"))
    gone = new_decision("Grace", DecisionKind.LINE, item="T.item", lines=("a",))
    item = applied(hers, gone).outcomes[1]

    assert item.score == 2
    assert item.decided == Decided(None, "Ada", lines=(GivenLine("Says how", 2.0),), is_outdated=True)


def test_note_on_a_notebook_names_the_cell() -> None:
    """Students know cells and not the module; a note on the line before a cell counts in it, too."""
    module = as_module("hw.ipynb", [Cell(1, "import os"), Cell(2, "My work", is_text=True), Cell(3, "x = 1\ny = 2")])
    at = {"student": "s1", "file": "a.py", "comment": "why?"}
    lines = [place for place, text in enumerate(module.split("\n"), 1) if text in ("y = 2", "# %% [cell 2] [markdown]")]
    notes = [new_decision("Ada", DecisionKind.NOTE, line=line, **at) for line in lines]
    first, second = applied(*notes, a=module).notes

    assert (first.file, first.cell, first.line, first.first, first.excerpt[0]) == ("hw.ipynb", 2, 1, 1, "# My work")
    assert (second.file, second.cell, second.line, second.first) == ("hw.ipynb", 3, 2, 1)
    assert second.excerpt[:2] == ("x = 1", "y = 2")
    assert note_on_line(second) == "hw.ipynb, cell 3, line 2: y = 2\nwhy?"


def test_note_has_the_lines_around_it() -> None:
    """Counted from 1; a line that is no longer there has none."""
    at = {"student": "s1", "file": "a.py", "comment": "why?"}
    notes = [new_decision("Ada", DecisionKind.NOTE, line=line, **at) for line in (1, 4, 99)]

    assert applied(*notes, a="one\ntwo\nthree\nfour\nfive").notes == (
        LineNote("a.py", 1, "why?", "Ada", 1, ("one", "two", "three")),
        LineNote("a.py", 4, "why?", "Ada", 2, ("two", "three", "four", "five")),
        LineNote("a.py", 99, "why?", "Ada", 97),
    )
