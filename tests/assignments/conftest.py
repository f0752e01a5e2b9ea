"""Grades all that the collected tests look at in one pool, when the first of them asks."""

from collections.abc import Mapping

import pytest

from autograder.verify.worker import Graded
from tests.assignments import gradings
from tests.assignments.gradings import Wanted


@pytest.fixture(scope="session")
def all_graded(request: pytest.FixtureRequest) -> Mapping[Wanted, Graded]:
    """Make the gradings of all tests that run in this session."""
    return gradings.graded(one for item in request.session.items for one in _wanted_by(item))


def _wanted_by(item: pytest.Item) -> tuple[Wanted, ...]:
    """Return what a collected test looks at, unless it is going to be skipped."""
    skipped = any(mark.args[0] for mark in item.iter_markers("skipif"))
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    return () if skipped else parameters.get("graded", ())


@pytest.fixture
def graded(request: pytest.FixtureRequest, all_graded: Mapping[Wanted, Graded]) -> list[Graded]:
    """Return the gradings that the test names as its parameter."""
    missing = [one.name for one in request.param if one not in all_graded]
    if missing:
        pytest.fail(f"{', '.join(missing)}: not graded, because the reference solution loses points")
    return [all_graded[one] for one in request.param]
