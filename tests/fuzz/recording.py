"""Records what the children of a real grading send, so that it can be mutated and sent again."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from autograder import project
from autograder.evidence.observer import observers_of
from autograder.evidence.session import stored_session
from autograder.grading.flow import judge
from autograder.manifest import load_assignment
from autograder.model.observation import Observation
from autograder.model.report import Report
from autograder.model.submission import Submission
from autograder.model.verdict import Verdict
from autograder.sandbox.child_session import DeferredInputs
from autograder.sandbox.job import Job
from autograder.sandbox.sandbox import open_sandbox
from autograder.suites.load import load_suites
from autograder.wire.frames import decode, encode

SLUG = "line_fit"
# The losses fall, and the model that was given stays as it is: tests 3.1 and 4.1 are lost.
POOR = ("optimizer = torch", "model = build_model()\n    optimizer = torch")


@dataclass(frozen=True)
class Told:
    """A child's messages.

    Attributes:
        function: the probe.
        asked: hidden inputs that it may ask for.
        value: what it returned, as plain data.
        observation: what the grader made of it.
    """

    function: str
    asked: tuple[str, ...]
    value: Any
    observation: Observation

    @property
    def messages(self) -> list[Any]:
        """Its messages after it had confined itself."""
        return [{"request": name, "kept": {}} for name in self.asked] + [{"returned": self.value}]


@dataclass(frozen=True)
class Recording:
    """One grading.

    Attributes:
        submission: what was graded.
        children: what each child told, by `key_of` its job.
        report: the result.
    """

    submission: Submission
    children: Mapping[str, Told]
    report: Report


@dataclass(frozen=True)
class _Listening:
    """A sandbox that notes its children's messages."""

    inner: Any
    heard: dict[str, Told] = field(default_factory=dict)

    def run(self, job: Job, deferred: DeferredInputs) -> Observation:
        """Run a job in the real sandbox."""
        seen: Observation = self.inner.run(job, deferred)
        assert seen.verdict is Verdict.RETURNED, seen.reason
        self.heard[key_of(job)] = Told(job.function, tuple(deferred), decode(encode(seen.value)), seen)
        return seen


def key_of(job: Job) -> str:
    """Return a name that distinguishes the questions to a submission."""
    return json.dumps([job.function, job.arguments], sort_keys=True)


def record() -> tuple[Recording, Recording]:
    """Grade a poor submission and the reference solution; return both recordings."""
    assignment = load_assignment(SLUG)
    text = (project.reference(SLUG) / "submitted.py").read_text()
    assert POOR[0] in text
    files = [text.replace(*POOR), text]
    made: list[Recording] = []
    stored = stored_session(assignment, "embedded")
    given = {name: stored.data / name for name in stored.profile.given}
    with open_sandbox(given, assignment.threads) as (sandbox, stage):
        for content in files:
            listening = _Listening(sandbox)
            session = replace(stored, opened=(listening, stage))  # type: ignore[arg-type]
            submission = Submission({"submitted.py": content.encode() + b"\n# an upload\n"})
            observers = observers_of(session, submission)
            report = judge(session, submission, load_suites(assignment), time.monotonic(), observers=observers)
            made.append(Recording(submission, dict(listening.heard), report))
    return made[0], made[1]
