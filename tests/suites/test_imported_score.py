"""The score that a foreign test sets may come of a submission's answers."""

import math
from typing import Any

import pytest

from autograder.model.imported_suite import ForeignTest, ImportedSuite
from autograder.model.observation import Observation
from autograder.model.verdict import Verdict
from autograder.suites.imported_suite import cases_of
from autograder.wire.imported_test import ImportedTest, said
from tests.helpers import FakeObserver, outcome, returned


@pytest.mark.parametrize(
    ("score", "verdict", "points"),
    [
        (1.5, Verdict.FAILED, 1.5),
        (9.0, Verdict.PASSED, 2.0),
        (math.nan, Verdict.FAILED, 0.0),
        (math.inf, Verdict.FAILED, 0.0),
        (-math.inf, Verdict.FAILED, 0.0),
    ],
)
def test_score_that_is_no_number_is_no_fault_of_the_grader(score: float, verdict: Verdict, points: float) -> None:
    """A submission that returns NaN has failed."""
    test = ForeignTest("unittest", "tests/test_a.py", "A", "test_a", "A", "a", weight=2.0, number="1", partial=True)
    suite = ImportedSuite("inside", {}, (), (test,))
    seen = ImportedTest(ending="passed", score=score, leaderboard=None, message=said(""), printed=said(""))

    class Observer(FakeObserver):
        def observe(self, *_: Any, **__: Any) -> Observation:
            return returned(seen)

    found = outcome(*cases_of(suite, __name__).values(), submission=Observer())

    assert (found.verdict, found.score) == (verdict, points)
