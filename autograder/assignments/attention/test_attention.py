"""Judges attention and masks."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.attention.observed import Attended, CausalMask, PaddingMask
from autograder.assignments.attention.questions import array_of, tokens_of
from autograder.assignments.attention.right import CLOSE, SHARE, BoolArray, FloatArray, attended, causal
from autograder.checks import SubmissionTestCase

LARGE = 100.0  # times as large as others; exp of such scores is infinite in float32
SCALE = "Divide the product of queries and keys by the square root of d, the length of a query."
Question = dict[str, Any]  # arrays by their names
NO_MASK = np.zeros(0, np.bool_)


class TestAttention(SubmissionTestCase):
    """1. Attention"""

    @number("1.1")
    @weight(2)
    @visibility("visible")
    def test_attention(self) -> None:
        """Attention returns outputs and weights, for any number of axes in front, and for large scores."""
        draw = self.draw("attention")
        length, others = draw.whole(2, 4), draw.whole(5, 7)
        for name, front, size in (
            ("three axes", (2,), 1.0),
            ("four axes", (2, 3), 1.0),
            ("large scores", (2,), LARGE),
        ):
            with self.case(name, of=3):
                question, weights = self._require(name, (front, length, others), NO_MASK, size, SCALE)
                if name == "three axes":
                    self._require_undropped(question, weights)

    def _require_undropped(self, question: Question, weights: FloatArray) -> None:
        """Look at the weights alone: 2.4 judges what dropout does to outputs."""
        seen = self.observe(Attended, **question, with_dropout=True).weights
        self.require_close(
            seen,
            weights,
            "weights with a dropout that doubles them",
            axes=("batch", "query", "key"),
            tolerance=CLOSE,
            relative=SHARE,
            hint="Return the weights as they were before dropout.",
        )

    @number("1.2")
    @weight(2)
    @visibility("visible")
    def test_masked_attention(self) -> None:
        """With a mask, each query attends only where the mask is True, and its weights still add up to 1."""
        draw = self.draw("masked attention")
        length, others = draw.whole(2, 4), draw.whole(5, 7)
        hint = "Put -inf where the mask is False, before the softmax, and scale as in 1.1."
        for name, shape in (("one mask for all", (length, others)), ("a mask for each text", (2, 1, 1, others))):
            mask = tokens_of(draw, shape, 2) == 1
            mask[..., draw.whole(0, others - 1)] = True  # so that each query may look at a key
            mask[..., (int(np.argmax(mask.all(axis=tuple(range(mask.ndim - 1))))) + 1) % others] = False
            with self.case(name, of=2):
                self._require(name, ((2, 3), length, others), mask, 1.0, hint)

    def _require(
        self, name: str, sizes: tuple[tuple[int, ...], int, int], mask: BoolArray, size: float, hint: str
    ) -> tuple[Question, FloatArray]:
        """Ask for attention and judge it; return the question and the right weights."""
        front, length, others = sizes
        draw = self.draw(f"arrays of {name}")
        queries = array_of(draw, (*front, length, 5)) * np.float32(size)
        keys, values = array_of(draw, (*front, others, 5)), array_of(draw, (*front, others, 3))
        question: Question = {"queries": queries, "keys": keys, "values": values, "mask": mask}
        seen = self.observe(Attended, **question, with_dropout=False)
        outputs, weights = attended(queries, keys, values, mask if mask.size else None)
        axes = ("batch", "head")[: len(front)]
        for made, right, name, last in (
            (seen.weights, weights, "weights", "key"),
            (seen.outputs, outputs, "outputs", "number"),
        ):
            self.require_close(
                made, right, name, axes=(*axes, "query", last), tolerance=CLOSE, relative=SHARE, hint=hint
            )
        return question, weights

    @number("1.3")
    @weight(1)
    @visibility("visible")
    def test_causal_mask(self) -> None:
        """causal_mask lets each position attend to itself and to the positions before it."""
        length = self.draw("causal mask").whole(4, 40)
        seen = self.observe(CausalMask, length=length).mask
        self._require_mask(seen, causal(length), ("query", "key"), "Rows are queries, columns are keys.")

    @number("1.4")
    @weight(1)
    @visibility("visible")
    def test_padding_mask(self) -> None:
        """padding_mask hides the keys that are padding."""
        draw = self.draw("padding mask")
        padding = draw.whole(0, 5)
        tokens = tokens_of(draw, (draw.whole(2, 3), draw.whole(6, 9)), 6)
        tokens[0, :2], tokens[1, :2] = padding, (padding + 1) % 6
        seen = self.observe(PaddingMask, tokens=tokens, padding=padding).mask
        hint = "Compare the tokens with the padding, and add two axes of length 1 before the last."
        self._require_mask(seen, (tokens != padding)[:, None, None, :], ("text", "head", "query", "key"), hint)

    def _require_mask(self, seen: BoolArray, mask: BoolArray, axes: Sequence[str], hint: str) -> None:
        self.require(
            seen.dtype == np.bool_,
            expected="a mask of dtype bool",
            seen=f"{seen.dtype}",
            hint="A comparison returns bool; .bool() converts 0 and 1.",
        )
        self.require_close(seen, mask, "the mask, with 1 for True", axes=axes, hint=hint)
