"""Judges how characters are drawn, by statistics."""

from typing import Any

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.attention.observed import Generated, Sampled
from autograder.assignments.attention.questions import levels_of, tokens_of
from autograder.assignments.attention.right import FloatArray, IntArray, chances
from autograder.checks import SubmissionTestCase

CHARACTERS, ROWS = 6, 1500
MOST = 50.0  # of chi-squared with at most five degrees of freedom: right draws exceed it once in 10^9 submissions
ALL = 0
STEP = 0.5  # between logits: a temperature shows, and no token is rare
SURE = 300.0  # between logits where chance must decide nothing


class TestSampling(SubmissionTestCase):
    """4. Sampling"""

    @number("4.1")
    @weight(2)
    @visibility("visible")
    def test_sample(self) -> None:
        """Sample draws each row's token with its probability: plain, at a temperature, and among the most likely."""
        draw = self.draw("sample")
        cool, hot, top_k = draw.number(0.5, 0.7, 2), draw.number(1.8, 2.5, 2), draw.whole(3, 4)
        for name, temperature, most in (
            ("no temperature", 1.0, ALL),
            ("a temperature", draw.one_of((cool, hot)), ALL),
            ("top_k", 1.0, top_k),
        ):
            rows = levels_of(draw, 2, CHARACTERS, STEP)
            with self.case(name, of=3):
                given = np.repeat(rows, ROWS, axis=0)
                tokens = self.observe(Sampled, logits=given, temperature=temperature, top_k=most).tokens
                self._require_tokens(tokens, (2 * ROWS,))
                for place, row in enumerate(rows):
                    self._require_chances(tokens[place * ROWS :][:ROWS], row, temperature, most)

    @number("4.2")
    @weight(1)
    @visibility("visible")
    def test_generate(self) -> None:
        """Generate appends token by token in eval mode, sees the last ones only, and passes its settings on."""
        draw = self.draw("generate")
        context, count = draw.whole(4, 6), draw.whole(9, 12)
        # Any two sums of a token's level and 1.1 times a place's level are a tenth or more apart.
        token = levels_of(draw, CHARACTERS, CHARACTERS, SURE)
        place = levels_of(draw, context, CHARACTERS, 1.1 * SURE)
        with self.case("tokens that are certain", of=2):
            start = tokens_of(draw, (3, draw.whole(2, 3)), CHARACTERS)
            tables: Any = {"token": token, "place": place}
            seen = self.observe(Generated, **tables, start=start, count=count, temperature=1.0, top_k=ALL).tokens
            self._require_tokens(seen, (3, start.shape[1] + count))
            wrong = np.argwhere(seen != _continued(token, place, start, count))
            self.require(
                not len(wrong),
                expected="the start, and then the tokens that our model predicts from the last ones, in eval mode",
                seen=f"another token at position {wrong[0][1]} of text {wrong[0][0]}" if len(wrong) else "",
                hint="model.eval(); then model(tokens[:, -model.context:]), and the logits of the last position.",
            )
        with self.case("a temperature and top_k", of=2):
            temperature, top_k = draw.number(1.8, 2.5, 2), draw.whole(3, 4)
            token = levels_of(draw, CHARACTERS, CHARACTERS, STEP)
            start = np.full((ROWS, 1), draw.whole(0, CHARACTERS - 1))
            seen = self.observe(
                Generated, token=token, place=0 * place, start=start, count=1, temperature=temperature, top_k=top_k
            ).tokens
            self._require_tokens(seen, (ROWS, 2))
            self._require_chances(seen[:, 1], token[start[0, 0]], temperature, top_k)

    def _require_tokens(self, seen: IntArray, shape: tuple[int, ...]) -> None:
        """Require whole numbers in this shape, each of them a token."""
        self.require(
            seen.shape == shape and seen.dtype == np.int64,
            expected=f"tokens in int64, shape {shape}",
            seen=f"{seen.dtype}, shape {seen.shape}",
            hint="torch.multinomial returns (N, 1): take the last axis away.",
        )
        self.require(
            bool(((seen >= 0) & (seen < CHARACTERS)).all()),
            expected=f"tokens from 0 to {CHARACTERS - 1}",
            seen=f"tokens from {seen.min()} to {seen.max()}",
            hint="A token is the place of a logit in its row.",
        )

    def _require_chances(self, tokens: IntArray, row: FloatArray, temperature: float, top_k: int) -> None:
        """Require tokens that occur as often as a row of logits says."""
        right = chances(row, temperature, top_k)
        counts = np.bincount(tokens, minlength=CHARACTERS)
        words = f"temperature {temperature:g}" + (f" and top_k {top_k}" if top_k else "")
        self.require(
            not counts[right == 0].any(),
            expected=f"with {words}, only the {top_k} most likely tokens",
            seen=f"others in {counts[right == 0].sum() / len(tokens):.0%} of the draws",
            hint="Put -inf where a logit is less than the smallest that may be drawn.",
        )
        wanted = right[right > 0] * len(tokens)
        off = float(((counts[right > 0] - wanted) ** 2 / wanted).sum())
        self.require(
            self.measured("chi-squared of draws", off, MOST, at_least=False),
            expected=f"with {words}, {_shares(right)}",
            seen=_shares(counts / len(tokens)),
            hint="Divide the logits by the temperature; the softmax of each row; torch.multinomial.",
        )


def _continued(token: FloatArray, place: FloatArray, start: IntArray, count: int) -> IntArray:
    """Return a start with the most likely tokens behind it."""
    for _ in range(count):
        seen = start[:, -len(place) :]
        best = (token[seen[:, -1]] + place[seen.shape[1] - 1]).argmax(axis=1)
        start = np.concatenate([start, best[:, None]], axis=1)
    return start


def _shares(numbers: FloatArray) -> str:
    """Return shares as a student reads them."""
    return "shares of " + ", ".join(f"{one:.0%}" for one in numbers)
