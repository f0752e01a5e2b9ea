"""Declares the result of each probe of this assignment: the probe builds the struct, and a test reads its attributes.

A value that does not fit is refused on its way out of the sandbox, so every text, list and array states a bound. Be
generous where a student's code decides the size: a wrong shape is for the test to judge, in words.
"""

from typing import Annotated, Any

import numpy as np
import numpy.typing as npt

from autograder.wire.declaration import AnyFloat, Fraction, Meta, Observed, Shape, Text, array

MOST_LOSSES = 10_000
MOST_NUMBERS = 1_000_000  # in the result of a student's function, in whatever shape


class Messages(Observed, probe="messages"):
    """The result of `load_messages` for a file of N lines.

    Attributes:
        texts: N of them where it is right.
        labels: (N,) int64 where it is right, 1 for praise.
    """

    texts: Annotated[list[Text], Meta(max_length=1000)]
    labels: Annotated[npt.NDArray[Any], array(..., most=MOST_NUMBERS)]


class Bag(Observed, probe="bag"):
    """The result of `bag_of_words` for N texts.

    Attributes:
        counts: (N, words) where it is right.
    """

    counts: Annotated[npt.NDArray[Any], array(..., most=MOST_NUMBERS)]


class Network(Observed, probe="network"):
    """The result of `build_model`.

    Attributes:
        outputs: shapes of the network's output for batches of 1 and of 5.
    """

    outputs: Annotated[list[Shape], Meta(min_length=2, max_length=2)]


class Training(Observed, probe="training"):
    """The effect of `train` on a network of ours.

    Attributes:
        losses: as `train` returned them, the first 10,000; any scale.
        right: fraction of the messages that the network then gets right.
    """

    losses: Annotated[list[AnyFloat], Meta(max_length=MOST_LOSSES)]
    right: Fraction


class Classified(Observed, probe="classified"):
    """The output of the trained network for the held-out messages.

    Attributes:
        logits: (N, 2) where it is right, any scale.
    """

    logits: Annotated[npt.NDArray[np.float32], array(..., most=MOST_NUMBERS)]
