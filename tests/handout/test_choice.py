"""Which tests the numbers on a student's command line choose."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from autograder.local_runner.choice import UnknownNumber, chosen, listed

NUMBERS = ("1.1", "1.10", "2.1a", "2.1b", "2(2)a", "3")
PLANNED: list[Any] = [cast(Any, SimpleNamespace(number=number, title=f"title of {number}")) for number in NUMBERS]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ([], list(NUMBERS)),
        (["1.1"], ["1.1"]),
        (["1"], ["1.1", "1.10"]),
        (["2.1"], ["2.1a", "2.1b"]),
        (["2"], ["2.1a", "2.1b", "2(2)a"]),
        (["2(2)", "3"], ["2(2)a", "3"]),
        (["3", "1.10"], ["1.10", "3"]),
    ],
)
def test_number_chooses_itself_and_all_below_it(asked: list[str], expected: list[str]) -> None:
    """In the order of the hand-out; 1.1 is not the beginning of 1.10."""
    assert [test.number for test in chosen(PLANNED, asked)] == expected


@pytest.mark.parametrize("wanted", ["4", "1.11", "2.1c", "b", ""])
def test_unknown_number_is_refused_with_all_that_there_are(wanted: str) -> None:
    """One wrong number beside a right one is enough."""
    with pytest.raises(UnknownNumber) as refused:
        chosen(PLANNED, ["3", wanted])

    assert f"There is no test with the number {wanted}." in str(refused.value)
    assert listed(PLANNED) in str(refused.value)
