"""What all tests share: how hypothesis runs, and the table of attacks at the end."""

import os

import pytest
from hypothesis import HealthCheck, settings

from tests.attacks.table import OUTCOMES, lines_of

# Shared machines are slow now and then: no deadline for one example. The same examples every time.
settings.register_profile(
    "harness",
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("thorough", parent=settings.get_profile("harness"), max_examples=2000, derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "harness"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Show what came of each attack in each environment, if they ran."""
    outcomes = config.stash.get(OUTCOMES, {})
    if outcomes:
        terminalreporter.section("attacks × environments")
        for line in lines_of(outcomes):
            terminalreporter.write_line(line)
