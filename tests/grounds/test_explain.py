"""The grounds of a verdict: what each test asked, what was seen of both solutions, and the line that took points."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, partial_credit, weight

from autograder.checks import SubmissionTestCase
from autograder.checks.planting import Planted
from autograder.grounds.explain import STAFF_PAGES, ToExplain, explain, telling
from autograder.grounds.watch import Watch
from autograder.model.grounds import Asked, Compared, Grounds
from autograder.model.observation import Observation, StudentError
from autograder.model.verdict import Verdict
from autograder.suites.run import run_suites
from autograder.wire.question_code import question_in
from tests.helpers import FakeObserver, plan, probe_named, returned, some_evidence

LINE, LOSSES = probe_named("line"), probe_named("losses")
SECRET_VALUE = 0.73125


class Reference(FakeObserver):
    """Answers as a reference does, and says whether it was asked afresh."""

    def recall(self, probe: str, deferred: Mapping[str, Any] | None = None, **arguments: Any) -> Observation | None:
        """Return what is known already: nothing."""
        return None


class Three(SubmissionTestCase):
    """Three tests, of which two share a value."""

    __test__ = False  # an example, not a test of ours

    @number("1.1")
    @weight(2)
    def test_slope(self) -> None:
        """The slope is right."""
        slope = self._shared()
        self.require(slope == 2, expected="2", seen=f"{slope}")

    @number("1.2")
    @partial_credit(2)
    def test_losses(self, set_score: Any = None) -> None:
        """The losses fall."""
        self._shared()
        self.observe(LOSSES, {"heldout": lambda digest: np.full((3, 2), SECRET_VALUE, np.float32)}, epochs=4)
        set_score(1)

    @number("1.3")
    @weight(1)
    def test_nothing(self) -> None:
        """Nothing is asked for."""

    def _shared(self) -> Any:
        return self.once("slope", lambda: self.observe(LINE, rows=[[1, 2], [3, 4]])["slope"])


def grounds_of(wanted: ToExplain, submission: FakeObserver) -> dict[str, Grounds]:
    """Return the grounds of the tests, by their methods."""
    reference = Reference({"line": returned({"slope": 2})})
    watch = Watch(some_evidence(submission, reference))
    outcomes = run_suites(plan(Three), watch.evidence, on_outcome=watch.ended)
    found = explain(outcomes, watch, reference, submission.digest, wanted)  # type: ignore[arg-type]
    return {one.key.partition(".")[2]: one for one in found}


WRONG = FakeObserver({"line": returned({"slope": 1}), "losses": returned({"losses": [3.0, 4.0]})})


def test_lost_points_are_traced_to_question_answer_and_line() -> None:
    """The staff sees what was asked, both answers, and the statement of the suite that failed."""
    (asked,) = grounds_of(ToExplain(ask_reference=True), WRONG)["test_slope"].asked
    (judged,) = grounds_of(ToExplain(), WRONG)["test_slope"].judged_at

    assert (asked.probe, asked.arguments) == ("line", (("rows", "[[1, 2], [3, 4]]"),))
    assert [(one.path, one.submission, one.reference, one.differs) for one in asked.fields] == [
        ("['slope']", "1", "2", True)
    ]
    assert asked.submission.startswith("returned")
    assert judged.file == "grounds/test_explain.py"
    assert judged.source == 'self.require(slope == 2, expected="2", seen=f"{slope}")'


def test_value_that_tests_share_counts_as_asked_by_each() -> None:
    """The second test reads the first one's answer, so its grounds hold that question, too."""
    asked = grounds_of(STAFF_PAGES, WRONG)["test_losses"].asked

    assert [one.probe for one in asked] == ["line", "losses"]


def test_held_out_inputs_are_known_by_their_size() -> None:
    """No value of theirs is in the grounds."""
    grounds = grounds_of(STAFF_PAGES, WRONG)["test_losses"]

    assert grounds.asked[1].deferred == (("heldout", "float32 3×2"),)
    assert str(SECRET_VALUE)[:5] not in repr(grounds)


def test_partial_score_is_traced_to_where_it_is_set() -> None:
    """No exception ended the test."""
    assert [one.source for one in grounds_of(STAFF_PAGES, WRONG)["test_losses"].judged_at] == ["set_score(1)"]


def test_reference_is_not_asked_unless_it_may_be() -> None:
    """A class is judged where nothing can run."""
    (asked,) = grounds_of(STAFF_PAGES, WRONG)["test_slope"].asked

    assert asked.reference == ""
    assert [(one.reference, one.differs) for one in asked.fields] == [("", False)]


def test_exception_comes_with_its_traceback() -> None:
    """The frames of the student's own file are shown."""
    error = StudentError("ValueError", "no slope", "line 3, in fit")
    raised = FakeObserver({"line": Observation(Verdict.RAISED, error=error)})
    grounds = grounds_of(STAFF_PAGES, raised)["test_slope"]

    assert (grounds.asked[0].error, grounds.asked[0].fields) == ("line 3, in fit", ())
    assert "ValueError: no slope" in grounds.asked[0].submission
    assert grounds.judged_at[-1].source.startswith('return self.once("slope"')


def test_passed_test_is_explained_if_its_number_is_asked_for() -> None:
    """Others that passed have no grounds."""
    assert set(grounds_of(STAFF_PAGES, WRONG)) == {"test_slope", "test_losses"}
    assert set(grounds_of(ToExplain("1.3", lost=False), WRONG)) == {"test_nothing"}


def test_question_that_was_answered_otherwise_is_shown_wherever_it_was_asked() -> None:
    """An appeal is about it, and not about the last one."""
    wrong, right = (Compared("value", "1", reference, differs=reference != "1") for reference in ("2", "1"))
    asked = [Asked(f"probe {place}", submission="returned; 1 CPU second", fields=(right,)) for place in range(9)]
    asked[1] = replace(asked[1], fields=(wrong,))
    asked[2] = replace(asked[2], submission="raised; ValueError")
    shown = telling(asked)

    assert [one.probe for one in shown] == [f"probe {place}" for place in (1, 2, 5, 6, 7, 8)]


class OfArrays(SubmissionTestCase):
    """A test that asks with arrays."""

    __test__ = False  # an example, not a test of ours

    @number("3.1")
    @weight(1)
    def test_line(self) -> None:
        """The slope is right."""
        x = np.array([[0.5, -2.0]])
        self.observe(LINE, x=x, pair=[x, x])


def test_arrays_of_a_question_are_shown_as_numbers() -> None:
    """They travel as text that nobody can read."""
    submission = Reference({"line": returned({"slope": 1})})
    watch = Watch(some_evidence(submission, submission))
    (outcome,) = run_suites(plan(OfArrays), watch.evidence, on_outcome=watch.ended)
    (found,) = explain([outcome], watch, submission, submission.digest, ToExplain(number="3.1"))  # type: ignore[arg-type]
    (asked,) = found.asked

    assert dict(asked.arguments)["x"].startswith("float64 1×2: 0.5, -2")
    assert dict(asked.arguments)["pair"].count("float64 1×2: 0.5, -2") == 2
    assert question_in(asked.code)[0] == "line"


class Trained(SubmissionTestCase):
    """A test that trains twice, first with a planted file, and asks the reference about the file as handed out."""

    __test__ = False  # an example, not a test of ours

    @number("2.1")
    @weight(1)
    def test_trained(self) -> None:
        """The losses fall in both trainings."""
        self.reference(LOSSES, epochs=4)
        planted = {"test_batch": Planted(b"12345")}
        self.observe(LOSSES, planted, epochs=4)
        self.observe(LOSSES, epochs=4)
        self.observe(LOSSES, planted, epochs=4)


def test_training_with_a_planted_file_is_named_apart_from_one_without() -> None:
    """Both are shown, in the order in which they ran, and the reference's answer stands beside both."""
    submission, reference = (Reference({"losses": returned({"losses": [one]})}) for one in (3.0, 4.0))
    watch = Watch(some_evidence(submission, reference))
    (outcome,) = run_suites(plan(Trained), watch.evidence, on_outcome=watch.ended)
    (found,) = explain([outcome], watch, reference, submission.digest, ToExplain(number="2.1"))  # type: ignore[arg-type]

    assert [one.deferred for one in found.asked] == [(("test_batch", "uint8 5"),), ()]
    assert [[field.reference for field in one.fields] for one in found.asked] == [["[4]"]] * 2
