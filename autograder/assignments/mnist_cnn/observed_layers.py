"""Declares what the probes of the network's layers return."""

from typing import Annotated

import numpy as np
import numpy.typing as npt

from autograder.wire.declaration import AnyFloat, Meta, Name, Observed, Shape, array

MOST_OPERATIONS = 200
MOST_LAYERS, SAMPLE = 16, 1000  # layers with weights, and numbers of each

Error = Annotated[str, Meta(max_length=300)]  # kind and message of an exception; empty where none was raised
OutputOf = Shape | Error  # of a tensor; or words for something else
Sizes = Annotated[list[int], Meta(max_length=8)]  # of a kernel, a stride and the like, by axis
Sample = Annotated[npt.NDArray[np.float32], array("n", most=SAMPLE)]


class Operation(Observed):
    """An operation that a forward pass computes, as PyTorch dispatches it.

    Attributes:
        name: of the operator, such as `"convolution"`.
        output: shape of its first result; empty if that is no tensor.
        input: shape of the input of a convolution or a pooling.
        weight: shape of the weight of a layer; (outputs, inputs) of a linear one; empty for all others.
        bias: whether a layer has one.
        stride: of a convolution, as are padding, dilation and groups.
        padding: see stride.
        dilation: see stride.
        groups: see stride.
        settings: kernel, stride and the like of a pooling, in the operator's order.
        bounds: of a clamp; the settings of another activation.
    """

    name: Name
    output: Shape
    input: Shape = []
    weight: Shape = []
    bias: bool = False
    stride: Sizes = []
    padding: Sizes = []
    dilation: Sizes = []
    groups: int = 1
    settings: Annotated[list[Sizes], Meta(max_length=16)] = []
    bounds: Annotated[list[AnyFloat], Meta(max_length=4)] = []


class LayerInputs(Observed):
    """The numbers inside a network with drawn weights whose layers get noise in place of their inputs.

    Attributes:
        arrived: some of those that reach each layer with weights but the first, in the order of the calls; empty where
            nobody knows.
        left: some of those that leave each layer.
    """

    arrived: Annotated[list[Sample], Meta(max_length=MOST_LAYERS)]
    left: Annotated[list[Sample], Meta(max_length=MOST_LAYERS)]


class Layers(Observed, probe="layers"):
    """One forward pass over some images, and one with drawn weights.

    Attributes:
        operations: the ones that compute something, in order.
        ended: the exception that ended the pass.
        output: shape of the network's result.
        inputs: with drawn weights.
    """

    operations: Annotated[list[Operation], Meta(max_length=MOST_OPERATIONS)]
    ended: Error
    output: OutputOf
    inputs: LayerInputs


class PlainLayers(Observed, probe="plain_layers"):
    """The same of a network of ours, made of the operations that a student's network is said to compute.

    Attributes:
        inputs: with drawn weights.
        problem: why a layer cannot be such; empty if all can.
    """

    inputs: LayerInputs
    problem: Error = ""
