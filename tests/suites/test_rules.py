"""Rules of rubrics that are more than a sum of weights: items for a person, and what costs everything."""

import io
from typing import Any

import pytest
from gradescope_utils.autograder_utils.decorators import number, visibility, weight
from rich.console import Console

from autograder.checks import SubmissionTestCase, manual
from autograder.model.report import Report
from autograder.model.verdict import Verdict
from autograder.rendering.gradescope import to_results
from autograder.rendering.terminal import WIDTH, to_terminal
from autograder.suites import load
from autograder.suites.load import UnusableSuite, load_suites
from tests.helpers import an_assignment, module_of, outcomes, plan, report_of


class Rubric(SubmissionTestCase):
    """1. Rubric"""

    __test__ = False  # pytest must not run it by itself

    @number("1.1")
    @weight(6)
    def test_judged(self) -> None:
        """The harness judges this."""

    @manual(4)
    @number("1.2")
    @visibility("visible")
    def test_by_hand(self) -> None:
        """Discussion of the results"""
        self.remark("A person looks for two comparisons.")


class Leak(SubmissionTestCase):
    """2. Leak"""

    __test__ = False

    @number("2.1")
    @weight(3)
    def test_leak(self) -> None:
        """The test set is not trained on."""
        self.forfeit(expected="no test image", seen="9 of 40 images are from the test set", hint="Split first.")


def shown(report: Report) -> str:
    """Return the report as the terminal has it, in plain text."""
    stream = io.StringIO()
    Console(file=stream, width=WIDTH).print(to_terminal(report))
    return stream.getvalue()


def test_manual_item_is_a_line_without_a_score() -> None:
    """Gradescope's form of it has neither score nor status, and says who gives the points."""
    report = report_of(*outcomes(Rubric))
    results = to_results(report)
    line = results["tests"][0]

    assert (report.score, report.max_score, report.manual_points) == (6, 6, 4)
    assert not {"score", "max_score", "status"} & set(line)
    assert "A person gives the 4 points" in line["output"]
    assert "two comparisons" in line["output"]
    assert "A person gives 4 of the assignment's 10 points" in results["output"]
    assert "✎  1.2" in shown(report)


def test_manual_points_count_in_the_manifest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights and manual points together are the rubric's total."""
    monkeypatch.setattr(load, "planned_tests", lambda module: plan(Rubric))
    monkeypatch.setattr(load.pkgutil, "iter_modules", lambda path: [type("Info", (), {"name": "test_it"})])
    monkeypatch.setattr(load.importlib, "import_module", lambda name: module_of(name, __path__=[]))

    assert len(load_suites(an_assignment(points=10))) == 2
    with pytest.raises(UnusableSuite, match="manual points add up to 10"):
        load_suites(an_assignment(points=6))


@pytest.mark.parametrize("points", [0, -1, float("nan"), "four", None])
def test_impossible_manual_points_are_refused(points: Any) -> None:
    """None is no points at all, so nothing is marked."""
    case = type("Case", (SubmissionTestCase,), {"test_it": manual(points)(lambda self: None)})
    if points is None:
        assert plan(case)[0].manual is None
    else:
        with pytest.raises(UnusableSuite, match="manual points"):
            plan(case)


def test_item_is_judged_by_the_harness_or_by_a_person() -> None:
    """Not by both."""
    case = type("Case", (SubmissionTestCase,), {"test_it": manual(4)(weight(4)(lambda self: None))})
    with pytest.raises(UnusableSuite, match="either"):
        plan(case)


class Withholds(SubmissionTestCase):
    """A suite in which a person has to look."""

    __test__ = False

    @weight(2)
    def test_network(self) -> None:
        """The network answers by its weights."""
        self.withhold(expected="answers that follow from the weights", seen="better ones", hint="Call the layers.")


def test_withheld_points_are_lost_until_a_person_has_looked() -> None:
    """The student reads so, and the class page names the hand-in; nothing else of the result is touched."""
    (outcome,) = outcomes(Withholds)

    assert (outcome.verdict, outcome.score) == (Verdict.FAILED, 0.0)
    assert outcome.leaks and not outcome.forfeits
    assert "held back until a member of the staff has looked" in outcome.explanation.detail


def test_forfeit_takes_all_points_and_says_why_on_top() -> None:
    """Other lines keep what they show, the total is 0."""
    report = report_of(*outcomes(Rubric, Leak))
    results = to_results(report)

    assert [line.score for line in report.outcomes] == [0, 6, 0]
    assert (report.score, results["score"]) == (0, 0)
    assert report.outcomes[2].verdict is Verdict.FAILED
    assert results["output"].startswith("The whole result is 0 points:\n2.1 The test set is not trained on.")
    assert "9 of 40 images" in results["output"]
    assert "The whole result is 0 points" in shown(report)
