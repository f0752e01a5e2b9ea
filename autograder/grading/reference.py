"""The reference solution's own grading: its observations for a bundle or a class, and the rule that it earns all."""

from collections.abc import Sequence

from autograder.checks.case import Evidence
from autograder.evidence.observer import reference_of
from autograder.evidence.session import open_session
from autograder.evidence.store import Store
from autograder.model.assignment import Assignment
from autograder.model.outcome import Outcome
from autograder.suites.load import UnusableSuite, load_suites
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
        evidence = Evidence(reference, reference, session.profile, session.data, assignment.secret)
        outcomes = run_suites(load_suites(assignment), evidence)
    refuse_incomplete(assignment, outcomes)
    if reference.unstored:
        raise reference.unstored
    return reference.digest


def refuse_incomplete(assignment: Assignment, outcomes: Sequence[Outcome]) -> None:
    """Refuse to go on with a reference that loses points, since nothing can be compared with it.

    Raises:
        UnusableSuite: it loses points; names the tests.
    """
    lost = [outcome.number for outcome in outcomes if outcome.score < (outcome.weight or 0.0)]
    if lost:
        raise UnusableSuite(
            f"the reference solution of {assignment.slug} loses points in {', '.join(lost)}: run verify"
        )
