"""Declares what each probe of this assignment returns."""

from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt

from autograder.assignments.cifar10_cnn.observed_accuracy import FileThumbnails, HeldoutLogits, PreparedHeldout, Trained
from autograder.wire.declaration import AnyFloat, Count, Meta, Name, Observed, Shape, array

__all__ = [
    "Batch", "CalledLayer", "ClassCounts", "Counted", "EpochLosses", "FileThumbnails", "FirstLayer", "GradientSizes",
    "GreyImages", "HeldoutLogits", "Layers", "Loader", "Loaders", "Output", "Outputs", "Overfitting",
    "Parameters", "PreparedHeldout", "Reloaded", "Steps", "Tested", "Trained", "Transformed",
    "UnnormalizedImages",
]  # fmt: skip

LARGEST_IMAGE = 1 << 16  # numbers in a transform's result
LARGEST_UNNORMALIZED = 1_000_000  # numbers in the result of `unnormalize`
LARGEST_LAYER = 1_000_000  # numbers of a first layer's weights; a student's function may return ten times as many
MOST_CLASSES = 1000  # that a student counts
MOST_LABELS = 100_000  # that a loader gives in one pass
MOST_LAYERS = 10_000
MOST_LOSSES = 10_000
MOST_PASSES = 100  # over the data of a training
MOST_STEPS = 100_000
MOST_KEPT_STEPS = 200
MOST_CALLS = 64  # of layers, in one pass
LARGEST_ENTERED = 1_000_000  # numbers that go into a layer
SAMPLE = 64  # numbers of a layer's output

Image = Annotated[npt.NDArray[np.float32], array(..., most=LARGEST_IMAGE)]
Unnormalized = Annotated[npt.NDArray[np.float32], array(..., most=LARGEST_UNNORMALIZED)]
Modes = Annotated[list[bool], Meta(max_length=MOST_STEPS)]
Small = Annotated[int, Meta(ge=0, le=64)]
Pair = tuple[Small, Small]
Losses = Annotated[list[AnyFloat], Meta(max_length=MOST_LOSSES)]
Labels = Annotated[list[int | AnyFloat], Meta(max_length=MOST_LABELS)]


class GreyImages(Observed, probe="grey_images"):
    """The output of the transform for images of one grey each.

    Attributes:
        ranges: lowest and highest value of each result; None where it holds no numbers.
    """

    ranges: Annotated[list[tuple[AnyFloat, AnyFloat] | None], Meta(max_length=16)]


class Transformed(Observed, probe="transformed"):
    """The outputs of the transform for one image, which it is given several times.

    Attributes:
        kind: the type of the first result, in words.
        is_tensor: whether it is one.
        dtype: of the first result, such as `"float32"`; `"none"` where it has none.
        shape: of `image`.
        image: the first result, (3, 32, 32) in [-1, 1] where it is right; empty where it is no array.
        same_each_time: whether all results are equal.
    """

    kind: Name
    is_tensor: bool
    dtype: Name
    shape: Shape
    image: Image
    same_each_time: bool


class Loader(Observed):
    """Two passes over a loader of the student's.

    Attributes:
        sizes: of the batches of the first pass.
        orders: the labels of each pass, in the order of the loader; each image has its own label.
    """

    sizes: Annotated[list[Count], Meta(max_length=MOST_LABELS)]
    orders: tuple[Labels, Labels]


class Loaders(Observed, probe="loaders"):
    """The result of `build_loaders` for data sets of ours.

    Attributes:
        loaders: in the order in which they are returned.
    """

    loaders: tuple[Loader, Loader]


class Counted(Observed):
    """The number of images of one class, as `class_counts` returns it.

    Attributes:
        label: the class; text where it is no integer.
        count: -1 where it is no number.
    """

    label: int | Name
    count: AnyFloat


class ClassCounts(Observed, probe="counts"):
    """The result of `class_counts`, the first thousand classes."""

    counted: Annotated[list[Counted], Meta(max_length=MOST_CLASSES)]


class UnnormalizedImages(Observed, probe="unnormalized"):
    """The output of `unnormalize` for an image of ours, and for one that the student's own transform made.

    Attributes:
        kind: the type of its result for the image of ours, in words.
        is_tensor: whether that is a tensor.
        values: that result, (3, 32, 32) where it is right.
        image_back: the result of both functions, one after the other; empty where one of them failed.
    """

    kind: Name
    is_tensor: bool
    values: Unnormalized
    image_back: Unnormalized


class Output(Observed):
    """The network's logits for one batch.

    Attributes:
        features: (images, F), the input of its last linear layer; empty if there is none.
        logits: (images, classes) where it is right.
    """

    features: Image
    logits: Image


class Outputs(Observed, probe="outputs"):
    """The logits for batches of three sizes, with the weights that the question asks for.

    Attributes:
        place: of the last linear layer among the layers with weights, in the order of the calls.
        outputs: of each batch.
    """

    place: Count
    outputs: Annotated[list[Output], Meta(min_length=3, max_length=3)]


class Parameters(Observed, probe="parameters"):
    """The parameters that the network can learn.

    Attributes:
        named: name and shape of each trainable parameter, in the network's order.
        shapes: of these, sorted.
        count: how many numbers they hold.
        entries: of the state dict.
    """

    named: Annotated[list[tuple[Name, Shape]], Meta(max_length=MOST_LAYERS)]
    shapes: Annotated[list[Shape], Meta(max_length=MOST_LAYERS)]
    count: Count
    entries: Count


class Reloaded(Observed, probe="reloaded"):
    """The logits of two networks for the images of `Layers`.

    Attributes:
        first: of a network with the weights that the question asks for, as in `Layers`.
        fresh: of a second one, before it loads the state dict of the first.
        loaded: after that.
    """

    first: Image
    fresh: Image
    loaded: Image


class CalledLayer(Observed):
    """A call of a layer with weights.

    Attributes:
        kind: which layer it is; "other" for a convolution that is none of images.
        weight: shape of its weight; empty where it has none.
        bias: whether it has one.
        statistics: whether a batch norm keeps running statistics.
        epsilon: of a batch norm.
        stride: of a convolution, rows and columns, like the next two.
        padding: zeros on either side.
        dilation: of its filters.
        groups: of its channels.
        entered: the input: of images the first alone in eval mode, and none in train mode.
        left: the first numbers of the output.
    """

    kind: Literal["Conv", "Linear", "BatchNorm", "other"]
    weight: Shape
    bias: bool
    statistics: bool = True
    epsilon: AnyFloat = 0.0
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)
    groups: Annotated[int, Meta(ge=1)] = 1
    entered: Annotated[npt.NDArray[np.float32], array(..., most=LARGEST_ENTERED)]
    left: Annotated[npt.NDArray[np.float32], array("N", most=SAMPLE)]


class Layers(Observed, probe="layers"):
    """The calls of layers while images of noise pass the network, with the weights that the question asks for.

    Attributes:
        calls: in their order.
        output: of the network, for all images.
    """

    calls: Annotated[list[CalledLayer], Meta(min_length=1, max_length=MOST_CALLS)]
    output: Image


class Steps(Observed, probe="steps"):
    """How `train_model` trains a linear network of ours, which sees features in another order in eval mode.

    Attributes:
        steps: of the optimizer.
        weights: (steps + 1, 10, 12), before each step and at the end; of the first steps where there are many.
        gradients: (steps, 10, 12), at each of these.
        left: (10, 12), the gradient that is left at the end.
        modes: at each step, whether the network was in train mode when it was last called; None where it never was.
        modes_of_calls: the same at each call with gradients on.
        calls_of_criterion: how often the criterion that it was given was called with gradients on.
    """

    steps: Count
    weights: Annotated[npt.NDArray[np.float32], array("S", 10, 12, most=120 * (MOST_KEPT_STEPS + 1))]
    gradients: Annotated[npt.NDArray[np.float32], array("S", 10, 12, most=120 * MOST_KEPT_STEPS)]
    left: Annotated[npt.NDArray[np.float32], array(10, 12)]
    modes: Annotated[list[bool | None], Meta(max_length=MOST_STEPS)]
    modes_of_calls: Modes
    calls_of_criterion: Count


class GradientSizes(Observed, probe="gradient_sizes"):
    """Norms of a gradient while `train_model` goes over the same batch again and again, with a learning rate of 0.

    Attributes:
        alone: of one batch.
        at_steps: at each step of the optimizer.
        left: of the remaining gradient at the end; 0 where none is left.
    """

    alone: float
    at_steps: Annotated[list[AnyFloat], Meta(max_length=MOST_STEPS)]
    left: AnyFloat


class Batch(Observed):
    """A batch that went through the criterion.

    Attributes:
        images: how many.
        loss: their mean.
    """

    images: Count
    loss: AnyFloat


Passes = Annotated[
    list[Annotated[list[Batch], Meta(min_length=1, max_length=MOST_STEPS)]],
    Meta(min_length=1, max_length=MOST_PASSES),
]


class EpochLosses(Observed, probe="losses"):
    """The result of `train_model`, beside the loss of each batch.

    Attributes:
        kind: its type, in words.
        returned: its numbers, the first 10,000.
        passes: the batches of each pass over the data.
        of_probabilities: the same as `passes`, if the criterion were given a softmax of the logits.
    """

    kind: Name
    returned: Losses
    passes: Passes
    of_probabilities: Passes


class Overfitting(Observed, probe="overfitting"):
    """How a network of ours, of two linear layers with a ReLU between them, learns images by heart.

    Attributes:
        matrices: weights of both layers after training, (32, 3072) and (10, 32).
        shifts: their biases, (32,) and (10,).
        losses: of the batches, the first 10,000; none where the criterion was not called.
    """

    matrices: tuple[
        Annotated[npt.NDArray[np.float32], array(32, 3072)], Annotated[npt.NDArray[np.float32], array(10, 32)]
    ]
    shifts: tuple[Annotated[npt.NDArray[np.float32], array(32)], Annotated[npt.NDArray[np.float32], array(10)]]
    losses: Losses


class Tested(Observed, probe="testing"):
    """The behaviour of `test_model` with a network of ours.

    Attributes:
        kind: the type of its result, in words.
        returned: that number; None where it is none.
        among: numbers in a tuple or list that it returned instead.
        modes: at each call, whether the network was in train mode.
        tracked: at each call, whether gradients were on.
    """

    kind: Name
    returned: AnyFloat | None
    among: Annotated[list[AnyFloat], Meta(max_length=10)]
    modes: Modes
    tracked: Modes


class FirstLayer(Observed, probe="first_layer"):
    """The result of `first_layer_weights`.

    Attributes:
        kind: its type, in words.
        is_array: whether it is a NumPy array.
        values: its numbers, (64, 3, 5, 5) where it is right; empty where there are far too many.
        shape: of the network's first convolution, which was given the weights that the question asks for.
    """

    kind: Name
    is_array: bool
    values: Annotated[npt.NDArray[np.float32], array(..., most=10 * LARGEST_LAYER)]
    shape: Annotated[list[Annotated[int, Meta(ge=1, le=LARGEST_LAYER)]], Meta(min_length=4, max_length=4)]
