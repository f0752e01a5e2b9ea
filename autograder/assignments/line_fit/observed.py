"""Declares the results of this assignment's probes."""

from typing import Annotated, Any

import numpy as np
import numpy.typing as npt

from autograder.wire.declaration import AnyFloat, Meta, Observed, Shape, Text, array

MOST_LOSSES = 10_000
MOST_NUMBERS = 100_000  # in the result of a student's function, in whatever shape

Outputs = Annotated[npt.NDArray[np.float32], array(..., most=MOST_NUMBERS)]


class Points(Observed, probe="points"):
    """The result of `load_points` for a file of N rows.

    Attributes:
        x: (N, 1) float32 where it is right; the first numbers of the rows.
        y: as x; the second numbers.
    """

    x: Annotated[npt.NDArray[Any], array(..., most=MOST_NUMBERS)]
    y: Annotated[npt.NDArray[Any], array(..., most=MOST_NUMBERS)]


class Model(Observed, probe="model"):
    """The result of `build_model`.

    Attributes:
        parameters: shapes of the trainable parameters, sorted.
        numbers: their values, in the order of `parameters()`, if that is at most two numbers; else empty.
        outputs: the model's output for each batch of inputs.
    """

    parameters: Annotated[list[Shape], Meta(max_length=1000)]
    numbers: Annotated[list[AnyFloat], Meta(max_length=2)]
    outputs: Annotated[list[Outputs], Meta(max_length=8)]


class Training(Observed, probe="training"):
    """The effect of `train` on a model of ours.

    Attributes:
        losses: as `train` returned them, the first 10,000; any scale. Empty if it returned no list of numbers.
        slope: of the line that the model has become.
        intercept: of that line.
        instead: words for what `train` returned if that is no list of numbers; empty otherwise.
    """

    losses: Annotated[list[AnyFloat], Meta(max_length=MOST_LOSSES)]
    slope: AnyFloat
    intercept: AnyFloat
    instead: Text = ""


class Predictions(Observed, probe="predictions"):
    """The result of `predict` for the held-out points.

    Attributes:
        predictions: (N, 1) float32 where it is right, for N points.
    """

    predictions: Annotated[npt.NDArray[np.float32], array(..., most=MOST_NUMBERS)]
