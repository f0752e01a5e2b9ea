"""Tries a changed reference solution: runs only the tests, and the probes, that reach the change."""

from collections.abc import Sequence

from autograder.evidence.observer import Observer, reference_of
from autograder.evidence.session import Session
from autograder.evidence.store import Record
from autograder.intake.reference import take_reference
from autograder.model.verdict import Verdict
from autograder.mutation.change import Change
from autograder.suites.load import PlannedTest
from autograder.suites.run import run_suites
from autograder.verify.mutant_report import Ending, Tried
from autograder.verify.reach import Known, evidence_of, with_entry


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
    changed = with_entry(take_reference(session.assignment, session.profile_name), entry, change.text)
    store = _ChangedStore(known, change.lines)
    observer = Observer(session, changed, known.digest, store=store, reference=reference_of(session))
    evidence = evidence_of(session, observer)
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
