"""Runs the attacks when the first test looks at them."""

import pytest

from tests.attacks.runs import AttackRuns
from tests.beside import Beside


@pytest.fixture
def attack_runs(beside: Beside) -> AttackRuns:
    """Return the runs of the corpus, once they have ended."""
    assert beside.attack_runs
    beside.wait_for_lane()
    beside.attack_runs.begin()
    with beside.waiting():
        beside.attack_runs.wait()
    return beside.attack_runs
