"""Declares what probes return about the networks, `make_training` and `train_model`."""

from typing import Annotated

from autograder.wire.declaration import AnyFloat, Count, Fraction, Meta, Name, Observed, Shape, Text
from autograder.wire.network import DrawnAnswers

NAME_LENGTH = 200  # of `Name`
TEXT_LENGTH = 4000  # of `Text`
MOST_NUMBERS = 10_000  # of a curve, of passes, of steps, of samples in one pass
MOST_TENSORS = 200  # of a network; a ResNet-18 has 62
MOST_STORED = 400  # of a checkpoint, where batch norms have three more each; a ResNet-18 has 122
MOST_CURVES = 6

Numbers = Annotated[list[AnyFloat], Meta(max_length=MOST_NUMBERS)]
Logits = Annotated[list[tuple[AnyFloat, AnyFloat, AnyFloat]], Meta(max_length=MOST_NUMBERS)]
FourNumbers = tuple[AnyFloat, AnyFloat, AnyFloat, AnyFloat]


class Tensor(Observed):
    """A parameter of a network.

    Attributes:
        name: its path.
        shape: its shape.
        learns: whether requires_grad is True.
    """

    name: Name
    shape: Shape
    learns: bool


class Network(Observed, probe="network"):
    """A network that one of the three builders returns, and its checkpoint.

    Attributes:
        parameters: how many numbers it has.
        trainable: how many of them have requires_grad=True.
        tensors: its parameters in order, the first 200.
        convolutions: how many it has.
        pretrained_share: fraction of the weights that are pretrained and unchanged.
        given: what it makes of drawn images, and where a step leads; None without a linear layer.
        filled: the same with drawn weights.
        output: shape of the output for two images.
        side: of the images that it was asked about: 64, or 224 if it takes no smaller ones.
        statistics_moved: whether a pass in training mode moves running means of batch norms.
        checkpoint_problem: why the checkpoint does not load; empty if it does.
        loaded: what the network makes of the drawn images with the checkpoint; None if it does not load.
    """

    parameters: Count
    trainable: Count
    tensors: Annotated[list[Tensor], Meta(max_length=MOST_TENSORS)]
    convolutions: Count
    pretrained_share: Fraction
    given: DrawnAnswers | None
    filled: DrawnAnswers | None
    output: Shape
    side: Count
    statistics_moved: bool
    checkpoint_problem: Text
    loaded: DrawnAnswers | None


class LoneCheckpoint(Observed, probe="checkpoint_alone", clean=True):
    """A checkpoint, loaded into a plain ResNet-18 with three outputs, in a child without the submission's code.

    Attributes:
        tensors: the shapes of all, by their names; the first 400.
        checkpoint_problem: why it does not load by name; empty if it does.
        loaded: what the network makes of drawn images; None if the checkpoint's tensors have other shapes.
    """

    tensors: Annotated[dict[Name, Shape], Meta(max_length=MOST_STORED)]
    checkpoint_problem: Text
    loaded: DrawnAnswers | None


class Steps(Observed, probe="parts"):
    """How far the optimizer of `make_training` moves the four parameters of a network of ours.

    Attributes:
        shrunk: by how much the two weights of 1 shrink in a step without a gradient.
        after: the first number of each parameter after the first step from 0, and after the second.
    """

    shrunk: tuple[AnyFloat, AnyFloat]
    after: tuple[FourNumbers, FourNumbers]


class Schedule(Observed, probe="schedule"):
    """The learning rate in force in each epoch, by the scheduler of `make_training`."""

    rates: Annotated[list[AnyFloat], Meta(min_length=1, max_length=MOST_NUMBERS)]


class Criterion(Observed, probe="criterion"):
    """The loss of logits of ours, by the criterion of `make_training`."""

    loss: AnyFloat


class ForwardPass(Observed):
    """A batch that went through our network in `train_model`.

    Attributes:
        training: whether the network was in training mode.
        with_gradient: whether gradients were on.
        numbers: of the samples; those of validation begin at 100, and those of a test at 200.
        logits: (N, 3), one row for each sample.
        weight: of the network.
        steps_before: steps of the optimizer so far.
        forwards_before: batches so far.
    """

    training: bool
    with_gradient: bool
    numbers: Annotated[list[int], Meta(max_length=MOST_NUMBERS)]
    logits: Logits
    weight: AnyFloat
    steps_before: Count
    forwards_before: Count


class Step(Observed):
    """A step of our optimizer in `train_model`.

    Attributes:
        lr: learning rate of the step.
        gradient: of the weight; None if there was none.
        forwards_before: batches so far.
        weight: after the step.
    """

    lr: AnyFloat
    gradient: AnyFloat | None
    forwards_before: Count
    weight: AnyFloat


class Saved(Observed):
    """The checkpoint that `train_model` wrote.

    Attributes:
        weight: in the file; None if there is none.
        problem: why there is none; else empty.
    """

    weight: AnyFloat | None
    problem: Text


class Trained(Observed, probe="trained"):
    """A call of `train_model` with a network, an optimizer and loaders of ours, and its result.

    Attributes:
        forwards: the batches that went through the network, the first 10,000.
        steps: of the optimizer, likewise.
        scheduler_steps: how often the scheduler was stepped.
        returned: words for the types of its result.
        weight: of the network that it returned; None if it returned none.
        history: the curves of numbers that it returned, by their names.
        saved: the checkpoint.
    """

    forwards: Annotated[list[ForwardPass], Meta(max_length=MOST_NUMBERS)]
    steps: Annotated[list[Step], Meta(max_length=MOST_NUMBERS)]
    scheduler_steps: int
    returned: Name
    weight: AnyFloat | None
    history: Annotated[dict[Name, Numbers], Meta(max_length=MOST_CURVES)]
    saved: Saved
