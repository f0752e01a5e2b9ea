"""Judges heads, and attention with several of them."""

from typing import Any

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.attention.observed import Merged, MultiHead, Split
from autograder.assignments.attention.questions import array_of, weights_of
from autograder.assignments.attention.right import (
    CLOSE,
    SHARE,
    BoolArray,
    FloatArray,
    causal,
    merged,
    multi_head,
    of_attention,
    split,
)
from autograder.checks import SubmissionTestCase, not_at_home

NO_MASK = np.zeros(0, np.bool_)
ROWS = 800
SPREAD = 0.05  # accepted deviation of a share of 3,200 weights; more than five times its own


class TestHeads(SubmissionTestCase):
    """2. Heads"""

    @number("2.1")
    @weight(1)
    @visibility("visible")
    def test_split(self) -> None:
        """split_heads gives each head its part of the last axis."""
        draw = self.draw("split")
        heads, part = draw.whole(3, 4), draw.whole(2, 3)
        x = array_of(draw, (2, draw.whole(5, 6), heads * part))
        seen = self.observe(Split, x=x, heads=heads).parts
        hint = "Cut the last axis into (heads, d) first; then exchange two axes."
        self.require_close(seen, split(x, heads), "the parts", axes=("text", "head", "place", "number"), hint=hint)

    @number("2.2")
    @weight(1)
    @visibility("visible")
    def test_merge(self) -> None:
        """merge_heads undoes split_heads."""
        draw = self.draw("merge")
        x = array_of(draw, (2, draw.whole(3, 4), draw.whole(5, 6), draw.whole(2, 3)))
        seen = self.observe(Merged, x=x).whole
        hint = "Exchange the axes of heads and places before you join the last two."
        self.require_close(seen, merged(x), "the whole", axes=("text", "place", "number"), hint=hint)

    @not_at_home
    @number("2.3")
    @weight(3)
    @visibility("visible")
    def test_multi_head(self) -> None:
        """MultiHeadAttention is right for drawn weights in eval mode, without and with a mask."""
        draw = self.draw("multi-head")
        several, length = draw.whole(2, 3), draw.whole(4, 6)
        for name, heads, mask in (("no mask", several, NO_MASK), ("a causal mask", 5 - several, causal(length))):
            width = 6 * heads
            weights, x = weights_of(draw, of_attention(width)), array_of(draw, (2, length, width))
            with self.case(name, of=2):
                question: Any = {"weights": weights, "heads": heads, "x": x, "mask": mask}
                seen = self.observe(MultiHead, **question, dropout=0.3, is_training=False)
                self.require_close(
                    seen.outputs,
                    multi_head(x, weights, heads, mask if mask.size else None),
                    f"outputs with {name}",
                    tolerance=CLOSE,
                    relative=SHARE,
                    axes=("text", "place", "number"),
                    hint="Split queries, keys and values; attend; merge; the output layer. No dropout in eval mode.",
                )

    @not_at_home
    @number("2.4")
    @weight(1)
    @visibility("visible")
    def test_dropout(self) -> None:
        """In train mode, dropout drops attention weights with the given probability."""
        draw = self.draw("dropout")
        heads, part, dropout = 4, 3, draw.number(0.25, 0.6, 2)
        width = heads * part
        weights = weights_of(draw, of_attention(width))
        for name in ("value", "output"):  # let everything through, so that each head's part can be seen
            weights |= {f"{name}.weight": np.eye(width, dtype=np.float32), f"{name}.bias": np.zeros(width, np.float32)}
        x = array_of(draw, (1, 1, width), 0.5, 2) * np.ones((ROWS, 1, 1), np.float32)
        question: Any = {"weights": weights, "heads": heads, "x": x, "mask": NO_MASK}
        seen = self.observe(MultiHead, **question, dropout=dropout, is_training=True).outputs
        self.require(
            seen.shape == x.shape,
            expected=f"outputs of shape {x.shape}",
            seen=f"shape {seen.shape}",
            hint="Return (B, T, D).",
        )
        whole = x / (1 - dropout)
        orders = (np.arange(width), np.arange(width).reshape(part, heads).T.ravel())  # 2.1 judges which one is right
        judged = [_dropped_or_kept(seen[..., order], whole[..., order], heads) for order in orders]
        is_dropped, is_kept = max(judged, key=lambda one: float(np.mean(one[0] | one[1])))
        share = float(is_dropped.mean())
        self.require(
            bool((is_dropped | is_kept).all()),
            expected=f"with a single position, each head's output is 0 or the value divided by {1 - dropout:.2f}",
            seen=f"neither, for {np.mean(~(is_dropped | is_kept)):.0%} of the heads' outputs",
            hint="Apply dropout only to the weights, between the softmax and the product with the values.",
        )
        self.require(
            self.measured("share of dropped weights", abs(share - dropout), SPREAD, at_least=False),
            expected=f"{dropout:.0%} of the weights dropped",
            seen=f"{share:.0%}",
            hint="nn.Dropout takes the probability to drop.",
        )


def _dropped_or_kept(seen: FloatArray, whole: FloatArray, heads: int) -> tuple[BoolArray, BoolArray]:
    """Return whether each head's output is 0, and whether it is whole: (B, heads, T) for two arrays (B, T, D)."""
    parts, wholes = split(seen, heads), split(whole, heads)
    is_dropped = np.all(np.abs(parts) < CLOSE, axis=-1)
    return is_dropped, np.all(np.abs(parts - wholes) < CLOSE + SHARE * np.abs(wholes), axis=-1)
