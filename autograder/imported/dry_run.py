"""Runs an imported suite on its reference solution, as students' submissions will be run."""

from collections.abc import Mapping

from autograder import project
from autograder.evidence.observer import reference_of
from autograder.evidence.session import open_session
from autograder.manifest import load_assignment
from autograder.model.imported_suite import ForeignTest, ImportedSuite
from autograder.model.observation import Observation
from autograder.suites.imported_suite import question_for
from autograder.wire.imported_test import ImportedTest, read

PROFILE = "embedded"


def failures_on_reference(slug: str, suite: ImportedSuite) -> Mapping[ForeignTest, str]:
    """Return the tests that the reference solution does not pass, each with the reason.

    Raises:
        UnsafeMachine: the machine cannot protect the grader.
    """
    data = project.data(slug, PROFILE)
    failures = {}
    with open_session(load_assignment(slug), PROFILE) as session:
        observer = reference_of(session)
        for test in suite.tests:
            arguments, deferred = question_for(suite, test, data)
            if reason := _reason(test, observer.observe("imported_test", deferred, **arguments)):
                failures[test] = reason
    return failures


def _reason(test: ForeignTest, observation: Observation) -> str:
    """Return why a test has not passed; empty if it has."""
    seen = observation.value
    if not isinstance(seen, ImportedTest):
        return observation.reason
    if seen.ending != "passed":
        return read(seen.message).strip() or seen.ending
    if test.partial and (seen.score is None or seen.score < (test.weight or 0.0)):
        return f"it sets the score {seen.score} of {test.weight:g}"
    return ""
