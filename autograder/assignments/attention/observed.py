"""Declares the results of this assignment's probes."""

from typing import Annotated, Any

import numpy as np
import numpy.typing as npt

from autograder.wire.declaration import AnyFloat, Meta, Name, Observed, Text, array

MOST = 20_000  # numbers of one array
MOST_LOSSES = 1000
Numbers = Annotated[npt.NDArray[Any], array(..., most=MOST)]
Weights = Annotated[npt.NDArray[np.float32], array(..., most=MOST)]


class Attended(Observed, probe="attended"):
    """The result of `attention` for arrays of ours.

    Attributes:
        outputs: (..., T, v) where it is right.
        weights: (..., T, S) where it is right.
    """

    outputs: Numbers
    weights: Numbers


class CausalMask(Observed, probe="causal"):
    """The result of `causal_mask`.

    Attributes:
        mask: (length, length) bool where it is right.
    """

    mask: Numbers


class PaddingMask(Observed, probe="padding"):
    """The result of `padding_mask`.

    Attributes:
        mask: (B, 1, 1, T) bool where it is right.
    """

    mask: Numbers


class Split(Observed, probe="split"):
    """The result of `split_heads`.

    Attributes:
        parts: (B, heads, T, d) where it is right.
    """

    parts: Numbers


class Merged(Observed, probe="merged"):
    """The result of `merge_heads`.

    Attributes:
        whole: (B, T, heads * d) where it is right.
    """

    whole: Numbers


class MultiHead(Observed, probe="multi_head"):
    """The result of `MultiHeadAttention` with weights of ours.

    Attributes:
        outputs: (B, T, D) where it is right.
    """

    outputs: Numbers


class Coded(Observed, probe="coded"):
    """The results of `encode` and `decode`.

    Attributes:
        tokens: of our text, (N,) where it is right; whole numbers of any width come as int64.
        kind: their dtype as they were returned, such as "int64".
        text: of other tokens of ours.
    """

    tokens: Numbers
    kind: Name
    text: Text


class Logits(Observed, probe="logits"):
    """The result of `LanguageModel` in eval mode, with weights of ours.

    Attributes:
        logits: (B, T, characters) where it is right.
    """

    logits: Numbers


class Loss(Observed, probe="loss"):
    """The result of `loss` for logits of ours.

    Attributes:
        value: as it was returned.
        gradient: of the logits, in their shape.
    """

    value: Numbers
    gradient: Numbers


class SmallTraining(Observed, probe="small_training"):
    """The effect of `train` on a small model of ours.

    Attributes:
        before: its weights at first, in the order of `small_model.PARTS`.
        after: its weights at last.
        losses: as `train` returned them, the first 1,000.
    """

    before: Annotated[list[Weights], Meta(max_length=5)]
    after: Annotated[list[Weights], Meta(max_length=5)]
    losses: Annotated[list[AnyFloat], Meta(max_length=MOST_LOSSES)]


class Training(Observed, probe="training"):
    """The student's model after the student's training.

    Attributes:
        weights: parameters by their names.
    """

    weights: Annotated[dict[Name, Weights], Meta(max_length=100)]


class Sampled(Observed, probe="sampled"):
    """The result of `sample`.

    Attributes:
        tokens: one for each row of logits; (N,) int64 where it is right.
    """

    tokens: Numbers


class Generated(Observed, probe="generated"):
    """The result of `generate` with a model of ours.

    Attributes:
        tokens: (B, T + count) int64 where it is right.
    """

    tokens: Numbers
