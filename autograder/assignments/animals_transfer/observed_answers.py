"""Declares what probes return about `evaluate`, `predict` and the uploaded JSON files."""

from typing import Annotated

import numpy as np
import numpy.typing as npt

from autograder.wire.declaration import AnyFloat, Meta, Name, Observed, Shape, array

NAME_LENGTH = 200  # of `Name`
MOST_NETWORKS, MOST_CURVES, MOST_EPOCHS, MOST_ANSWERS = 12, 6, 1000, 1000  # of uploaded files
MOST_NUMBERS = 10_000  # of images in a batch, of batches
MOST_CHANNELS = 5000  # a transform that leaves the colours last has as many as an image has rows
MOST_BATCHES = 16  # of one call of `predict`
LARGEST = 1 << 16  # numbers in a confusion matrix

Logits = Annotated[list[tuple[AnyFloat, AnyFloat, AnyFloat]], Meta(max_length=MOST_NUMBERS)]
Entries = Annotated[list[bool | int | AnyFloat | None], Meta(max_length=MOST_EPOCHS)]
Curves = Annotated[dict[Name, Entries], Meta(max_length=MOST_CURVES)]


class HistoryFile(Observed, probe="history"):
    """The content of `history.json`.

    Attributes:
        histories: entries of each curve, by network and name; None for an entry that is no number.
    """

    histories: Annotated[dict[Name, Curves], Meta(max_length=MOST_NETWORKS)]


class PredictionsFile(Observed, probe="predictions"):
    """The content of `predictions.json`.

    Attributes:
        answers: by the image's name without folder and ending.
    """

    answers: Annotated[dict[Name, Name], Meta(max_length=MOST_ANSWERS)]


class Evaluated(Observed, probe="evaluated"):
    """The result of `evaluate` for a network of ours.

    Attributes:
        returned: its type, in words.
        accuracy: as it was returned; None if it was left out.
        confusion: (3, 3) where it is right; None if it was left out.
        modes: for each batch whether the network was in training mode.
    """

    returned: Name
    accuracy: AnyFloat | None
    confusion: Annotated[npt.NDArray[np.float64], array(..., most=LARGEST)] | None
    modes: Annotated[list[bool], Meta(max_length=MOST_NUMBERS)]


class Asked(Observed):
    """A batch that `predict` or `evaluate` gave to a network of ours.

    Attributes:
        shape: (N, 3, H, W).
        training: whether the network was in training mode.
        logits: (N, 3), means of the channels of each image.
    """

    shape: Shape
    training: bool
    logits: Logits


class Prepared(Observed):
    """An image after the student's own transform for validation.

    Attributes:
        shape: of a batch of this image alone.
        levels: mean of each channel.
    """

    shape: Shape
    levels: Annotated[list[AnyFloat], Meta(max_length=MOST_CHANNELS)]


class Predicted(Observed):
    """The answer of `predict` to one image.

    Attributes:
        answer: as text.
        kind: words for its type.
        asked: the batches that it gave to the network, the first 16.
        own: the image after the student's own transform; None where that fails.
    """

    answer: Name
    kind: Name
    asked: Annotated[list[Asked], Meta(max_length=MOST_BATCHES)]
    own: Prepared | None


class Predictions(Observed, probe="predicted"):
    """The answers of `predict` to plain images of ours, in their order."""

    images: Annotated[list[Predicted], Meta(max_length=100)]
