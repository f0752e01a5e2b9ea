"""A session without a sandbox, which answers from a table."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.evidence.code import Code
from autograder.evidence.environment import environment
from autograder.evidence.probe_sources import ProbeSource
from autograder.model.assignment import Assignment, Budget, Profile
from autograder.model.observation import Observation
from autograder.model.submission import Submission
from autograder.sandbox.job import Job
from autograder.sandbox.workspace import Workspace
from autograder.wire.built_in import BUILT_IN, Imported
from autograder.wire.declaration import Observed
from autograder.wire.limits import Limits
from tests.helpers import an_assignment, returned

SUBMISSION = Submission({"submitted.py": b"x = 1"})
SOURCE = ProbeSource("autograder.assignments.line_fit.probe_points", "source")
LIMITS = Limits(cpu_s=30, wall_s=90)


@dataclass
class FakeSession:
    """A session whose sandbox answers from a table and keeps the jobs that it was given."""

    answers: Mapping[str, Observation] = field(default_factory=dict)
    budgets: Mapping[str, Budget] = field(default_factory=dict)
    calibration_cpu_s: float = 0.1
    jobs: list[Job] = field(default_factory=list)
    deferred: list[Any] = field(default_factory=list)
    laid_out: list[Mapping[str, bytes]] = field(default_factory=list)
    probes: dict[str, ProbeSource] = field(default_factory=lambda: {"length": SOURCE, "trained": SOURCE})
    data_digest: str = "d1"
    hidden: tuple[str, ...] = ()
    changes: dict[str, Any] = field(default_factory=dict)
    opened: Any = True
    code: Code = field(default_factory=Code)
    versions: Mapping[str, str] = field(default_factory=dict)
    declared: Mapping[str, type[Observed]] = field(default_factory=dict)
    keeps_output: bool = False

    @property
    def environment(self) -> dict[str, str]:
        return {**environment(self.assignment), **self.versions}

    @property
    def assignment(self) -> Assignment:
        return an_assignment(**{"limits": LIMITS, **self.changes})

    @property
    def profile(self) -> Profile:
        return Profile(given=(), hidden=self.hidden, budgets=dict(self.budgets))

    @property
    def stage(self) -> "FakeSession":
        return self

    @property
    def sandbox(self) -> "FakeSession":
        return self

    given = Path("/given")

    @property
    def modules(self) -> dict[str, dict[str, str]]:
        return {name: {"of.it": "source"} for name in self.probes}

    def declared_of(self, probe: str) -> type[Observed] | None:
        return self.declared.get(probe) or BUILT_IN.get(probe)

    @contextlib.contextmanager
    def workspace(self, files: Mapping[str, bytes], planted: Mapping[str, bytes] | None = None) -> Iterator[Workspace]:
        self.laid_out.append({**files, **(planted or {})})
        yield Workspace(Path("/w"), Path("/s"), self.given)

    def run(self, job: Job, deferred: Mapping[str, Any]) -> Observation:
        self.jobs.append(job)
        self.deferred += [make() for make in deferred.values()]
        value = Imported(given_up=[]) if job.function == "import" else len(self.jobs)
        return self.answers.get(job.function, returned(value))

    @property
    def functions(self) -> list[str]:
        return [job.function for job in self.jobs]
