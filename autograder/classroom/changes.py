"""Who has other points after a class was judged again, by how much, and why: pure functions of reports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.classroom.rubric import Change
from autograder.model.class_result import ClassResult
from autograder.model.hand_in import HandIn
from autograder.model.outcome import Outcome
from autograder.model.report import Report
from autograder.suites.load import PlannedTest

UNKNOWN = "no reason is known, which is a fault of the harness: please report it"


@dataclass(frozen=True)
class TestChange:
    """A test that gives one hand-in other points.

    Attributes:
        number: the rubric's number, or the test's key where it has none.
        before: points then.
        after: points now.
        because: what of the rubric or the suites changed; empty if nothing did that could be why.
    """

    number: str
    before: float
    after: float
    because: tuple[str, ...]


@dataclass(frozen=True)
class ScoreChange:
    """A hand-in with another score.

    Attributes:
        hand_in: whose.
        before: score then.
        after: score now.
        tests: those that changed.
    """

    hand_in: HandIn
    before: float
    after: float
    tests: tuple[TestChange, ...]

    @property
    def because(self) -> tuple[str, ...]:
        """Each reason once; `UNKNOWN` where there is none."""
        reasons = dict.fromkeys(reason for test in self.tests for reason in test.because or (UNKNOWN,))
        return tuple(reasons) or (UNKNOWN,)


@dataclass(frozen=True)
class Rejudged:
    """A class that was judged again.

    Attributes:
        result: as it is now.
        rubric: what changed in rubric, suites, probes or data; empty if nothing did.
        scores: the hand-ins with another score, in the order of the class.
        reworded: how many have the same score with other words.
        observed_again: how many uploads were run again, because a probe or what it depends on changed.
    """

    result: ClassResult
    rubric: tuple[Change, ...]
    scores: tuple[ScoreChange, ...]
    reworded: int
    observed_again: int

    @property
    def unexplained(self) -> tuple[ScoreChange, ...]:
        """Changes without a reason; there are none unless the harness is at fault."""
        return tuple(one for one in self.scores if UNKNOWN in one.because)


def score_changes(
    before: Mapping[str, Report], after: ClassResult, rubric: Sequence[Change], planned: Sequence[PlannedTest]
) -> tuple[ScoreChange, ...]:
    """Return the hand-ins whose score is another one.

    Args:
        before: the former report of each hand-in that had one, by its key.
        after: the class as it is now.
        rubric: what changed between the two.
        planned: the suites' tests as they are now.
    """
    tests = {test.key: test for test in planned}
    found = []
    for row in after.rows:
        former, now = before.get(row.hand_in.key), row.report
        if former and now and former.score != now.score:
            found.append(ScoreChange(row.hand_in, former.score, now.score, _tests(former, now, rubric, tests)))
    return tuple(found)


def reworded(before: Mapping[str, Report], after: ClassResult) -> int:
    """Return how many hand-ins have the same score, and some other words in their outcomes."""
    pairs = ((before.get(row.hand_in.key), row.report) for row in after.rows)
    return sum(
        one is not None and two is not None and one.score == two.score and one.outcomes != two.outcomes
        for one, two in pairs
    )


def _tests(
    former: Report, now: Report, rubric: Sequence[Change], tests: Mapping[str, PlannedTest]
) -> tuple[TestChange, ...]:
    old, new = ({one.key: one for one in report.outcomes} for report in (former, now))
    changed = (key for key in old | new if _points(old.get(key)) != _points(new.get(key)))
    return tuple(_test(old.get(key), new.get(key), rubric, tests.get(key)) for key in changed)


def _test(
    old: Outcome | None, new: Outcome | None, rubric: Sequence[Change], planned: PlannedTest | None
) -> TestChange:
    outcome = new or old
    assert outcome
    concerned = [one for one in rubric if planned is None or one.concerns(planned)]
    # Where the share of the points is the same, a weight alone is why.
    weight = [one for one in concerned if one.part.startswith("weight:")]
    reasons = weight if weight and _share(old) == _share(new) else concerned
    return TestChange(
        outcome.number or outcome.key, _points(old)[0], _points(new)[0], tuple(one.words for one in reasons)
    )


def _points(outcome: Outcome | None) -> tuple[float, bool]:
    return (outcome.score, outcome.forfeits) if outcome else (0.0, False)


def _share(outcome: Outcome | None) -> float | None:
    return round(outcome.score / outcome.weight, 6) if outcome and outcome.weight else None
