"""Declares what each probe of this assignment returns."""

from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt

from autograder.assignments.cifar10_cnn.observed_accuracy import FileThumbnails, HeldoutLogits, PreparedHeldout, Trained
from autograder.wire.declaration import AnyFloat, Count, Fraction, Meta, Name, Observed, Shape, array

__all__ = [
    "Batch", "BatchNorm", "ClassCounts", "Counted", "EpochLosses", "FileThumbnails", "FirstLayer", "GradientSizes",
    "GreyImages", "HeldoutLogits", "Layer", "Layers", "Loader", "Loaders", "Output", "Outputs", "Overfitting",
    "Parameters", "PreparedHeldout", "Reloaded", "Steps", "Stretch", "Tested", "Trained", "Transformed",
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

Image = Annotated[npt.NDArray[np.float32], array(..., most=LARGEST_IMAGE)]
Unnormalized = Annotated[npt.NDArray[np.float32], array(..., most=LARGEST_UNNORMALIZED)]
Modes = Annotated[list[bool], Meta(max_length=MOST_STEPS)]
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
    """The logits for one batch.

    Attributes:
        images: in the batch.
        shape: of the logits, (images, classes) where it is right.
        finite: whether all logits are.
    """

    images: Count
    shape: Shape
    finite: bool


class Outputs(Observed, probe="outputs"):
    """The logits for batches of three sizes."""

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
    """The largest difference between the logits of two networks.

    Attributes:
        far_before: before the second loads the state dict of the first.
        far_after: after that.
    """

    far_before: AnyFloat
    far_after: AnyFloat


class BatchNorm(Observed):
    """A batch norm between two layers.

    Attributes:
        directly_behind: whether it takes what the layer before it gives.
        features: channels of its input.
    """

    directly_behind: bool
    features: Count


class Stretch(Observed):
    """The operations between two layers with weights, batch norms among them, as far as the numbers tell.

    Attributes:
        activation: its name, such as `"ReLU"`; `"none"` or `"unknown"`.
        pooling: `"max 2"`, `"average 2"`, `"every second"`, `"none"` or `"unknown"`.
        factor: by which dropout scales the values that it keeps; 1 without dropout, 0 where that is unknown.
        dropped: share of the values that dropout took.
    """

    activation: Name
    pooling: Name
    factor: AnyFloat
    dropped: Fraction


class Layer(Observed):
    """A convolution or a linear layer, and the operations up to the next one.

    Attributes:
        kind: which of the two it is.
        weight: shape of its weight.
        batch_norms: behind it.
        between: one stretch, and one more for each batch norm.
    """

    kind: Literal["Conv", "Linear"]
    weight: Shape
    batch_norms: Annotated[list[BatchNorm], Meta(max_length=MOST_LAYERS)]
    between: Annotated[list[Stretch], Meta(min_length=1, max_length=MOST_LAYERS)]


class Layers(Observed, probe="layers"):
    """The layers of the network, in the order in which images pass them."""

    layers: Annotated[list[Layer], Meta(min_length=1, max_length=MOST_LAYERS)]


class Steps(Observed, probe="steps"):
    """How `train_model` trains a network of ours.

    Attributes:
        steps: of the optimizer.
        modes: at each step, whether the network was in train mode when it was last called; None where it never was.
        modes_of_calls: the same at each call with gradients on.
        moved: the largest change of a weight.
        direction: cosine of the first step's gradient with the right one.
    """

    steps: Count
    modes: Annotated[list[bool | None], Meta(max_length=MOST_STEPS)]
    modes_of_calls: Modes
    moved: AnyFloat
    direction: AnyFloat


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
    """How a network of ours learns images with random labels by heart.

    Attributes:
        known: images whose label it gives after training.
        losses: of the batches, the first 10,000; none where the criterion was not called.
    """

    known: Count
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
