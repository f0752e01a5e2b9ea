"""People's decisions in results and pages: beside the harness's verdict, and without a grader's name."""

from dataclasses import replace

import pytest

from autograder.model.decided import Decided, GivenLine
from autograder.model.outcome import Explanation, Outcome
from autograder.model.verdict import Verdict
from autograder.rendering.gradescope import to_results
from autograder.rendering.notes import decided_note, mark_of
from autograder.rendering.student_page import to_page_for_students, to_student_page
from autograder.rendering.without_hidden import without_hidden
from tests.helpers import report_of
from tests.outline import outline_of

FAULT = Outcome(
    "T.one", "S", "1", "A test", Verdict.HARNESS_FAULT, 5.0, 4.0, Explanation(seen="The grader failed."),
    decided=Decided(0.0, "Konrad", "Looked at by hand."),
)  # fmt: skip
ITEM = Outcome("T.two", "S", "2", "An item", Verdict.PASSED, None, 3.0, manual=4.0)
GIVEN = replace(
    ITEM, decided=Decided(None, "Konrad", comment="Good.", lines=(GivenLine("Says why", 3.5), GivenLine("Late", -0.5)))
)


def test_note_says_what_changed_and_why_and_names_no_grader() -> None:
    """An override with the former points, an item with its lines."""
    assert decided_note(FAULT) == "Changed by staff: 4 instead of 0 points. Looked at by hand."
    assert decided_note(GIVEN) == "+3.5  Says why\n−0.5  Late\nGood."
    assert decided_note(replace(ITEM, decided=Decided(None, "Konrad"))) == "Judged by staff."
    assert decided_note(ITEM) == ""


@pytest.mark.parametrize(("score", "mark"), [(5.0, "✓"), (1.0, "◐"), (0.0, "✗")])
def test_mark_is_of_the_decided_points(score: float, mark: str) -> None:
    """Whatever the harness's verdict was."""
    assert mark_of(replace(FAULT, score=score)) == mark


def test_results_hold_decided_points_and_ask_for_nobody_any_more() -> None:
    """An item has a maximum once it has points."""
    results = to_results(report_of(FAULT, GIVEN))
    before = to_results(report_of(replace(FAULT, decided=None), ITEM))

    assert (results["score"], results["extra_data"]["needs_a_person"]) == (7.0, [])
    assert [(test["score"], test["max_score"], test.get("status")) for test in results["tests"]] == [
        (4.0, 5.0, "failed"), (3.0, 4.0, "failed")
    ]  # fmt: skip
    assert "A person gives" not in str(results)
    assert before["extra_data"]["needs_a_person"] == ["T.one"]
    assert "max_score" not in before["tests"][1]
    assert "A person gives the 4 points" in before["tests"][1]["output"]


def test_both_pages_show_decisions_and_neither_names_the_grader() -> None:
    """The harness's words stay."""
    for to_page in (to_student_page, to_page_for_students):
        text = outline_of(to_page(report_of(FAULT, GIVEN))).text

        assert "7 of 9 points" in text
        assert "Changed by staff: 4 instead of 0 points. Looked at by hand." in text
        assert "The grader failed." in text
        assert "This result is not final" not in text
        assert "Konrad" not in text


def test_hidden_fault_that_a_person_decided_is_no_fault_any_more() -> None:
    """The one line for all hidden tests is judged by its points."""
    hidden = replace(FAULT, visibility="hidden")

    assert without_hidden(report_of(hidden)).outcomes[0].verdict is Verdict.FAILED
    assert without_hidden(report_of(replace(hidden, decided=None))).outcomes[0].verdict is Verdict.HARNESS_FAULT
