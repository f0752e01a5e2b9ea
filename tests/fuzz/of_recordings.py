"""Grades a recorded poor submission with forged frames: it never earns more than its honest answers did."""

import contextlib
import random
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from autograder.evidence.observer import Observer
from autograder.evidence.session import Session, stored_session
from autograder.grading.flow import judge
from autograder.manifest import load_assignment
from autograder.model.observation import Observation
from autograder.model.report import Report
from autograder.model.verdict import Verdict
from autograder.sandbox.child_session import ChildSession, DeferredInputs
from autograder.sandbox.job import Job
from autograder.sandbox.protection import Protection
from autograder.sandbox.verdicts import observation_of
from autograder.sandbox.workspace import Workspace
from autograder.suites.load import PlannedTest, load_suites
from autograder.wire.frames import encode
from autograder.wire.messages import RunJob
from tests.fuzz.forgeries import FORGERIES, Sent
from tests.fuzz.of_channel import FakeSupervisor
from tests.fuzz.recording import SLUG, Recording, Told, key_of, record
from tests.fuzz.target import Target
from tests.helpers import FakeObserver

MOST_FORGED = 3  # probes of one grading


class SendingSupervisor(FakeSupervisor):
    """Sends a forger's messages, after the message that no forger can suppress."""

    def __init__(self, sent: Sent) -> None:
        super().__init__([], [], b"", sent.usage)
        self._sent = sent

    def send(self, request: RunJob, descriptors: list[int]) -> None:
        """Write the frames, close the child's ends, and report."""
        self.write(encode({"confined": True}, request.nonce) + self._sent.frames(request.nonce), b"", descriptors)


@dataclass(frozen=True)
class ForgingSandbox:
    """A sandbox whose children send recorded messages, or forged ones."""

    recording: Recording
    forged: Mapping[str, Sent]
    given = Path("/given")

    @contextlib.contextmanager
    def workspace(self, files: Mapping[str, bytes], planted: Mapping[str, bytes] | None = None) -> Iterator[Workspace]:
        """Yield folders that nobody looks into."""
        yield Workspace(Path("/nowhere"), Path("/nowhere"), self.given)

    def run(self, job: Job, deferred: DeferredInputs) -> Observation:
        """Return the grader's observation of the child; an honest child was observed when it was recorded."""
        key = key_of(job)
        if key not in self.forged:
            return self.recording.children[key].observation
        supervisor, talk = SendingSupervisor(self.forged[key]), ChildSession(deferred)
        try:
            talk.run(supervisor, job, Protection(None))  # type: ignore[arg-type]
        finally:
            supervisor.close()
        return observation_of(talk.seen, job.limits)


@dataclass(frozen=True)
class Stage:
    """The parts that all gradings of forgeries share.

    Attributes:
        session: in which no sandbox is open.
        planned: the tests.
        poor: the submission that a forger starts from.
        right: the reference solution, with answers to its own questions.
    """

    session: Session
    planned: list[PlannedTest]
    poor: Recording
    right: Recording


@cache
def stage() -> Stage:
    """Record both gradings in a real sandbox."""
    assignment = load_assignment(SLUG)
    return Stage(stored_session(assignment, "embedded"), load_suites(assignment), *record())


def forged(number: int) -> dict[str, Sent]:
    """Return the children of the poor submission that send forged messages in case `number`, and the messages."""
    draw, known = random.Random(number), stage()
    children = known.poor.children
    strangers: list[Told] = [*children.values(), *known.right.children.values()]
    chosen = draw.sample(sorted(children), draw.randint(1, min(MOST_FORGED, len(children))))
    cases = {}
    for key in chosen:
        sent = Sent(_source(draw, children[key], strangers).messages)
        for _ in range(draw.choice((0, 1, 1, 1, 2, 3))):
            sent = draw.choice(FORGERIES)(draw, sent) if sent.messages else sent
        cases[key] = sent
    return cases


def _source(draw: random.Random, own: Told, strangers: list[Told]) -> Told:
    """Return the messages to start from: mostly the child's own, else a replay of another probe or grading."""
    same_probe = [one for one in strangers if one.function == own.function]
    return draw.choice((own, own, own, draw.choice(same_probe), draw.choice(strangers)))


def grade(cases: Mapping[str, Sent]) -> Report:
    """Grade the poor submission with these forgeries."""
    known = stage()
    sandbox = ForgingSandbox(known.poor, cases)
    session = replace(known.session, opened=(sandbox, sandbox))  # type: ignore[arg-type]
    submission = known.poor.submission
    answers = {told.function: told.observation for told in known.right.children.values()}
    reference = FakeObserver(answers, digest=known.right.submission.digest)
    observer = Observer(session, submission, submission.digest, reference=reference)  # type: ignore[arg-type]
    return judge(session, submission, known.planned, time.monotonic(), observers=(observer, reference))  # type: ignore[arg-type]


def holds(cases: Mapping[str, Sent]) -> None:
    """The grader lives, nothing is its fault, and no test gives more than it gave for honest answers."""
    report, honest = grade(cases), stage().poor.report

    assert not report.faults, [outcome.explanation for outcome in report.faults]
    for outcome, before in zip(report.outcomes, honest.outcomes, strict=True):
        assert outcome.score <= before.score, (outcome.number, outcome.score, outcome.explanation)
        assert outcome.verdict in (Verdict.PASSED, Verdict.FAILED) or outcome.score == 0
    assert report.score <= honest.score


def check(number: int, folder: Path) -> None:
    """Whatever a forger sends, the submission earns no more than by honest answers."""
    holds(forged(number))


numbers: st.SearchStrategy[Any] = st.integers(0, 10**9)
TARGETS = (Target("recordings: forged frames", numbers, check, 0.05),)
