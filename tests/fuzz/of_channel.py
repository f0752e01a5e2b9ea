"""Fuzzes a child's channel and output, up to the result that is shown for it."""

import os
import socket
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from autograder.checks.case import SubmissionTestCase
from autograder.model.observation import Observation
from autograder.model.verdict import Verdict
from autograder.rendering.gradescope import to_results
from autograder.sandbox.child_session import ChildSession
from autograder.sandbox.job import Job
from autograder.sandbox.protection import Protection
from autograder.sandbox.verdicts import observation_of
from autograder.suites.explain import explanation_of, problem_of
from autograder.wire.frames import encode
from autograder.wire.limits import Limits
from autograder.wire.messages import RunJob
from autograder.wire.usage import Breach, Usage
from tests.fuzz.edits import Edit, edited, edits
from tests.fuzz.target import Target
from tests.helpers import FakeObserver, outcome, probe_named, report_of
from tests.rendering.reports import texts
from tests.rendering.test_gradescope import VALIDATOR
from tests.wire.test_frames import plain_values

NONCE_MARK = b"N" * 16  # stands for the nonce until the conversation has drawn one
JOB = Job("probe", Path("/nowhere"), Path("/nowhere"), limits=Limits(cpu_s=5, wall_s=0.5))
LATE = {"heldout": lambda: [1, 2, 3]}
FIELDS = ("kind", "message", "traceback", "importing")
raised = st.fixed_dictionaries({"kind": texts, "message": texts, "traceback": texts, "importing": st.booleans()})
odd_raised = st.none() | st.dictionaries(st.sampled_from(FIELDS), plain_values | texts, max_size=4) | plain_values
messages = st.one_of(
    st.just({"confined": True}),
    st.just({"request": "heldout"}),
    st.builds(lambda kept: {"request": "heldout", "kept": kept}, plain_values),
    st.builds(lambda value: {"returned": value}, plain_values),
    st.builds(lambda error: {"raised": error}, raised),
    st.builds(lambda error: {"raised": error}, odd_raised),
    st.dictionaries(st.sampled_from(["confined", "request", "returned", "raised"]), plain_values, max_size=2),
    plain_values,
)
usages = st.builds(
    Usage,
    breach=st.none() | st.sampled_from(Breach),
    survivors=st.sampled_from([False, False, False, True]),
    exit_code=st.none() | st.integers(0, 255),
    signal=st.sampled_from([0, 0, 6, 9, 11, 24, 37]),
    cpu_s=st.floats(0, 100),
    wall_s=st.floats(0, 100),
    peak_memory_mib=st.floats(0, 1e5),
    peak_disk_mib=st.floats(0, 1e5),
)
confined_first = st.lists(messages, max_size=3).map(lambda rest: [{"confined": True}, *rest])
conversations = st.tuples(
    confined_first | st.lists(messages, max_size=3),
    st.just([]) | st.lists(edits, max_size=2),
    st.binary(max_size=200),
    usages,
)


class FakeSupervisor:
    """Does at once all that a child and its supervisor do one after the other."""

    def __init__(
        self, sent: list[Any], changes: list[Edit], printed: bytes, usage: Usage, before: list[Any] | None = None
    ) -> None:
        self._case = sent, changes, printed
        self._before = before or []  # messages that nothing befalls
        self._report = usage
        self.control, self._other = socket.socketpair()

    def end_probe(self, why: Breach) -> None:
        """Take the wish to end a probe that has ended already."""

    def send(self, request: RunJob, descriptors: list[int]) -> None:
        """Write the child's frames and output, close its ends, and report."""
        sent, changes, printed = self._case
        unchanged = b"".join(encode(value, NONCE_MARK) for value in self._before)
        frames = unchanged + edited(b"".join(encode(value, NONCE_MARK) for value in sent), changes)
        self.write(frames.replace(NONCE_MARK, request.nonce), printed, descriptors)

    def write(self, frames: bytes, printed: bytes, descriptors: list[int]) -> None:
        """Put bytes into the channel and the output, close both, and report; more than 100,000 would not fit."""
        channel, output = map(os.dup, descriptors)
        os.write(channel, frames[:100_000])
        os.write(output, printed)
        os.close(channel)
        os.close(output)
        self._other.send(b"done")

    def usage(self) -> Usage:
        """Return the supervisor's report."""
        return self._report

    def close(self) -> None:
        """Close both ends."""
        self.control.close()
        self._other.close()


def observed(case: tuple[list[Any], list[Edit], bytes, Usage]) -> Observation:
    """Return what the grader makes of a child that does this."""
    supervisor = FakeSupervisor(*case)
    talk = ChildSession(LATE)
    try:
        talk.run(supervisor, JOB, Protection(None))  # type: ignore[arg-type]
    finally:
        supervisor.close()
    return observation_of(talk.seen, JOB.limits)


class Judged(SubmissionTestCase):
    def test_it(self) -> None:
        """It says what the probe saw."""
        value = self.observe(probe_named("probe"))
        self.require(value == 42, expected="42", seen=f"{value!r:.500}")

    test_it.__weight__ = 5  # type: ignore[attr-defined]


def check(case: tuple[list[Any], list[Edit], bytes, Usage], folder: Path) -> None:
    """Whatever a child writes, there is one verdict, one outcome and a valid result."""
    observation = observed(case)
    judged = outcome(Judged, submission=FakeObserver(otherwise=observation))
    results = to_results(report_of(judged, problem=problem_of(observation, "submitted")))

    assert isinstance(observation.verdict, Verdict)
    assert observation.verdict is Verdict.RETURNED or observation.reason
    assert explanation_of(observation) is not None
    assert judged.verdict in Verdict
    assert 0 <= judged.score <= 5
    assert not list(VALIDATOR.iter_errors(results))


TARGETS = (Target("channel: a child's messages", conversations, check, 1.0),)
