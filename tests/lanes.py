"""Parts the tests into two lanes, for two cores: a second pytest runs some rooms beside the first."""

import sys
from collections.abc import Iterator

import pytest

# They take about as long as all the others. Tests with the ordinary user of `environments.py` are in this lane alone.
SECOND = (
    "tests/gradescope",
    "tests/handout",
    "tests/sandbox",
    "tests/test_documents.py",
    "tests/test_environments.py",
    "tests/test_faults.py",
)
HANDED_ON = {
    "-k": "keyword",
    "-m": "markexpr",
    "--durations": "durations",
    "--durations-min": "durations_min",
    "--maxfail": "maxfail",
}


def are_wanted(config: pytest.Config) -> bool:
    """Return whether somebody asks for two lanes; who names paths wants to see these tests in their order."""
    return bool(config.getoption("--lanes")) and config.args_source is pytest.Config.ArgsSource.TESTPATHS


def split(config: pytest.Config, items: list[pytest.Item]) -> bool:
    """Take the second lane's tests out of the items; return whether there were any."""
    second = [item for item in items if item.nodeid.startswith(SECOND)]
    if second:
        config.hook.pytest_deselected(items=second)
        taken = set(second)
        items[:] = [item for item in items if item not in taken]
    return bool(second)


def command(config: pytest.Config) -> list[str]:
    """Return the command line that runs the second lane with the options that were given for all tests."""
    return [sys.executable, "-m", "pytest", *SECOND, *_options(config)]


def _options(config: pytest.Config) -> Iterator[str]:
    for option, name in HANDED_ON.items():
        if value := config.getoption(name):
            yield from (option, str(value))
