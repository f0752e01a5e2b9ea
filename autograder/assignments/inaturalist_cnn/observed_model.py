"""Declares what probes return about `CNN` and about the functions that count for it."""

from typing import Annotated

import numpy as np
import numpy.typing as npt

from autograder.wire.declaration import AnyFloat, Count, Meta, Name, Observed, Shape, Text, array

MOST_LAYERS = 10_000  # of a student's network, and operations of one pass through it
SAMPLES = 400  # numbers of a feature map

FloatArray = Annotated[npt.NDArray[np.float32], array(..., most=1_000_000)]
Sampled = Annotated[npt.NDArray[np.float32], array("N", most=SAMPLES)]


class Layer(Observed):
    """A convolution, a pooling or a linear layer that an image goes through.

    Attributes:
        kind: "convolution", "linear", or the operation's name in PyTorch.
        weight: shape of a convolution's weight, (filters, channels, height, width); None for other layers.
        shape: of the layer's output for one image.
    """

    kind: Name
    weight: Shape | None
    shape: Shape


class Network(Observed):
    """A network that `CNN` made.

    Attributes:
        error: why there is no network.
        layers: in the order in which an image goes through them.
        output: shape of the output for one image.
    """

    error: Text
    layers: Annotated[list[Layer], Meta(max_length=MOST_LAYERS)]
    output: Shape


class Networks(Observed, probe="networks"):
    """The networks that `CNN` makes of several dicts of arguments, in their order."""

    found: Annotated[list[Network], Meta(max_length=100)]


class Outputs(Observed, probe="outputs"):
    """The output of the network for batches of two sizes.

    Attributes:
        outputs: for each batch (N, num_classes) where it is right, any scale.
        after_last_layer: operations after the last linear layer, by their names in PyTorch.
    """

    outputs: Annotated[list[FloatArray], Meta(min_length=2, max_length=2)]
    after_last_layer: Annotated[list[Name], Meta(max_length=MOST_LAYERS)]


class BetweenLayers(Observed):
    """The operations between two neighbouring layers.

    Attributes:
        source: kind of the first layer, as in `Layer`.
        before: the first numbers that it gives.
        after: the numbers in the same places that the next layer is given.
    """

    source: Name
    before: Sampled
    after: Sampled


class Activation(Observed):
    """The behaviour of the network when it is asked for an activation.

    Attributes:
        name: of the activation.
        error: why there is no network.
        pairs: neighbouring layers in order, as far as nothing between them changes the number of numbers.
    """

    name: Name
    error: Text
    pairs: Annotated[list[BetweenLayers], Meta(max_length=MOST_LAYERS)]


class Activations(Observed, probe="activations"):
    """The network with several activations, in the order of their names."""

    found: Annotated[list[Activation], Meta(max_length=100)]


class InputSize(Observed):
    """A network for images of one size.

    Attributes:
        size: height and width, pixels.
        shape: of the output for two images; empty if there is none.
        error: why there is no output.
    """

    size: Count
    shape: Shape
    error: Text


class InputSizes(Observed, probe="input_sizes"):
    """The networks for images of 224 pixels, where no size was given, and of three sizes in their order."""

    found: Annotated[list[InputSize], Meta(min_length=4, max_length=4)]


class Norms(Observed):
    """The batch-norm layers of a network.

    Attributes:
        layers: how many it has.
        parameters: numbers in all of their weights and biases.
        at_work: how many operations of one pass are batch norm.
    """

    layers: Count
    parameters: Count
    at_work: Count


class BatchNorm(Observed, probe="batch_norm"):
    """The batch-norm layers of a network with batch_norm=False, and of one with batch_norm=True."""

    off: Norms
    on: Norms


class Randomness(Observed):
    """The largest difference between the logits of two passes over one image, in both modes."""

    train: AnyFloat
    eval: AnyFloat


class Dropout(Observed, probe="dropout"):
    """The randomness of networks with two rates of dropout, in their order."""

    found: Annotated[list[Randomness], Meta(min_length=2, max_length=2)]


class Apply(Observed, probe="apply"):
    """The effect of `model.apply(function)`.

    Attributes:
        visited: different parts of the network that the function is called on.
        parts: how many there are.
        filled: whether the function can set the weights of all layers.
    """

    visited: Count
    parts: Count
    filled: bool


class StatedCounts(Observed, probe="stated_counts"):
    """The results of one of the counting functions for three sizes of the network, in their order."""

    counts: Annotated[list[AnyFloat], Meta(min_length=3, max_length=3)]


class Arithmetic(Observed):
    """The parameters of a network, and its computations for one image.

    Attributes:
        parameters: weights and biases.
        products: multiply-accumulates of convolutions and linear layers.
        biases: additions of biases.
    """

    parameters: Count
    products: Count
    biases: Count


class OwnNetworks(Observed, probe="own_networks"):
    """The student's networks of three sizes, in their order; None where `CNN` fails, which other tests judge."""

    found: Annotated[list[Arithmetic | None], Meta(min_length=3, max_length=3)]
