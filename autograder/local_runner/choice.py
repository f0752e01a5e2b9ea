"""Chooses tests by the numbers that a student gives: whole numbers, or their beginnings."""

from collections.abc import Sequence

from autograder.model.suggestion import did_you_mean
from autograder.model.test_number import is_meant
from autograder.suites.load import PlannedTest


class UnknownNumber(ValueError):
    """No test has such a number; the message names the nearest and all that there are."""


def chosen(planned: Sequence[PlannedTest], numbers: Sequence[str]) -> list[PlannedTest]:
    """Return the tests that are asked for, in the order of `planned`; all of them if no number is given.

    Args:
        planned: all visible tests.
        numbers: such as `"2.3b"`, or `"2"` for all tests of part 2.

    Raises:
        UnknownNumber: a number chooses no test.
    """
    for wanted in numbers:
        if not any(is_meant(test.number, wanted) for test in planned):
            raise UnknownNumber(_complaint(wanted, planned))
    return [test for test in planned if not numbers or any(is_meant(test.number, one) for one in numbers)]


def listed(planned: Sequence[PlannedTest]) -> str:
    """Return a line for each test: its number and its title."""
    width = max((len(test.number) for test in planned), default=0)
    return "\n".join(f"  {test.number:<{width}}  {test.title}" for test in planned)


def _complaint(wanted: str, planned: Sequence[PlannedTest]) -> str:
    question = did_you_mean(wanted, [test.number for test in planned])
    return f"There is no test with the number {wanted}.{question} The tests are:\n{listed(planned)}"
