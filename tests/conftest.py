"""Common to all tests: options, how hypothesis runs, the jobs that run beside, and the table of attacks at the end."""

import os

import pytest
from hypothesis import HealthCheck, settings

from autograder.course import EXAMPLE, VARIABLE
from tests.attacks.table import OUTCOMES, lines_of
from tests.beside import Beside

# Tests come to the same on a machine with a course.toml, and so do the commands that they start.
os.environ[VARIABLE] = EXAMPLE
# Several processes share two cores: threads of torch that spin while they wait would take them from each other.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

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


BESIDE = "beside"  # the plugin's name


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what `run_tests` and people ask for."""
    group = parser.getgroup("autograder")
    group.addoption("--lint", action="store_true", help="run mypy and lint-imports beside the tests")
    group.addoption(
        "--lanes", action="store_true", help="run about half of the tests in a second pytest beside the first"
    )
    group.addoption("--afresh", action="store_true", help="take no observation of a known mistake from an earlier run")
    group.addoption("--fifth", type=int, choices=range(1, 6), help="which fifth of the mistakes to observe afresh")


def pytest_configure(config: pytest.Config) -> None:
    """Let the plugin take part that runs something beside the tests."""
    config.pluginmanager.register(Beside(), BESIDE)


@pytest.fixture(scope="session")
def beside(pytestconfig: pytest.Config) -> Beside:
    """Return what runs beside the tests."""
    plugin: Beside = pytestconfig.pluginmanager.get_plugin(BESIDE)
    return plugin


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Show what came of each attack in each environment, if they ran."""
    outcomes = config.stash.get(OUTCOMES, {})
    if outcomes:
        terminalreporter.section("attacks × environments")
        for line in lines_of(outcomes):
            terminalreporter.write_line(line)
