"""Hands the gradings that are made beside the tests to those that look at them."""

import pytest

from autograder.verify.worker import Graded
from tests.beside import Beside


@pytest.fixture
def graded(request: pytest.FixtureRequest, beside: Beside) -> list[Graded]:
    """Return the gradings that the test names as its parameter."""
    assert beside.gradings
    with beside.waiting():
        found = {one: beside.gradings.get(one) for one in request.param}
    missing = [one.name for one, graded in found.items() if graded is None]
    if missing:
        pytest.fail(f"{', '.join(missing)}: not graded, because the reference solution loses points")
    return [graded for graded in found.values() if graded]
