"""The reference solution answers all that the tests may ask of any submission."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from autograder.checks import SubmissionTestCase
from autograder.checks.evidence import Evidence
from autograder.grading.reference import answer_all
from autograder.model.observation import Observation
from autograder.suites.load import PlannedTest
from autograder.suites.run import run_suites
from tests.helpers import FakeObserver, an_assignment, plan, probe_named, returned

POOL = 5
SESSION: Any = SimpleNamespace(
    profile=an_assignment().profiles["embedded"], data=Path(), assignment=an_assignment(secret="a secret")
)


def the_tests() -> list[PlannedTest]:
    """Return three tests of one class, which pytest does not find."""

    class Asks(SubmissionTestCase):
        """One test draws freely, one draws nothing, and one draws from a pool."""

        def test_free(self) -> None:
            """Draws freely."""
            self.observe(probe_named("free"), number=self.draw("free").whole(0, 1 << 30))

        def test_nothing(self) -> None:
            """Asks everybody the same."""
            self.observe(probe_named("nothing"))

        def test_pool(self) -> None:
            """Compares with the reference on a question of a pool."""
            number = self.draw("pool", pool=POOL).whole(0, 1 << 30)
            self.observe(probe_named("pool"), number=number)
            self.reference(probe_named("pool"), number=number)

    return plan(Asks)


class Noting(FakeObserver):
    """Notes its questions, and answers them."""

    def observe(self, probe: str, deferred: Any = None, **arguments: Any) -> Observation:
        """Return an empty answer."""
        self.asked: list[tuple[str, Any]] = [*getattr(self, "asked", []), (probe, arguments.get("number"))]
        return returned({})


def test_reference_answers_the_whole_pool() -> None:
    """Whichever question of it a submission draws, a bundle and a class hold the reference's answer."""
    reference, asked = Noting(), set()
    answer_all(SESSION, reference, the_tests())
    for number in range(60):
        submission = Noting(digest=f"{number:064x}")
        run_suites(the_tests(), Evidence(submission, FakeObserver(), SESSION.profile, Path(), "a secret"))
        asked |= {one for one in submission.asked if one[0] == "pool"}

    assert len(asked) == POOL
    assert asked <= set(reference.asked)


def test_only_draws_from_a_pool_are_repeated() -> None:
    """A test that needs the reference for nothing runs once."""
    reference = Noting()
    outcomes = answer_all(SESSION, reference, the_tests())
    probes = [probe for probe, _ in reference.asked]

    assert (probes.count("free"), probes.count("nothing")) == (1, 1)
    assert len(outcomes) == 3 + POOL
