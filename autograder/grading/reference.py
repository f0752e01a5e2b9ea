"""The reference solution's own grading: its observations for a bundle or a class, and the rule that it earns all."""

from collections.abc import Sequence

from autograder.checks.evidence import Evidence, Observes
from autograder.evidence.observer import reference_of
from autograder.evidence.session import Session, open_session
from autograder.evidence.store import Store
from autograder.model.assignment import Assignment
from autograder.model.outcome import Outcome
from autograder.suites.load import PlannedTest, UnusableSuite, load_suites
from autograder.suites.run import run_suites


def observe_reference(assignment: Assignment, profile: str, store: Store | None = None) -> str:
    """Make every observation of the reference that the suites ask for; return its digest.

    Args:
        assignment: the assignment whose reference is observed.
        profile: name of the profile whose data it is observed on.
        store: where the observations are kept; the project's cache unless given.

    Raises:
        UnusableSuite: the reference loses points, so nothing can be compared with it.
        OSError: the observations cannot be kept.
    """
    with open_session(assignment, profile, store=store) as session:
        reference = reference_of(session)
        outcomes = answer_all(session, reference, load_suites(assignment))
    refuse_incomplete(assignment, outcomes)
    if reference.unstored:
        raise reference.unstored
    return reference.digest


def answer_all(session: Session, reference: Observes, planned: Sequence[PlannedTest]) -> list[Outcome]:
    """Let the reference answer every question that a test may ask a submission; return all outcomes.

    Each test runs with the reference's own questions, and then with each number of the pool that it draws from.
    """
    profile, data, secret = session.profile, session.data, session.assignment.secret
    outcomes = run_suites(planned, Evidence(reference, reference, profile, data, secret))
    pools = {test.key: getattr(test.case, "pool", 0) for test in planned}
    for challenge in range(max(pools.values(), default=0)):
        again = [test for test in planned if pools[test.key] > challenge]
        outcomes += run_suites(again, Evidence(reference, reference, profile, data, secret, challenge))
    return outcomes


def refuse_incomplete(assignment: Assignment, outcomes: Sequence[Outcome]) -> None:
    """Refuse to go on with a reference that loses points, since nothing can be compared with it.

    Raises:
        UnusableSuite: it loses points; names the tests.
    """
    lost = dict.fromkeys(outcome.number for outcome in outcomes if outcome.score < (outcome.weight or 0.0))
    if lost:
        raise UnusableSuite(
            f"the reference solution of {assignment.slug} loses points in {', '.join(lost)}: run verify"
        )
