"""Observes one submission: each probe at most once, within its limits."""

import json
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, Self

import msgspec

from autograder import project
from autograder.evidence.session import Session
from autograder.evidence.store import Record, Store, key_of
from autograder.intake import libraries
from autograder.intake.reference import take_reference
from autograder.model.assignment import Budget
from autograder.model.measurement import Figure
from autograder.model.observation import Observation
from autograder.model.submission import Submission
from autograder.model.verdict import Verdict
from autograder.sandbox.job import Job
from autograder.wire.limits import Limits

CPU_UNLIMITED_S = 3600.0
IMPORT = "import"
REFERENCE_DIGEST = "reference.digest"
SLOW_IMPORT_CPU_S = 3.0  # importing pandas and scikit-learn takes two
WALL_PER_CPU_S = 4.0  # a host that runs four gradings on one core still fails nobody

OF_THE_REFERENCE = (Verdict.RETURNED, Verdict.RAISED)
OF_THE_SUBMISSION = frozenset(Verdict) - {Verdict.HARNESS_FAULT, Verdict.NOT_RUN}

# Makes a late input for the submission with this digest; arrays, deterministic.
LateInput = Callable[[str], Any]


class Observer:
    """Answers what a submission did in a probe."""

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
            submission: what is observed; None where only stored observations are left of it.
            digest: the submission's digest.
            limits: of each probe, instead of the assignment's.
            store: where observations are kept; none are kept without it. Of the reference solution only what
                returned or raised is kept, of a submission all but the harness's own faults.
            reference: observes the reference solution, whose CPU seconds set the budgets.
        """
        self.digest = digest
        self.deadline = float("inf")  # of time.monotonic(); probes end before it
        self.unstored: OSError | None = None  # why an observation could not be stored
        self.missing: list[str] = []  # probes that would have to run, where nothing may
        self._session = session
        self._submission = submission
        self._limits = limits
        self._store = store
        self._reference = reference
        self._seen: dict[str, Record] = {}
        self._afresh = False

    def look_afresh(self) -> None:
        """From now on take nothing from the store, but go on writing to it."""
        self._afresh = True

    @property
    def seen(self) -> list[Observation]:
        """All that was observed so far, in the order of the probes."""
        return [record.observation for record in self._seen.values()]

    @property
    def cpu(self) -> list[Figure]:
        """CPU seconds of each probe that has a budget, against that budget."""
        return [
            Figure(f"CPU seconds of {json.loads(name)[0]}", record.observation.cpu_s, record.budget_s, at_least=False)
            for name, record in self._seen.items()
            if record.budget_s
        ]

    @property
    def problem(self) -> Observation | None:
        """Why nothing at all can be observed: how the import ended, unless it returned, if only in steps."""
        imported = self.observe(IMPORT)
        if imported.verdict is Verdict.CPU_BUDGET and self._import_in_steps.verdict is Verdict.RETURNED:
            return None
        return None if imported.verdict is Verdict.RETURNED else imported

    @property
    def remark(self) -> str:
        """What the student should know of the import; empty where it is as it should be."""
        imported = self.observe(IMPORT)
        if not self._imports_slowly(imported) or self._import_in_steps.verdict is not Verdict.RETURNED:
            return ""
        given_up = self._import_in_steps.value["given_up"]
        if not given_up:  # large packages, say
            return ""
        return (
            f"Importing the submission takes {imported.cpu_s:.0f} CPU seconds or more, as if it trained. Most tests "
            f"import it without what takes long ({', '.join(given_up[:3])}{', …' if len(given_up) > 3 else ''}). "
            'Put such statements under `if __name__ == "__main__":`.'
        )

    @property
    def _import_in_steps(self) -> Observation:
        return self.observe(IMPORT, in_steps=True)

    @cached_property
    def _libraries(self) -> tuple[str, ...]:
        return libraries.used_by(self._submission.files) if self._submission else ()

    @staticmethod
    def _imports_slowly(imported: Observation) -> bool:
        return imported.verdict is Verdict.CPU_BUDGET or (
            imported.verdict is Verdict.RETURNED and imported.cpu_s > SLOW_IMPORT_CPU_S
        )

    def _import_without(self, probe: str, arguments: Mapping[str, Any]) -> tuple[str, ...] | None:
        """Return what a probe does not import because it takes long; one with a budget of its own may need it all."""
        if probe == IMPORT:
            return () if arguments.get("in_steps") else None
        if not self._imports_slowly(self.observe(IMPORT)) or probe in self._session.profile.budgets:
            return None
        in_steps = self._import_in_steps
        return tuple(in_steps.value["given_up"]) if in_steps.verdict is Verdict.RETURNED else None

    def observe(self, probe: str, late: Mapping[str, LateInput] | None = None, **arguments: Any) -> Observation:
        """Return what the probe saw, from memory or the store if it has run already.

        Args:
            probe: name of a function in the assignment's `probe_*.py`.
            late: inputs that enter the sandbox only when the probe asks for them.
            **arguments: the probe's keyword arguments, plain JSON.
        """
        return self.record(probe, late, **arguments).observation

    def record(self, probe: str, late: Mapping[str, LateInput] | None = None, **arguments: Any) -> Record:
        """Return the observation together with the speed of the machine that made it."""
        name = json.dumps([probe, arguments], sort_keys=True)
        if name not in self._seen:
            self._seen[name] = self._stored_or_new(probe, late or {}, arguments)
        return self._seen[name]

    def _stored_or_new(self, probe: str, late: Mapping[str, LateInput], arguments: dict[str, Any]) -> Record:
        key = self._key(probe, arguments)
        stored = self._store.get(key) if self._store and not self._afresh else None
        if stored:
            return stored
        record = self._new(probe, late, arguments)
        if self._store and record.observation.verdict in self._kept:
            try:
                self._store.put(key, record)
            except OSError as error:  # a read-only folder, a full disk: it has to be made again next time
                self.unstored = error
        return record

    @property
    def _kept(self) -> Collection[Verdict]:
        return OF_THE_SUBMISSION if self._reference else OF_THE_REFERENCE

    def _key(self, probe: str, arguments: dict[str, Any]) -> str:
        session = self._session
        # A submission's limits decide what is seen of it; the reference has none that matter.
        allowed = [session.assignment.limits, session.profile.budgets.get(probe)] if self._reference else []
        return key_of(
            submission=self.digest,
            probes=session.probe_digests.get(probe, ""),
            probe=probe,
            arguments=arguments,
            data=session.data_digest,
            secret=session.assignment.secret,  # held-out images are perturbed with it
            seed=session.assignment.seed,
            environment=dict(session.environment),
            **({"allowed": msgspec.to_builtins(allowed)} if allowed else {}),
        )

    def _new(self, probe: str, late: Mapping[str, LateInput], arguments: dict[str, Any]) -> Record:
        if probe != IMPORT and (problem := self.problem):
            return Record(problem if IMPORT in self.missing else replace(problem, verdict=Verdict.NOT_RUN))
        if self._submission is None or self._session.opened is None:
            self.missing.append(probe)
            where = f"observation of the probe {probe!r} is stored"
            reason = f"No {where}, and it cannot be made here: a bundle, or a class's folder, has to be made again."
            return Record(Observation(Verdict.HARNESS_FAULT, reason=reason))
        budget = self._session.profile.budgets.get(probe)
        limits = self._limits or self._limits_of(probe, late, arguments, budget)
        if budget and self._limits:  # the reference, whose CPU seconds others will be measured by
            return Record(self._run(probe, late, arguments, limits), self._session.calibration_cpu_s)
        return Record(self._run(probe, late, arguments, limits), budget_s=limits.cpu_s if budget else 0.0)

    def _limits_of(
        self, probe: str, late: Mapping[str, LateInput], arguments: dict[str, Any], budget: Budget | None
    ) -> Limits:
        limits = self._session.assignment.limits
        if budget and self._reference:
            reference = self._reference.record(probe, late, **arguments)
            speed = (
                self._session.calibration_cpu_s / reference.calibration_cpu_s if reference.calibration_cpu_s else 1.0
            )
            cpu_s = max(budget.floor_s, budget.times_reference * reference.observation.cpu_s * speed)
            limits = msgspec.structs.replace(limits, cpu_s=cpu_s, wall_s=max(limits.wall_s, WALL_PER_CPU_S * cpu_s))
        left_s = max(1.0, self.deadline - time.monotonic())
        return msgspec.structs.replace(limits, wall_s=min(limits.wall_s, left_s))

    def _run(self, probe: str, late: Mapping[str, LateInput], arguments: dict[str, Any], limits: Limits) -> Observation:
        """Run the probe; once more, and not a third time, if the sandbox itself failed, such as a killed zygote."""
        seen = self._run_once(probe, late, arguments, limits)
        # On the import hang all points, and a kernel short of memory kills a child as a submission kills itself.
        again = (Verdict.HARNESS_FAULT, Verdict.CRASHED) if probe == IMPORT else (Verdict.HARNESS_FAULT,)
        if seen.verdict in again and time.monotonic() < self.deadline:
            return self._run_once(probe, late, arguments, limits)
        return seen

    def _run_once(
        self, probe: str, late: Mapping[str, LateInput], arguments: dict[str, Any], limits: Limits
    ) -> Observation:
        session, submission = self._session, self._submission
        assert submission is not None
        with session.stage.workspace(submission.files) as place:
            job = Job(
                function=probe,
                arguments={} if probe == IMPORT else arguments,
                probe_source="" if probe == IMPORT else session.probes[probe],
                workspace=place.folder,
                scratch=place.scratch,
                readable=(session.stage.given,),
                entry=session.assignment.entry,
                seed=session.assignment.seed,
                libraries=self._libraries,
                import_without=self._import_without(probe, arguments),
                threads=session.assignment.threads,
                limits=limits,
            )
            makers = {name: (lambda make=make: make(self.digest)) for name, make in late.items()}
            return session.sandbox.run(job, makers)


def reference_of(session: Session) -> Observer:
    """Return what observes the reference solution: each probe at most once on this machine.

    Its CPU is not limited, because it sets the budgets. In a bundle its source is absent, and its stored
    observations have to do.
    """
    slug = session.assignment.slug
    limits = msgspec.structs.replace(session.assignment.limits, cpu_s=CPU_UNLIMITED_S, wall_s=CPU_UNLIMITED_S)
    if not project.reference(slug).is_dir():
        digest = (project.shipped_observations(slug) / REFERENCE_DIGEST).read_text().strip()
        return Observer(session, None, digest, limits, session.store)
    solution = take_reference(session.assignment, session.profile_name)
    return Observer(session, solution, solution.digest, limits, session.store)


def observers_of(session: Session, submission: Submission, store: Store | None = None) -> tuple[Observer, Observer]:
    """Return what observes a submission, and what observes the reference.

    Without a store each grading observes the submission afresh. The reference solution, when it is what is graded
    then, is looked at once for both of its parts.
    """
    reference = reference_of(session)
    at_home = project.reference(session.assignment.slug).is_dir()  # a bundle's reference can look at nothing
    if at_home and store is None and submission.digest == reference.digest:
        reference.look_afresh()
        return reference, reference
    return Observer(session, submission, submission.digest, store=store, reference=reference), reference
