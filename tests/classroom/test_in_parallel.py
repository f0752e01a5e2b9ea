"""Results come in order, whether one process works or several."""

import os
from collections.abc import Sequence

import pytest

from autograder.classroom.in_parallel import FEW, in_parallel


def with_process(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Return each number's double, and by which process it was made."""
    return [(2 * number, os.getpid()) for number in numbers]


def failing(numbers: Sequence[int]) -> list[int]:
    """Fail on one of them."""
    if FEW in numbers:
        raise ValueError("no")
    return list(numbers)


@pytest.mark.parametrize("count", [0, 1, FEW - 1, 3 * FEW + 1])
def test_results_come_in_order(count: int) -> None:
    """One for each item, also where chunks do not come out even."""
    results = list(in_parallel(with_process, range(count)))

    assert [double for double, _ in results] == [2 * number for number in range(count)]


def test_few_items_start_no_process() -> None:
    """Starting one takes longer."""
    assert {process for _, process in in_parallel(with_process, range(FEW - 1))} == {os.getpid()}


def test_exception_in_another_process_arrives() -> None:
    """Such as a full disk."""
    with pytest.raises(ValueError, match="no"):
        list(in_parallel(failing, range(2 * FEW)))
