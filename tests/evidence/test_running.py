"""A probe runs with what the assignment says, and once more where the sandbox failed."""

import time
from collections.abc import Collection
from typing import cast

import pytest

from autograder.checks.handed import Handed
from autograder.checks.planting import Planted
from autograder.evidence.running import Question, Runner
from autograder.evidence.session import Session
from autograder.model.observation import Observation
from autograder.model.submission import Submission
from autograder.model.verdict import Verdict
from autograder.sandbox.verdicts import KILLED
from autograder.wire.declaration import Observed
from autograder.wire.limits import Limits
from tests.evidence.fake_session import SUBMISSION, FakeSession

NEVER = float("inf")
LIMITS = Limits(cpu_s=7)


def run(session: FakeSession, question: Question, deadline: float = NEVER, files: bytes = b"x = 1") -> Observation:
    """Return what a runner of the small submission observes."""
    submission = Submission({"submitted.py": files})
    return Runner(cast(Session, session), submission, SUBMISSION.digest).run(question, LIMITS, None, deadline)


def test_job_carries_limits_arguments_and_libraries() -> None:
    """Which large packages the zygote imports beforehand is read off the submission."""
    session = FakeSession()
    run(session, Question("length", {"n": 1}), files=b"import pandas\n")
    (job,) = session.jobs

    assert (job.function, job.arguments, job.probe_source, job.limits) == ("length", {"n": 1}, "source", LIMITS)
    assert job.libraries == ("pandas",)


def test_import_needs_neither_probe_nor_arguments() -> None:
    """How it is done is in what the job leaves out."""
    session = FakeSession()
    run(session, Question("import", {"in_steps": True}))

    assert (session.jobs[0].arguments, session.jobs[0].probe_source) == ({}, "")


def test_deferred_inputs_are_made_for_the_submission() -> None:
    """The function that makes a deferred input learns the digest, so that each submission gets its own."""
    session = FakeSession()
    run(session, Question("trained", deferred={"heldout": lambda digest: f"images for {digest}"}))

    assert session.deferred == [f"images for {SUBMISSION.digest}"]


class Clean(Observed, probe="length", clean=True):
    """A probe that runs without the submission."""


class Beside(Observed, probe="length"):
    """A probe that runs beside the submission."""


UPLOAD = {"submitted.py": b"import pandas", "data.json": b"{}", "model.pth": b"weights"}


@pytest.mark.parametrize(("declared", "names"), [(Clean, {"model.pth"}), (Beside, UPLOAD.keys())])
def test_clean_probe_finds_no_code_of_the_submission(declared: type[Observed], names: Collection[str]) -> None:
    """Nor does the zygote import for it what the submission wants."""
    session = FakeSession(declared={"length": declared})
    question = Question("length", deferred={"weights": Handed([1, 2])})
    Runner(cast(Session, session), Submission(UPLOAD), SUBMISSION.digest).run(question, LIMITS, None, NEVER)

    assert [one.keys() for one in session.laid_out] == [names]
    assert bool(session.jobs[0].libraries) is (declared is Beside)
    assert session.deferred == [[1, 2]]


def test_questions_with_other_handed_values_are_others() -> None:
    """Two networks of one submission are two observations; inputs that follow from the digest are not part of it."""
    names = {Question("length", deferred={"weights": Handed(value)}).name for value in (1, 2)}

    assert len(names) == 2
    assert Question("length", deferred={"heldout": lambda digest: 1}).name == Question("length").name


@pytest.mark.parametrize(
    ("probe", "verdict", "runs"),
    [
        ("length", Verdict.HARNESS_FAULT, 2),  # a zygote that somebody killed
        ("length", Verdict.CRASHED, 1),  # costs its own tests only
        ("length", Verdict.RAISED, 1),
        ("import", Verdict.HARNESS_FAULT, 2),
        ("import", Verdict.CRASHED, 2),  # a kernel that is short of memory may have ended it
        ("import", Verdict.MEMORY, 1),
    ],
)
def test_probe_that_the_sandbox_failed_is_run_once_more(probe: str, verdict: Verdict, runs: int) -> None:
    """It costs nobody points; one that fails each time costs two runs and no more."""
    session = FakeSession({probe: Observation(verdict)})

    assert run(session, Question(probe)).verdict is verdict
    assert session.functions == [probe] * runs


def test_probe_that_was_killed_is_run_once_more() -> None:
    """Somebody else may have killed it; twice in two workspaces, it was the submission."""
    session = FakeSession({"length": Observation(Verdict.CRASHED, reason=KILLED)})

    assert run(session, Question("length")).verdict is Verdict.CRASHED
    assert session.functions == ["length", "length"]


def test_nothing_is_run_once_more_after_the_deadline() -> None:
    """When the time is up, the fault stands."""
    session = FakeSession({"import": Observation(Verdict.HARNESS_FAULT)})
    run(session, Question("import"), deadline=time.monotonic())

    assert session.functions == ["import"]


def test_planted_file_is_laid_out_and_is_no_deferred_input() -> None:
    """The submission finds it from the start; the child cannot ask for it."""
    session = FakeSession()
    run(session, Question("trained", deferred={"data/test": Planted(b"planted"), "heldout": lambda digest: "images"}))

    assert session.laid_out[-1]["data/test"] == b"planted"
    assert session.deferred == ["images"]


def test_questions_with_different_plants_have_different_names() -> None:
    """An observation under one derangement is not taken for one under another."""
    plain, one, other = (
        Question("trained", deferred={"data/test": Planted(content)} if content else {})
        for content in (b"", b"1", b"2")
    )

    assert len({plain.name, one.name, other.name}) == 3
    assert one.as_given == plain
