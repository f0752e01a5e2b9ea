"""Draws arrays, weights and texts to ask about."""

from collections.abc import Mapping, Sequence
from math import prod

import numpy as np
import numpy.typing as npt

from autograder.checks.draw import Draw

LETTERS = "abcdefghijklmnopqrstuvwxyz"
USED = 10  # letters of a language
WORDS = 8


def array_of(draw: Draw, shape: Sequence[int], low: float = -2.0, high: float = 2.0) -> npt.NDArray[np.float32]:
    """Return an array of drawn numbers."""
    return draw.array(shape, low, high, 9).astype(np.float32)


def tokens_of(draw: Draw, shape: Sequence[int], characters: int) -> npt.NDArray[np.int64]:
    """Return an array of drawn tokens."""
    return np.array([draw.whole(0, characters - 1) for _ in range(prod(shape))], np.int64).reshape(shape)


def weights_of(draw: Draw, shapes: Mapping[str, Sequence[int]]) -> dict[str, npt.NDArray[np.float32]]:
    """Return drawn parameters of these shapes; matrices are large enough that attention is far from even."""
    spread = {name: 2.5 * shape[-1] ** -0.5 if len(shape) > 1 else 1.5 for name, shape in shapes.items()}
    return {name: array_of(draw, shape, -spread[name], spread[name]) for name, shape in shapes.items()}


def levels_of(draw: Draw, rows: int, characters: int, step: float) -> npt.NDArray[np.float32]:
    """Return rows of logits that are a step apart, each row in another order."""
    return np.array([draw.order([step * place for place in range(characters)]) for _ in range(rows)], np.float32)


class Language:
    """A made-up language: a few words, each as likely as any other.

    Attributes:
        alphabet: its letters, and the blank.
    """

    def __init__(self, draw: Draw) -> None:
        """Draw letters and words."""
        letters = draw.order(LETTERS)[:USED]
        self.alphabet = " " + "".join(letters)
        self._words = ["".join(draw.one_of(letters) for _ in range(draw.whole(3, 5))) for _ in range(WORDS)]

    def text(self, draw: Draw, length: int) -> str:
        """Return a text of so many characters."""
        words = " ".join(draw.one_of(self._words) for _ in range(length // 3))
        return words[:length]

    def tokens(self, draw: Draw, length: int) -> npt.NDArray[np.int64]:
        """Return such a text as tokens, (length,)."""
        return np.array([self.alphabet.index(one) for one in self.text(draw, length)], np.int64)
