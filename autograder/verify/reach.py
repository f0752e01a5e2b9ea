"""Knows what the reference answers, and which of its statements run for each answer.

A changed reference is asked the reference's own questions. Where none of the changed statements runs for a question,
the answer is the reference's, and nobody has to ask.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from autograder.checks.evidence import Evidence
from autograder.evidence.observer import Observer, reference_of
from autograder.evidence.running import Question
from autograder.evidence.session import Session
from autograder.evidence.store import MemoryStore, Record, record_in
from autograder.grading.reference import refuse_incomplete
from autograder.grounds.compare import compare
from autograder.grounds.watch import Watch
from autograder.intake.reference import take_reference
from autograder.model.outcome import Outcome
from autograder.model.submission import Submission
from autograder.model.verdict import Verdict
from autograder.mutation.coverage import all_lines, lines_reached, reporting
from autograder.sandbox.child_session import TAIL_BYTES
from autograder.suites.load import PlannedTest
from autograder.suites.run import run_suites
from autograder.wire.frames import encode


@dataclass(frozen=True)
class Known:
    """The observations of the unchanged reference. A changed one is asked the same questions.

    Attributes:
        digest: of the reference; questions are drawn for it.
        answers: name of each observation to its frame.
        lines: name of each observation to the lines whose statements ran for it.
        noise: name of each observation that did not come out the same twice to its fields that differed, such as times.
        questions: key of each test to the names of the observations that it asked for.
        cpu_s: name of each observation to the CPU seconds that it took.
    """

    digest: str
    answers: Mapping[str, bytes]
    lines: Mapping[str, frozenset[int]]
    noise: Mapping[str, frozenset[str]]
    questions: Mapping[str, tuple[str, ...]]
    cpu_s: Mapping[str, float]

    def is_reached(self, name: str, lines: frozenset[int]) -> bool:
        """Return whether an observation may be another one if these lines change; True for an unknown one."""
        return name not in self.lines or bool(self.lines[name] & lines)

    def record(self, name: str) -> Record | None:
        """Return the reference's answer; None if the question was never asked."""
        return record_in(self.answers[name]) if name in self.answers else None

    def is_same(self, name: str, record: Record) -> bool:
        """Return whether an answer is the reference's, apart from fields that differ each time."""
        known = self.record(name)
        if known is None or _ending(known) != _ending(record):
            return False
        return _content(known) == _content(record) or _differing(known, record) <= self.noise.get(name, frozenset())

    def tests_for(self, planned: Sequence[PlannedTest], lines: frozenset[int]) -> list[PlannedTest]:
        """Return the scored tests that these lines may matter to, the cheapest first."""
        costs = {test.key: self._cost(test, lines) for test in planned if test.weight}
        reached = [test for test in planned if costs.get(test.key) is not None]
        return sorted(reached, key=lambda test: costs[test.key] or 0.0)

    def _cost(self, test: PlannedTest, lines: frozenset[int]) -> float | None:
        names = [name for name in self.questions.get(test.key, ()) if self.is_reached(name, lines)]
        unknown = sum(self.cpu_s.values())  # such as a training, which no store keeps under that name
        return sum(self.cpu_s.get(name, unknown) for name in names) if names else None


def learn(session: Session, planned: Sequence[PlannedTest]) -> Known:
    """Observe the reference twice, and find out which of its statements run for each question.

    Raises:
        UnusableSuite: it loses points, so that nothing can be learned from a change.
    """
    reference = take_reference(session.assignment, session.profile_name)
    entry = session.assignment.upload.required[0]
    text = reference.files[entry].decode()
    seen = _seen(session, reference, planned)
    refuse_incomplete(session.assignment, seen.outcomes)
    again = _seen(replace(session, keeps_output=True), with_entry(reference, entry, reporting(text)), planned)
    return Known(
        digest=reference.digest,
        answers=seen.store.frames,
        lines={name: _lines(one, again.records.get(name), text) for name, one in seen.records.items()},
        noise={
            name: _differing(one, other)
            for name, one in seen.records.items()
            if (other := again.records.get(name)) and _content(one) != _content(other)
        },
        questions=seen.questions,
        cpu_s={name: record.observation.cpu_s for name, record in seen.records.items()},
    )


@dataclass(frozen=True)
class _Seen:
    """All that the suites asked of a submission.

    Attributes:
        store: holds the answers.
        outcomes: of the tests.
        questions: key of each test to the names of the observations that it asked for.
    """

    store: MemoryStore
    outcomes: Sequence[Outcome]
    questions: Mapping[str, tuple[str, ...]]

    @cached_property
    def records(self) -> dict[str, Record]:
        """Name of each observation to its record."""
        return {name: record for name, frame in self.store.frames.items() if (record := record_in(frame))}


def _seen(session: Session, submission: Submission, planned: Sequence[PlannedTest]) -> _Seen:
    """Ask a submission everything, under the reference's own digest."""
    reference, store = reference_of(session), MemoryStore({})
    observer = Observer(session, submission, reference.digest, store=store, reference=reference)
    watch = Watch(evidence_of(session, observer))
    outcomes = run_suites(planned, watch.evidence, on_outcome=watch.ended)
    asked = {
        key: [Question(one.probe, one.arguments, one.deferred) for one in noted] for key, noted in watch.of_test.items()
    }
    return _Seen(
        store=store,
        outcomes=outcomes,
        questions={key: tuple(map(observer.key_of, questions)) for key, questions in asked.items()},
    )


def evidence_of(session: Session, observer: Observer) -> Evidence:
    """Return the evidence of a submission for the suites, beside that of the reference."""
    reference = reference_of(session)
    return Evidence(observer, reference, session.profile, session.data, session.assignment.secret)


def _lines(one: Record, again: Record | None, text: str) -> frozenset[int]:
    """Return the lines that ran for an observation: all, where the second one ended otherwise or was cut at its head.

    Args:
        one: the reference's.
        again: that of the program that reports its lines; None if it was never asked.
        text: the reference's source.
    """
    if again is None or _ending(one) != _ending(again) or again.observation.printed_bytes > TAIL_BYTES:
        return all_lines(text)
    return lines_reached(again.observation.printed)


def with_entry(submission: Submission, entry: str, text: str) -> Submission:
    """Return a submission with another text in one of its files."""
    return replace(submission, files={**submission.files, entry: text.encode()})


def _differing(one: Record, other: Record) -> frozenset[str]:
    """Return the paths of the fields in which two answers differ."""
    return frozenset(row.path for row in compare(one.observation.value, other.observation.value) if row.differs)


def _content(record: Record) -> bytes:
    return encode({"value": record.observation.value})


def _ending(record: Record) -> tuple[Verdict, str]:
    seen = record.observation
    return seen.verdict, f"{seen.error.kind}: {seen.error.message}" if seen.error else ""
