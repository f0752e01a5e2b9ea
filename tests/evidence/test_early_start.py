"""The sandbox's processes start before anything else is ready, or a session starts them."""

from autograder.evidence.early_start import started_early
from autograder.evidence.session import open_session
from autograder.manifest import load_assignment


def test_session_takes_the_processes_that_are_there() -> None:
    """And leaves them to whoever started them."""
    with started_early("line_fit") as running:
        assert running
        with open_session(load_assignment("line_fit"), "embedded", running=running) as session:
            taken = session.sandbox._supervisor is running.supervisor
        alive = running.supervisor._process.poll() is None

    assert taken
    assert alive
    assert running.supervisor._process.poll() is not None


def test_assignment_that_is_not_there_is_left_to_the_grading() -> None:
    """It says so in its usual words."""
    with started_early("no_such_assignment") as running:
        assert running is None
