"""Observes one submission: each probe at most once, within its limits."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Self

import msgspec

from autograder.evidence.import_policy import IMPORT, ImportPolicy
from autograder.evidence.limits import limits_for, speed_of
from autograder.evidence.naming import observation_key
from autograder.evidence.running import DeferredInput, Question, Runner
from autograder.evidence.session import Session
from autograder.evidence.shipped import is_shipped, shipped_reference
from autograder.evidence.store import Record, Shelf, Store
from autograder.intake.reference import take_reference
from autograder.model.assignment import Assignment, Budget
from autograder.model.measurement import Measurement
from autograder.model.observation import Observation
from autograder.model.submission import Submission
from autograder.model.verdict import Verdict
from autograder.wire.entry import PART
from autograder.wire.limits import Limits

CPU_UNLIMITED_S = 3600.0

OF_THE_REFERENCE = (Verdict.RETURNED, Verdict.RAISED)
OF_THE_SUBMISSION = frozenset(Verdict) - {Verdict.HARNESS_FAULT, Verdict.NOT_RUN}


class Observer:
    """Answers questions about a submission by running probes.

    Attributes:
        digest: the submission's.
        deadline: of `time.monotonic()`; probes end before it.
        missing: probes that would have to run, where nothing may.
    """

    def __init__(
        self,
        session: Session,
        submission: Submission | None,
        digest: str,
        limits: Limits | None = None,
        store: Store | None = None,
        reference: Self | None = None,
    ) -> None:
        """Make an observer.

        Args:
            session: the open sandbox.
            submission: the observed one; None where only stored observations are left of it.
            digest: the submission's digest.
            limits: of each probe, instead of the assignment's.
            store: where observations are kept; none are kept without it. Of the reference solution only what
                returned or raised is kept, of a submission all but the harness's own faults.
            reference: observes the reference solution, whose CPU seconds set the budgets.
        """
        self.digest = digest
        self.deadline = float("inf")
        self.missing: list[str] = []
        self._session = session
        self._runner = Runner(session, submission, digest) if submission is not None and session.opened else None
        self._imports = {part: self._import_policy(part) for part in ("", *session.assignment.upload.entries)}
        self._limits = limits
        self._reference = reference
        self._shelf = Shelf(store, OF_THE_SUBMISSION if reference else OF_THE_REFERENCE)
        self._seen: dict[str, Record] = {}
        self._on_hidden: set[str] = set()  # names of questions with deferred inputs, if the profile hides data

    def look_afresh(self) -> None:
        """From now on take nothing from the store, but go on writing to it."""
        self._shelf.look_afresh()

    @property
    def unstored(self) -> OSError | None:
        """Why an observation could not be stored; None while all could."""
        return self._shelf.unstored

    @property
    def seen(self) -> list[Observation]:
        """All that was observed so far, in the order of the probes."""
        return [record.observation for record in self._seen.values()]

    @property
    def seen_openly(self) -> list[Observation]:
        """The same without probes that got hidden data: students read how long the others took."""
        return [record.observation for name, record in self._seen.items() if name not in self._on_hidden]

    @property
    def on_hidden_s(self) -> float:
        """Wall seconds of the probes that got hidden data."""
        return sum(self._seen[name].observation.wall_s for name in self._on_hidden & self._seen.keys())

    @property
    def cpu(self) -> list[Measurement]:
        """CPU seconds of each probe that has a budget, against that budget."""
        return [
            Measurement(
                f"CPU seconds of {json.loads(name)[0]}", record.observation.cpu_s, record.budget_s, at_least=False
            )
            for name, record in self._seen.items()
            if record.budget_s
        ]

    @property
    def problem(self) -> Observation | None:
        """Why nothing at all can be observed: how the import ended, unless it returned, if only in steps.

        A part that cannot be imported is the problem of its own tests.
        """
        return None if self._session.assignment.has_parts else self._imports[""].problem

    @property
    def remarks(self) -> tuple[str, ...]:
        """Notes for the student about the import; none if it went well."""
        has_parts = self._session.assignment.has_parts
        asked = [part for part in self._imports if bool(part) == has_parts]
        return tuple(remark for part in asked for remark in self._imports[part].remarks)

    def _import_policy(self, part: str) -> ImportPolicy:
        def observe(probe: str, **arguments: Any) -> Observation:
            return self.observe(probe, None, **(arguments | ({PART: part} if part else {})))

        return ImportPolicy(observe)

    def observe(self, probe: str, deferred: Mapping[str, DeferredInput] | None = None, **arguments: Any) -> Observation:
        """Return what the probe saw, from memory or the store if it has run already.

        Args:
            probe: name of a function in the assignment's `probe_*.py`.
            deferred: inputs that enter the sandbox only when the probe asks for them.
            **arguments: the probe's keyword arguments, plain JSON.
        """
        return self.record(Question(probe, arguments, deferred or {})).observation

    def recall(
        self, probe: str, deferred: Mapping[str, DeferredInput] | None = None, **arguments: Any
    ) -> Observation | None:
        """Return what is known already of a probe, from memory or the store; None if it would have to run."""
        question = Question(probe, arguments, deferred or {})
        known = self._seen.get(question.name) or self._stored(question)
        return known.observation if known else None

    def record(self, question: Question) -> Record:
        """Return the observation together with the speed of the machine that made it."""
        if question.deferred and self._session.profile.hidden:
            self._on_hidden.add(question.name)
        if question.name not in self._seen:
            self._seen[question.name] = self._stored_or_new(question)
        return self._seen[question.name]

    def _stored_or_new(self, question: Question) -> Record:
        if stored := self._stored(question):
            return stored
        record = self._new(question)
        self._shelf.put(self.key_of(question), record)
        return record

    def _stored(self, question: Question) -> Record | None:
        stored = self._shelf.get(self.key_of(question))
        return stored.fitted(self._session.declared_of(question.probe)) if stored else None

    def key_of(self, question: Question) -> str:
        """Return the name under which the answer to a question is stored."""
        budget = None if self._limits else self._session.profile.budgets.get(question.probe)
        limits = self._limits or self._session.assignment.limits
        return observation_key(self._session, self.digest, question, limits, budget)

    def _new(self, question: Question) -> Record:
        imports = self._imports[question.part]
        if not question.is_import and not question.imports_nothing and (problem := imports.problem):
            ours = IMPORT in self.missing or problem.verdict is Verdict.HARNESS_FAULT
            if self._session.assignment.has_parts and not ours:
                part = question.part or self._session.assignment.upload.entries[0]
                return Record(replace(problem, reason=f"`{part}` could not be imported: {problem.reason}"))
            return Record(problem if ours else replace(problem, verdict=Verdict.NOT_RUN))
        if self._runner is None:
            self.missing.append(question.probe)
            where = f"observation of the probe {question.probe!r} is stored"
            reason = f"No {where}, and it cannot be made here: a bundle, or a class's folder, has to be made again."
            return Record(Observation(Verdict.HARNESS_FAULT, reason=reason))
        budget = self._session.profile.budgets.get(question.probe)
        limits = self._limits or self._limits_of(question, budget)
        left_out = imports.left_out(question.probe, question.arguments, has_budget=budget is not None)
        seen = self._runner.run(question, limits, left_out, self.deadline)
        if budget and self._limits:  # the reference, whose CPU seconds others will be measured by
            return Record(seen, self._session.calibration_cpu_s)
        return Record(seen, budget_s=limits.cpu_s if budget else 0.0)

    def _limits_of(self, question: Question, budget: Budget | None) -> Limits:
        limits = self._session.assignment.limits
        if budget is None or self._reference is None:
            return limits
        reference = self._reference.record(question.as_given)
        speed = speed_of(self._session.calibration_cpu_s, reference.calibration_cpu_s)
        return limits_for(limits, budget, reference.observation.cpu_s, speed)


def reference_limits(assignment: Assignment) -> Limits:
    """Return the limits that the reference runs under: the assignment's, but for CPU and clock."""
    return msgspec.structs.replace(assignment.limits, cpu_s=CPU_UNLIMITED_S, wall_s=CPU_UNLIMITED_S)


def reference_of(session: Session) -> Observer:
    """Return what observes the reference solution: each probe at most once on this machine.

    Its CPU is not limited, because it sets the budgets. In a bundle its source is absent, and its stored
    observations have to do.
    """
    slug = session.assignment.slug
    limits = reference_limits(session.assignment)
    if is_shipped(slug):
        shipped = shipped_reference(slug)
        made_in = replace(session, environment=shipped.environment)
        return Observer(made_in, None, shipped.digest, limits, session.store)
    solution = take_reference(session.assignment, session.profile_name)
    return Observer(session, solution, solution.digest, limits, session.store)


def observers_of(session: Session, submission: Submission, store: Store | None = None) -> tuple[Observer, Observer]:
    """Return the observers of a submission and of the reference.

    Without a store each grading observes the submission afresh. The reference solution, when it is graded itself
    then, is looked at once for both of its parts.
    """
    reference = reference_of(session)
    at_home = not is_shipped(session.assignment.slug)  # a bundle's reference can look at nothing
    if at_home and store is None and submission.digest == reference.digest:
        reference.look_afresh()
        return reference, reference
    return Observer(session, submission, submission.digest, store=store, reference=reference), reference
