"""An assignment may have several parts; one that cannot be imported costs its own tests."""

from typing import cast

from autograder.evidence.naming import observation_key
from autograder.evidence.observer import Observer
from autograder.evidence.running import Question
from autograder.evidence.session import Session
from autograder.model.assignment import Upload
from autograder.model.observation import Observation
from autograder.model.verdict import Verdict
from autograder.sandbox.job import Job
from autograder.wire.entry import PART
from tests.evidence.fake_session import LIMITS, SUBMISSION, FakeSession
from tests.helpers import returned

PARTS = ("partA/train.py", "partB/train.py")


class PartsSession(FakeSession):
    """A session with an assignment of two parts, the second of which cannot be imported."""

    def run(self, job: Job, deferred: object) -> Observation:
        self.jobs.append(job)
        if job.entry == PARTS[1]:
            return Observation(Verdict.RAISED, reason="SyntaxError: no")
        return returned(len(self.jobs)) if job.function != "import" else super().run(job, {})


def in_parts() -> tuple[PartsSession, Observer]:
    """Return the session, and an observer of a submission in it."""
    session = PartsSession(changes={"upload": Upload(required=(), entry=PARTS)})
    return session, Observer(cast(Session, session), SUBMISSION, SUBMISSION.digest)


def test_part_that_cannot_be_imported_costs_its_own_tests() -> None:
    """The other part is observed; of this one, each test says what happened, as nothing stands on top."""
    _, observer = in_parts()
    first, second = (observer.observe("length", **{PART: part}) for part in PARTS)

    assert first.verdict is Verdict.RETURNED
    assert second.verdict is Verdict.RAISED
    assert second.reason == "`partB/train.py` could not be imported: SyntaxError: no"
    assert observer.problem is None


def test_probe_gets_its_arguments_without_the_part() -> None:
    """The part is for the import; the same question of two parts is two observations."""
    session, observer = in_parts()
    observer.observe("length", n=1, **{PART: PARTS[0]})
    asked = session.jobs[-1]
    names = {
        observation_key(cast(Session, session), "digest", Question("length", {PART: part}), LIMITS) for part in PARTS
    }

    assert (asked.entry, asked.arguments) == (PARTS[0], {"n": 1})
    assert len(names) == 2
