"""Tries a changed reference solution: runs only the tests, and the probes, that reach the change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from autograder.checks.case import Evidence
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
from autograder.mutation.change import Change
from autograder.mutation.coverage import importable_lines, lines_reached, reporting
from autograder.suites.load import PlannedTest
from autograder.suites.run import run_suites
from autograder.verify.mutant_report import Ending, Tried
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
        return sum(self.cpu_s.get(name, 0.0) for name in names) if names else None


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
    again = _seen(session, _with_entry(reference, entry, reporting(text)), planned)
    return Known(
        digest=reference.digest,
        answers=seen.store.frames,
        lines=_lines(again, text),
        noise={
            name: _differing(one, other)
            for name, one in seen.records.items()
            if (other := again.records.get(name)) and _content(one) != _content(other)
        },
        questions=seen.questions,
        cpu_s={name: record.observation.cpu_s for name, record in seen.records.items()},
    )


def attempt(session: Session, planned: Sequence[PlannedTest], known: Known, change: Change, *, whole: bool) -> Tried:
    """Grade a changed reference.

    Args:
        session: the open sandbox.
        planned: the suites' tests.
        known: facts about the reference.
        change: the change.
        whole: whether to run all tests that the change may matter to; else the first that loses points is the last.
    """
    entry = session.assignment.upload.required[0]
    changed = _with_entry(take_reference(session.assignment, session.profile_name), entry, change.text)
    store = _ChangedStore(known, change.lines)
    observer = Observer(session, changed, known.digest, store=store, reference=reference_of(session))
    evidence = _evidence(session, observer)
    lost, tests = list[str](), known.tests_for(planned, change.lines)
    for test in tests:
        (outcome,) = run_suites([test], evidence)
        if outcome.verdict is Verdict.HARNESS_FAULT:
            return Tried.of(change, Ending.UNDECIDED, (test.number,), outcome.explanation.seen)
        if outcome.score < (outcome.weight or 0.0):
            lost.append(test.number)
            if not whole:
                break
    if lost:
        return Tried.of(change, Ending.KILLED, tuple(lost))
    if not tests:
        return Tried.of(change, Ending.NEVER_RUN)
    if whole:
        return Tried.of(change, Ending.KEPT)
    same = all(known.is_same(name, one) for name, one in store.made.items())
    return Tried.of(change, Ending.EQUIVALENT if same else Ending.SURVIVED)


class _ChangedStore:
    """Gives the reference's answers to questions that do not reach the change, and notes the others."""

    def __init__(self, known: Known, lines: frozenset[int]) -> None:
        self.made: dict[str, Record] = {}
        self._known = known
        self._lines = lines

    def get(self, key: str) -> Record | None:
        """Return the reference's record, unless the change may matter to it."""
        return None if self._known.is_reached(key, self._lines) else self._known.record(key)

    def put(self, key: str, record: Record) -> None:
        """Note a new record."""
        self.made[key] = record


@dataclass(frozen=True)
class _Seen:
    """All that the suites asked of a submission.

    Attributes:
        store: holds the answers.
        outcomes: of the tests.
        questions: key of each test to the names of the observations that it asked for.
        late: names of the observations that received deferred inputs.
    """

    store: MemoryStore
    outcomes: Sequence[Outcome]
    questions: Mapping[str, tuple[str, ...]]
    late: frozenset[str]

    @cached_property
    def records(self) -> dict[str, Record]:
        """Name of each observation to its record."""
        return {name: record for name, frame in self.store.frames.items() if (record := record_in(frame))}


def _seen(session: Session, submission: Submission, planned: Sequence[PlannedTest]) -> _Seen:
    """Ask a submission everything, under the reference's own digest."""
    reference, store = reference_of(session), MemoryStore({})
    observer = Observer(session, submission, reference.digest, store=store, reference=reference)
    watch = Watch(_evidence(session, observer))
    outcomes = run_suites(planned, watch.evidence, on_outcome=watch.ended)
    asked = {
        key: [Question(one.probe, one.arguments, one.deferred) for one in noted] for key, noted in watch.of_test.items()
    }
    return _Seen(
        store=store,
        outcomes=outcomes,
        questions={key: tuple(map(observer.key_of, questions)) for key, questions in asked.items()},
        late=frozenset(observer.key_of(one) for questions in asked.values() for one in questions if one.deferred),
    )


def _evidence(session: Session, observer: Observer) -> Evidence:
    reference = reference_of(session)
    return Evidence(observer, reference, session.profile, session.data, session.assignment.secret)


def _lines(seen: _Seen, text: str) -> dict[str, frozenset[int]]:
    """Return the lines that ran for each observation.

    A probe's output is withheld after a deferred input, so it counts as reaching all lines but those of scripts.
    """
    lines = {name: lines_reached(record.observation.printed) for name, record in seen.records.items()}
    everything = importable_lines(text).union(*lines.values())
    return {name: everything if name in seen.late else own for name, own in lines.items()}


def _with_entry(submission: Submission, entry: str, text: str) -> Submission:
    return replace(submission, files={**submission.files, entry: text.encode()})


def _differing(one: Record, other: Record) -> frozenset[str]:
    """Return the paths of the fields in which two answers differ."""
    return frozenset(row.path for row in compare(one.observation.value, other.observation.value) if row.differs)


def _content(record: Record) -> bytes:
    return encode({"value": record.observation.value})


def _ending(record: Record) -> tuple[Verdict, str]:
    seen = record.observation
    return seen.verdict, f"{seen.error.kind}: {seen.error.message}" if seen.error else ""
