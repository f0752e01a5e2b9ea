"""Score changes after a class is judged again: who, by how much, and why. Pure functions of reports."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from autograder.classroom.rubric import Change
from autograder.model.class_result import ClassResult
from autograder.model.hand_in import HandIn
from autograder.model.outcome import Outcome
from autograder.model.report import Report
from autograder.suites.load import PlannedTest

ASKED_FOR = "observed again, because somebody asked for it"
UNKNOWN = "no reason is known, which is a fault of the harness: please report it"


@dataclass(frozen=True)
class TestChange:
    """A test that gives one hand-in different points than before.

    Attributes:
        number: the rubric's number, or the test's key if it has none.
        before: points before.
        after: points now.
        because: the changes of rubric or suites that can explain it; empty if there are none.
    """

    number: str
    before: float
    after: float
    because: tuple[str, ...]


@dataclass(frozen=True)
class ScoreChange:
    """A hand-in whose score changed.

    Attributes:
        hand_in: the hand-in.
        before: score before.
        after: score now.
        tests: the tests whose points changed.
    """

    hand_in: HandIn
    before: float
    after: float
    tests: tuple[TestChange, ...]

    @property
    def because(self) -> tuple[str, ...]:
        """Each reason once; `UNKNOWN` if there is none."""
        reasons = dict.fromkeys(reason for test in self.tests for reason in test.because or (UNKNOWN,))
        return tuple(reasons) or (UNKNOWN,)


@dataclass(frozen=True)
class Rejudged:
    """A class that was judged again.

    Attributes:
        result: the class as it is now.
        rubric: changes of rubric, suites, probes or data.
        scores: the hand-ins whose score changed, in the order of the class.
        reworded: number of hand-ins with the same score and different words.
        observed_again: number of uploads that ran again, because a probe or one of its dependencies changed.
    """

    result: ClassResult
    rubric: tuple[Change, ...]
    scores: tuple[ScoreChange, ...]
    reworded: int
    observed_again: int

    @property
    def unexplained(self) -> tuple[ScoreChange, ...]:
        """Changes without a reason, which only a fault of the harness can cause."""
        return tuple(one for one in self.scores if UNKNOWN in one.because)


def score_changes(
    before: Mapping[str, Report],
    after: ClassResult,
    rubric: Sequence[Change],
    planned: Sequence[PlannedTest],
    asked_for: Collection[str] = (),
) -> tuple[ScoreChange, ...]:
    """Return the hand-ins whose score changed.

    Args:
        before: the former report of each hand-in that had one, by its key.
        after: the class as it is now.
        rubric: the changes between the two.
        planned: today's tests of the suites.
        asked_for: keys of the hand-ins that somebody asked to observe again.
    """
    tests = {test.key: test for test in planned}
    found = []
    for row in after.rows:
        former, now = before.get(row.hand_in.key), row.report
        if former and now and former.score != now.score:
            changed = _tests(former, now, rubric, tests)
            if row.hand_in.key in asked_for:
                changed = tuple(replace(one, because=(*one.because, ASKED_FOR)) for one in changed)
            found.append(ScoreChange(row.hand_in, former.score, now.score, changed))
    return tuple(found)


def reworded(before: Mapping[str, Report], after: ClassResult) -> int:
    """Return how many hand-ins have the same score and different words in their outcomes."""
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
    # If the share of the points is the same, only a changed weight explains the difference.
    weight = [one for one in concerned if one.part.startswith("weight:")]
    reasons = weight if weight and _share(old) == _share(new) else concerned
    return TestChange(
        outcome.number or outcome.key, _points(old)[0], _points(new)[0], tuple(one.words for one in reasons)
    )


def _points(outcome: Outcome | None) -> tuple[float, bool]:
    return (outcome.score, outcome.forfeits) if outcome else (0.0, False)


def _share(outcome: Outcome | None) -> float | None:
    return round(outcome.score / outcome.weight, 6) if outcome and outcome.weight else None
