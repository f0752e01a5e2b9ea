"""Draws fresh questions: different for each submission, the same each time it is graded."""

import hashlib
import json
import math
import random
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Item = TypeVar("Item")
DIGITS = 4  # of drawn numbers, so that a question reads well and is the same on each machine


class Draw:
    """A source of random values for a question.

    It rests on `random.Random.random` alone, whose numbers are the same in every version of Python: a bundle must find
    the reference's answers to questions that were drawn on another machine.
    """

    def __init__(self, *parts: str | int) -> None:
        """Begin anew; equal parts draw equal questions."""
        digest = hashlib.sha256(json.dumps(parts).encode()).digest()
        self._random = random.Random(int.from_bytes(digest, "big"))

    def number(self, low: float, high: float, digits: int = DIGITS) -> float:
        """Return a number in [low, high], rounded to so many digits."""
        return round(low + (high - low) * self._random.random(), digits)

    def whole(self, low: int, high: int) -> int:
        """Return a whole number in [low, high], both included."""
        return low + int((high - low + 1) * self._random.random())

    def array(self, shape: Sequence[int], low: float, high: float, digits: int = DIGITS) -> npt.NDArray[np.float64]:
        """Return an array of numbers in [low, high], rounded to so many digits."""
        return np.array([self.number(low, high, digits) for _ in range(math.prod(shape))], np.float64).reshape(shape)

    def one_of(self, items: Sequence[Item]) -> Item:
        """Return one of the items."""
        return items[self.whole(0, len(items) - 1)]

    def order(self, items: Sequence[Item]) -> list[Item]:
        """Return all items in a random order."""
        left = list(items)
        return [left.pop(self.whole(0, len(left) - 1)) for _ in range(len(left))]


def drawn(secret: str, digest: str, name: str, pool: int | None = None, challenge: int | None = None) -> Draw:
    """Return the source of one question to one submission.

    Args:
        secret: the assignment's; empty at home, where everybody gets one question that the grader never asks.
        digest: the submission's.
        name: of the question; tests that use the same name ask the same.
        pool: how many questions there are, where the reference's answer is needed; None for any number.
        challenge: instead of the submission's number in the pool, from 0; taken modulo the pool.
    """
    if not secret:
        return Draw("at home", name)
    if pool is None:
        return Draw("free", secret, digest, name)
    if challenge is None:
        challenge = Draw("number", secret, digest, name).whole(0, pool - 1)
    return Draw("pool", secret, name, challenge % pool)
