"""Declares what probes return about `build_pretrained`."""

from typing import Annotated

from autograder.wire.declaration import Count, Fraction, Meta, Name, Observed, Shape, Text

MOST_LAYERS = 10_000


class PretrainedNetwork(Observed):
    """The result of `build_pretrained`.

    Attributes:
        num_classes: how many outputs were asked for.
        shapes: of the logits for one image and, where no number of classes was given, for two.
        share: of the numbers in weights that are as they were handed out.
    """

    num_classes: Count
    shapes: Annotated[list[Shape], Meta(max_length=2)]
    share: Fraction


class Pretrained(Observed, probe="pretrained"):
    """The results of `build_pretrained` without a number of classes, and with an unusual one."""

    found: Annotated[list[PretrainedNetwork], Meta(min_length=2, max_length=2)]


class WeightedLayer(Observed):
    """A layer with weights.

    Attributes:
        name: its path in the network.
        kind: its class.
        side: of a convolution's filters, pixels; 1 for other layers.
        outputs: filters or neurons.
        learns: for each of its parameters whether requires_grad is True.
        pretrained: whether a weight of it is as it was handed out.
    """

    name: Name
    kind: Name
    side: Count
    outputs: Count
    learns: Annotated[list[bool], Meta(max_length=MOST_LAYERS)]
    pretrained: bool


class Strategy(Observed):
    """The part of a pretrained network that learns under one strategy.

    Attributes:
        name: of the strategy.
        k: as `build_pretrained` was given it; None if the student's own list stated other arguments.
        error: why there is no network.
        layers: those with weights, in the order of the network.
    """

    name: Name
    k: int | None
    error: Text
    layers: Annotated[list[WeightedLayer], Meta(max_length=MOST_LAYERS)]


class Strategies(Observed, probe="strategies"):
    """The parts that learn under the first entries of the student's own `STRATEGIES`, for one k after the other."""

    found: Annotated[list[Strategy], Meta(max_length=100)]


class StrategyCalls(Observed, probe="strategy_calls"):
    """The parts that learn for six pairs of a strategy and k, in their order."""

    found: Annotated[list[Strategy], Meta(min_length=6, max_length=6)]


class UnknownStrategies(Observed, probe="unknown_strategies"):
    """An error for each of two names that are no strategies; empty where `build_pretrained` returns a network."""

    raised: Annotated[list[Text], Meta(min_length=2, max_length=2)]
