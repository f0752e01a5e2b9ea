"""Declares the results of this assignment's probes."""

from typing import Annotated, Any

import numpy as np
import numpy.typing as npt

from autograder.wire.declaration import AnyFloat, Meta, Name, Observed, array

MOST = 10_000  # numbers of one array
MOST_LOSSES = 1000
Numbers = Annotated[npt.NDArray[Any], array(..., most=MOST)]


class Operation(Observed, probe="operation"):
    """One operation on tensors of ours.

    Attributes:
        value: its result.
        gradients: `grad` of each input after `backward` with a gradient of ours, in the order of the inputs.
    """

    value: Numbers
    gradients: Annotated[list[Numbers], Meta(max_length=4)]


class Refusal(Observed, probe="refusal"):
    """The product of two matrices that do not fit together.

    Attributes:
        classes: names of the exception's class and of those it is derived from; empty if nothing was raised.
    """

    classes: Annotated[list[Name], Meta(max_length=20)]


class Chain(Observed, probe="chain"):
    """A tensor that was made by a long chain of additions.

    Attributes:
        gradient: of the tensor at its beginning.
    """

    gradient: AnyFloat


class Loss(Observed, probe="loss"):
    """The cross-entropy of logits of ours.

    Attributes:
        value: as it was returned.
        gradient: of the logits, (N, C) where it is right.
    """

    value: Numbers
    gradient: Numbers


class Steps(Observed, probe="steps"):
    """Two steps of the optimizer with gradients of ours.

    Attributes:
        data: of the parameter, after each step.
        cleared: its gradient after `zero_grad`.
    """

    data: Annotated[list[Numbers], Meta(min_length=2, max_length=2)]
    cleared: Numbers


class Logits(Observed, probe="logits"):
    """A network with weights of ours.

    Attributes:
        shapes: of the network's parameters, before they were replaced.
        deviation: standard deviation of the network's first weights, times the square root of their rows.
        logits: (N, classes) where they are right.
    """

    shapes: Annotated[list[Annotated[list[int], Meta(max_length=8)]], Meta(max_length=20)]
    deviation: AnyFloat
    logits: Numbers


class Trained(Observed, probe="trained"):
    """A network that was trained on points of ours.

    Attributes:
        losses: as `train` returned them, the first 1,000.
        predicted: classes of the points that it has not seen.
    """

    losses: Annotated[list[AnyFloat], Meta(max_length=MOST_LOSSES)]
    predicted: Annotated[npt.NDArray[np.int64], array("N", most=MOST)]


class Program(Observed, probe="program"):
    """The program, with coefficients and typed numbers of ours.

    Attributes:
        printed: its output, the first 4,000 characters.
        error: the one that ended it; empty if it ended as it should.
    """

    printed: Annotated[str, Meta(max_length=4000)]
    error: Annotated[str, Meta(max_length=300)]
