"""Runs a probe on a submission in the sandbox, and once more where it was not the submission that failed."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from autograder.checks.handed import Handed
from autograder.checks.planting import Planted
from autograder.evidence.import_policy import COMMITS, IMPORT, SHOWN
from autograder.evidence.limits import left_s
from autograder.evidence.session import Session
from autograder.intake import libraries
from autograder.model.observation import Observation
from autograder.model.submission import Submission
from autograder.model.verdict import Verdict
from autograder.sandbox.job import Job
from autograder.sandbox.verdicts import was_killed
from autograder.wire.commits import REPOSITORY
from autograder.wire.entry import PART
from autograder.wire.limits import Limits

CHECKPOINTS = (".pth", ".pt")  # all that a clean probe finds of an upload: numbers, which no import reaches

# Makes a deferred input for the submission with this digest; arrays, deterministic.
DeferredInput = Callable[[str], Any]


@dataclass(frozen=True)
class Question:
    """A question to a submission.

    Attributes:
        probe: name of a function in the assignment's `probe_*.py`, or of a built-in one.
        arguments: its keyword arguments, plain JSON; under `PART`, the part that it is about, where there are several.
        deferred: inputs that enter the sandbox only when the probe asks for them; and files that are planted before.
    """

    probe: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    deferred: Mapping[str, DeferredInput] = field(default_factory=dict)

    @property
    def part(self) -> str:
        """The entry that the probe imports, if a test names one."""
        return str(self.arguments.get(PART, ""))

    @property
    def of_probe(self) -> dict[str, Any]:
        """The arguments that the probe gets."""
        return {name: value for name, value in self.arguments.items() if name != PART}

    @property
    def is_import(self) -> bool:
        """Whether it asks for the import alone."""
        return self.probe == IMPORT

    @property
    def is_built_in(self) -> bool:
        """Whether the probe is one of ours, and not in a file of the assignment."""
        return self.probe in (IMPORT, SHOWN, COMMITS)

    @property
    def imports_nothing(self) -> bool:
        """Whether it can be answered though the submission cannot be imported."""
        return self.probe == COMMITS

    @property
    def planted(self) -> dict[str, bytes]:
        """Files that lie in the place of given ones."""
        return {name: one.value.tobytes() for name, one in self.deferred.items() if isinstance(one, Planted)}

    @property
    def as_given(self) -> Self:
        """The same about files as they are given, as the reference is asked."""
        late = {name: make for name, make in self.deferred.items() if not isinstance(make, Planted)}
        return replace(self, deferred=late)

    @property
    def name(self) -> str:
        """The name that distinguishes it from the other questions to the same submission."""
        handed = {name: make.sha256 for name, make in self.deferred.items() if isinstance(make, Handed)}
        return json.dumps([self.probe, self.arguments, *([handed] if handed else [])], sort_keys=True)


class Runner:
    """Runs probes on one submission; nothing is remembered from one to the next."""

    def __init__(self, session: Session, submission: Submission, digest: str) -> None:
        """Make a runner.

        Args:
            session: the open sandbox.
            submission: its files.
            digest: for which deferred inputs are made.
        """
        self._session = session
        self._submission = submission
        self._digest = digest
        self._libraries = libraries.used_by(submission.files)
        files = submission.files.items()
        self._checkpoints = {name: content for name, content in files if name.endswith(CHECKPOINTS)}

    def run(self, question: Question, limits: Limits, left_out: tuple[str, ...] | None, deadline: float) -> Observation:
        """Run a probe; once more, and not a third time, if the machine may have failed.

        That is so if the sandbox died, or if somebody killed the submission: a kernel that is short of memory, or an
        operator, looks like the submission itself. Twice, it was the submission.

        Args:
            question: which probe, with which inputs.
            limits: of the probe.
            left_out: statements that its import leaves out; None to import the submission as it is.
            deadline: of `time.monotonic()`; nothing is tried again after it.
        """
        seen = self._run_once(question, limits, left_out, deadline)
        # All points depend on the import.
        again = (Verdict.HARNESS_FAULT, Verdict.CRASHED) if question.is_import else (Verdict.HARNESS_FAULT,)
        if (seen.verdict in again or was_killed(seen)) and time.monotonic() < deadline:
            return self._run_once(question, limits, left_out, deadline)
        return seen

    def _files_for(self, question: Question, is_clean: bool) -> Mapping[str, bytes]:
        """Return what a probe finds: the submission's files, or the repository alone, which no other probe needs."""
        if is_clean:
            return self._checkpoints
        return {
            name: content
            for name, content in self._submission.files.items()
            if (name == REPOSITORY) == question.imports_nothing
        }

    def _libraries_for(self, question: Question, is_clean: bool) -> tuple[str, ...]:
        """Return the modules that the zygote imports before it forks: the probe's, and those of what it imports."""
        session, probe = self._session, question.probe
        sources = {} if question.is_built_in else {probe: session.probes[probe].text, **session.modules[probe]}
        of_probe = libraries.used_by({f"{name}.py": text.encode() for name, text in sources.items()})
        of_submission = () if is_clean or question.imports_nothing else self._libraries
        return tuple(dict.fromkeys((*of_probe, *of_submission)))

    def _run_once(
        self, question: Question, limits: Limits, left_out: tuple[str, ...] | None, deadline: float
    ) -> Observation:
        session, declared = self._session, self._session.declared_of(question.probe)
        is_clean = declared is not None and declared.clean
        with session.stage.workspace(self._files_for(question, is_clean), question.planted) as place:
            job = Job(
                function=question.probe,
                arguments={} if question.is_built_in else question.of_probe,
                probe_source="" if question.is_built_in else session.probes[question.probe].text,
                modules={} if question.is_built_in else session.modules[question.probe],
                declared=declared,
                workspace=place.folder,
                scratch=place.scratch,
                readable=(place.given,),
                entry=question.part or session.assignment.entry,
                seed=session.assignment.seed,
                libraries=self._libraries_for(question, is_clean),
                import_without=left_out,
                threads=session.assignment.threads,
                limits=limits,
                left_s=left_s(deadline),
                keeps_output=session.keeps_output,
            )
            late = question.as_given.deferred.items()
            makers = {name: (lambda make=make: make(self._digest)) for name, make in late}
            return session.sandbox.run(job, makers)
