"""Declares a trained network as it leaves the sandbox: layers of known kinds, and its answers for public images."""

from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt

from autograder.wire.declaration import AnyFloat, Meta, Observed, array

MOST_LAYERS = 64
MOST_WEIGHTS = 1 << 20  # numbers in one tensor
MOST_SHOWN = 64  # images
MOST_ANSWERS = 1 << 18  # numbers of features
MOST_PIXELS = MOST_SHOWN * 3 * 64 * 64


class Layer(Observed):
    """A layer of a chain.

    Attributes:
        kind: of its computation.
        numbers: its settings, such as strides; `autograder.probes.layer_chain` knows their order.
        tensors: weight and bias, and the running mean and variance of a batch norm.
    """

    kind: Literal[
        "convolution", "batch_norm", "linear", "max_pool", "avg_pool", "mean",
        "relu", "leaky_relu", "elu", "hardtanh", "sigmoid", "tanh", "gelu", "silu",
    ]  # fmt: skip
    numbers: Annotated[list[AnyFloat], Meta(max_length=8)]
    tensors: Annotated[list[Annotated[npt.NDArray[np.float32], array(..., most=MOST_WEIGHTS)]], Meta(max_length=4)]


Chain = Annotated[list[Layer], Meta(max_length=MOST_LAYERS)]


class ShownImages(Observed):
    """The output of the student's network for some public images, and how they reach it.

    Attributes:
        prepared: the images after the student's preprocessing; empty if they are too large.
        inputs: the same as they reach the first layer with weights, where the network may have changed them.
        predicted: the class with the largest output for each; -1 where an output is not finite.
    """

    prepared: Annotated[npt.NDArray[np.float32], array("n", "C", "H", "W", most=MOST_PIXELS)]
    inputs: Annotated[npt.NDArray[np.float32], array("n", "C", "H", "W", most=MOST_PIXELS)]
    predicted: Annotated[npt.NDArray[np.int64], array("n", most=MOST_SHOWN)]


class DrawnAnswers(Observed):
    """The answers of a network with drawn weights to drawn images, before and after a drawn step of training.

    Attributes:
        features: the input of its first linear layer.
        scores: the output of its last one.
        features_after: the same after the step.
        scores_after: likewise.
    """

    features: Annotated[npt.NDArray[np.float32], array("N", "F", most=MOST_ANSWERS)]
    scores: Annotated[npt.NDArray[np.float32], array("N", "C", most=MOST_ANSWERS)]
    features_after: Annotated[npt.NDArray[np.float32], array("N", "F", most=MOST_ANSWERS)]
    scores_after: Annotated[npt.NDArray[np.float32], array("N", "C", most=MOST_ANSWERS)]
