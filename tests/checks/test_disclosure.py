"""A test tells students a value on hidden data in steps."""

import math
from typing import Any

import msgspec
import pytest
from gradescope_utils.autograder_utils.decorators import partial_credit, visibility

from autograder.checks import SubmissionTestCase, discloses
from autograder.checks.disclosure import step_of
from autograder.checks.evidence import Evidence
from autograder.checks.findings import ProbeEnded
from autograder.model.assignment import Profile
from autograder.model.observation import Observation
from autograder.model.outcome import Explanation, Outcome
from autograder.model.verdict import Verdict
from autograder.suites.explain import NOT_IMPORTED
from autograder.suites.run import run_suites
from tests.helpers import FakeObserver, plan, probe_named, some_evidence


@pytest.mark.parametrize(
    ("value", "share", "words"),
    [
        (0.2, 0.0, "at most 50.0%"),
        (0.5, 0.0, "at most 50.0%"),
        (0.51, 0.25, "50.0% to 60.0%"),
        (0.6, 0.25, "50.0% to 60.0%"),
        (0.7, 0.5, "60.0% to 70.0%"),
        (0.71, 0.75, "70.0% to 90.0%"),
        (0.899, 0.75, "70.0% to 90.0%"),
        (0.9, 1.0, "90.0% or more"),
        (math.nan, 0.0, "at most 50.0%"),
    ],
)
def test_steps_are_in_the_students_favour_but_the_last(value: float, share: float, words: str) -> None:
    """All points need the whole threshold; the words say no more than the step."""
    step = step_of(value, 4, 0.9, 0.5)

    assert (step.share, step.words) == (share, words)


def test_one_step_is_pass_or_fail() -> None:
    """With a mark below, the words tell guessing from the rest."""
    assert [step_of(value, 1, 0.9, 0.9).words for value in (0.89, 0.9)] == ["less than 90.0%", "90.0% or more"]
    assert [step_of(value, 4, 0.9, 0.5, [0.25]).words for value in (0.2, 0.3)] == ["at most 25.0%", "25.0% to 50.0%"]


class Telling(SubmissionTestCase):
    __test__ = False
    value = 0.83
    error: Exception | None = None

    @discloses("value", steps=4)
    @partial_credit(8)
    @visibility("after_due_date")
    def test_it(self, set_score: Any = None) -> None:
        """It tells."""
        step = self.disclosed(self.measure, full=0.9, floor=0.5)
        set_score(8 * step.share - 0.3)
        self.remark(f"Reached: {step.words}.")

    def measure(self) -> float:
        self.remark(f"Exactly {self.value}.")
        if self.value > 1:
            self.fail_because(expected="fractions", seen=f"{self.value}", hint="Divide.")
        if self.value < 0:
            raise ZeroDivisionError("the label is 7")
        return self.value


def told(**attributes: Any) -> Outcome:
    """Return the outcome of the test above with other attributes."""
    (outcome,) = run_suites(plan(type("Telling", (Telling,), attributes)), some_evidence())
    return outcome


def test_staff_read_what_students_do_not() -> None:
    """The score is a step, even if a suite sets something between; the exact value is an aside."""
    outcome = told()

    assert outcome.score == 4
    assert outcome.remarks == ("Reached: 70.0% to 90.0%.",)
    assert outcome.aside and outcome.aside.remarks == ("Exactly 0.83.",)
    assert outcome.measurements[0].value == 0.83


@pytest.mark.parametrize(("value", "verdict"), [(7.25, Verdict.FAILED), (-7.25, Verdict.HARNESS_FAULT)])
def test_failure_on_hidden_data_has_a_verdict_and_no_words(value: float, verdict: Verdict) -> None:
    """Students read neither the finding of the suite nor its exception."""
    outcome = told(value=value)
    said = f"{outcome.explanation}{outcome.remarks}{outcome.plots}"

    assert (outcome.verdict, outcome.score) == (verdict, 0)
    assert "7" not in said and "Divide" not in said
    assert outcome.aside and "7" in outcome.aside.explanation.seen


def test_submission_that_was_not_imported_gives_nothing_away() -> None:
    """Hidden data come later, so the test says the same as all others."""

    def measure(_: Telling) -> float:
        raise ProbeEnded(Observation(Verdict.NOT_RUN, reason="SyntaxError"))

    outcome = told(measure=measure)

    assert outcome.explanation == Explanation(seen=NOT_IMPORTED)


def test_probe_that_gets_hidden_data_is_asked_behind_the_steps_alone() -> None:
    """Elsewhere a test could tell its answer; if a profile hides nothing, there is nothing to tell."""

    class Careless(SubmissionTestCase):
        def test_it(self) -> None:
            """It asks."""
            self.observe(probe_named("probe"), {"labels": lambda digest: [1]})

    verdicts = []
    for hidden in ((), ("labels.txt",)):
        evidence = some_evidence()
        profile = msgspec.structs.replace(evidence.profile, hidden=hidden)
        assert isinstance(profile, Profile)
        asked = Evidence(FakeObserver(), FakeObserver(), profile, evidence.data, "")
        verdicts += [one.verdict for one in run_suites(plan(Careless), asked)]

    assert verdicts == [Verdict.PASSED, Verdict.HARNESS_FAULT]


def test_undeclared_steps_are_a_fault() -> None:
    """A bound without this test would be no bound."""

    class Undeclared(Telling):
        @partial_credit(8)
        def test_it(self, set_score: Any = None) -> None:
            """It tells."""
            self.disclosed(self.measure, full=0.9)

    (outcome,) = run_suites(plan(Undeclared), some_evidence())

    assert outcome.verdict is Verdict.HARNESS_FAULT
    assert "@discloses" in outcome.explanation.seen
