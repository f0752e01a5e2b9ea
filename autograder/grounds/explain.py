"""Explains verdicts to the staff: makes the grounds of tests from the notes of a watch."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.evidence.observer import Observer
from autograder.evidence.running import Question
from autograder.grounds.compare import compare, in_words, size_in_words
from autograder.grounds.watch import Noted, Watch
from autograder.model.grounds import Asked, Grounds
from autograder.model.observation import Observation
from autograder.model.outcome import Outcome
from autograder.model.test_number import is_meant
from autograder.model.verdict import Verdict
from autograder.wire.arguments import unpacked
from autograder.wire.question_code import code_of

MOST_QUESTIONS = 6  # of one test
MOST_ANSWERS = 24  # of one test, that are looked at to choose these
MOST_FIELDS = 14  # of one question
LONGEST_ERROR = 1500
LONGEST_CODE = 3000
OTHER_INPUTS = "; its deferred inputs differ, so the values may, too"


@dataclass(frozen=True)
class ToExplain:
    """Which tests to explain.

    Attributes:
        number: of tests to explain even if they lost no points, or its beginning; empty for none.
        lost: whether to explain all tests that lost points.
        ask_reference: whether the reference also gets questions that tests put only to the submission. Its probes may
            then run; otherwise known answers must do.
    """

    number: str = ""
    lost: bool = True
    ask_reference: bool = False

    def includes(self, outcome: Outcome) -> bool:
        """Return whether a test is explained."""
        lost = self.lost and outcome.verdict is not Verdict.PASSED and outcome.manual is None
        return lost or is_meant(outcome.number, self.number)


STAFF_PAGES = ToExplain()  # a class's pages explain each test that lost points, from stored observations


def explain(
    outcomes: Sequence[Outcome], watch: Watch, reference: Observer, digest: str, wanted: ToExplain
) -> tuple[Grounds, ...]:
    """Return the grounds of all tests that are wanted.

    Args:
        outcomes: of all tests.
        watch: has followed them.
        reference: observes the reference solution.
        digest: the submission's, for the sizes of deferred inputs.
        wanted: which tests.
    """
    chosen = [one for one in outcomes if wanted.includes(one)]
    return tuple(_grounds(one, watch.of_test.get(one.key, []), reference, digest, wanted) for one in chosen)


def _grounds(outcome: Outcome, noted: Sequence[Noted], reference: Observer, digest: str, wanted: ToExplain) -> Grounds:
    ask = reference.observe if wanted.ask_reference else reference.recall
    asked = telling([_asked(one, ask, digest) for one in noted[-MOST_ANSWERS:]])
    return Grounds(outcome.key, asked, len(noted) - len(asked), outcome.judged_at)


def telling(asked: Sequence[Asked]) -> tuple[Asked, ...]:
    """Return the questions that say most: those answered otherwise than by the reference, then the last, in order."""

    def rank(place: int) -> tuple[bool, int]:
        one = asked[place]
        as_right = one.submission.startswith(Verdict.RETURNED.value) and not any(row.differs for row in one.fields)
        return as_right, -place

    return tuple(asked[place] for place in sorted(sorted(range(len(asked)), key=rank)[:MOST_QUESTIONS]))


def _asked(noted: Noted, ask: Callable[..., Observation | None], digest: str) -> Asked:
    mine = noted.submission
    same = Question(noted.probe, noted.arguments, noted.deferred).as_given
    right = noted.reference or ask(same.probe, same.deferred, **same.arguments)
    rows = compare(mine.value if mine else None, right.value if right else None)
    return Asked(
        probe=noted.probe,
        arguments=tuple((name, in_words(value)) for name, value in unpacked(noted.arguments).items()),
        deferred=tuple(_sizes(noted.deferred, digest)),
        submission=_ending(mine) if mine else "",
        reference=_ending(right) + (OTHER_INPUTS if noted.deferred else "") if right else "",
        error=mine.error.traceback[-LONGEST_ERROR:] if mine and mine.error else "",
        fields=tuple(rows[:MOST_FIELDS]),
        left_out=max(0, len(rows) - MOST_FIELDS),
        code="" if noted.deferred else _code(noted),
    )


def _code(noted: Noted) -> str:
    code = code_of(noted.probe, noted.arguments)
    return code if len(code) <= LONGEST_CODE else ""


def _sizes(deferred: Mapping[str, Callable[[str], Any]], digest: str) -> Iterator[tuple[str, str]]:
    for name, make in deferred.items():
        yield name, size_in_words(make(digest))


def _ending(seen: Observation) -> str:
    words = [seen.verdict.value, f"{seen.cpu_s:.2f} CPU seconds"]
    if seen.error:
        words.append(f"{seen.error.kind}: {seen.error.message}")
    elif seen.reason:
        words.append(seen.reason)
    return "; ".join(words)
