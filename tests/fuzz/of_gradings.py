"""Whole gradings of children that forge, mutate and misplace their frames, up to the report."""

import contextlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

from autograder.assignments.line_fit.observed import Points
from autograder.evidence.observer import Observer
from autograder.evidence.session import Session, stored_session
from autograder.grading.flow import judge
from autograder.manifest import load_assignment
from autograder.model.observation import Observation
from autograder.model.submission import Submission
from autograder.model.verdict import Verdict
from autograder.sandbox.child_session import ChildSession, DeferredInputs
from autograder.sandbox.job import Job
from autograder.sandbox.protection import Protection
from autograder.sandbox.verdicts import observation_of
from autograder.sandbox.workspace import Workspace
from autograder.suites.load import PlannedTest, load_suites
from autograder.wire.usage import Breach, Usage
from tests.fuzz.edits import edits
from tests.fuzz.of_channel import FakeSupervisor, messages
from tests.fuzz.target import Target
from tests.helpers import FakeObserver, returned
from tests.wire.test_frames import plain_arrays, plain_values

SLUG = "line_fit"
numbers = st.floats() | st.integers(-(2**70), 2**70)
shapes = st.lists(st.lists(st.integers(-1, 2**64), max_size=3), max_size=3)
FORMS: Mapping[str, st.SearchStrategy[Any]] = {
    "import": st.fixed_dictionaries({"given_up": st.lists(st.text(max_size=210), max_size=3)}),
    "points": st.fixed_dictionaries({"x": plain_arrays, "y": plain_arrays}),
    "model": st.fixed_dictionaries({"parameters": shapes, "outputs": shapes}),
    "training": st.fixed_dictionaries(
        {"losses": st.lists(numbers, max_size=4), "slope": numbers, "intercept": numbers}
    ),
    "predictions": st.fixed_dictionaries({"predictions": plain_arrays}),
}
COLUMN = np.arange(100, dtype=np.float32)[:, None]
REFERENCE = FakeObserver({"points": returned(Points(x=COLUMN, y=COLUMN))})
OF_THE_MACHINE = (Breach.GRADER_GONE, Breach.DEADLINE)  # which no submission can bring about
HONEST_IMPORT: list[Any] = [{"returned": {"given_up": []}}]
kinds = st.sampled_from(["returned", "returned", "returned", "kept", "raised"])
usages = st.builds(
    Usage,
    breach=st.sampled_from([None, None, None, *(one for one in Breach if one not in OF_THE_MACHINE)]),
    exit_code=st.none() | st.integers(0, 255),
    signal=st.sampled_from([0, 0, 0, 9, 11, 24]),
    cpu_s=st.floats(0, 100),
    wall_s=st.floats(0, 100),
    peak_memory_mib=st.floats(0, 1e5),
)


def _children(probe: str) -> st.SearchStrategy[Any]:
    """Draw what one child sends, an answer of the right form or anything, and what befalls the bytes."""
    answer = st.builds(lambda kind, value: {kind: value}, kinds, FORMS[probe] | plain_values)
    request = st.builds(lambda kept: {"request": "heldout", "kept": kept}, st.just({}) | FORMS[probe] | plain_values)
    sent = st.tuples(answer) | st.tuples(request, answer) | st.lists(messages | answer | request, max_size=4)
    changed: st.SearchStrategy[Any] = st.just([]) | st.lists(edits, max_size=2)
    return st.tuples(sent.map(list), changed, st.binary(max_size=50), usages)


honest_import: st.SearchStrategy[Any] = st.just((HONEST_IMPORT, [], b"", Usage(exit_code=0)))
gradings = st.fixed_dictionaries(
    {name: _children(name) if name != "import" else honest_import | honest_import | _children(name) for name in FORMS}
)


@dataclass(frozen=True)
class ForgingSandbox:
    """A sandbox whose children send what a case says, and a stage that lays nothing out."""

    case: Mapping[str, Any]
    given = Path("/given")

    @contextlib.contextmanager
    def workspace(self, files: Mapping[str, bytes], planted: Mapping[str, bytes] | None = None) -> Iterator[Workspace]:
        """Yield folders that nobody looks into."""
        yield Workspace(Path("/nowhere"), Path("/nowhere"), self.given)

    def run(self, job: Job, deferred: DeferredInputs) -> Observation:
        """Return what the grader makes of the child, which is confined before any code of a student's runs."""
        sent, changes, printed, usage = self.case[job.function]
        supervisor = FakeSupervisor(sent, changes, printed, usage, before=[{"confined": True}])
        talk = ChildSession(deferred)
        try:
            talk.run(supervisor, job, Protection(None))  # type: ignore[arg-type]
        finally:
            supervisor.close()
        return observation_of(talk.seen, job.limits)


@cache
def _prepared() -> tuple[Session, list[PlannedTest]]:
    assignment = load_assignment(SLUG)
    return stored_session(assignment, "embedded"), load_suites(assignment)


def check(case: Mapping[str, Any], folder: Path) -> None:
    """The grader lives, nothing is its fault, and only a probe that returned what it declares earns points."""
    stored, planned = _prepared()
    sandbox = ForgingSandbox(case)
    session = replace(stored, opened=(sandbox, sandbox))  # type: ignore[arg-type]
    submission, reference = Submission({"submitted.py": b"x = 1\n"}), REFERENCE
    observer = Observer(session, submission, submission.digest, reference=reference)  # type: ignore[arg-type]
    report = judge(session, submission, planned, time.monotonic(), observers=(observer, reference))  # type: ignore[arg-type]

    assert not report.faults, report.faults
    for outcome in report.outcomes:
        assert outcome.verdict in (Verdict.PASSED, Verdict.FAILED) or outcome.score == 0
    assert report.score < 4, "held-out points and the line cannot be guessed"


TARGETS = (Target("gradings: forged frames", gradings, check, 0.05),)
