"""Declares what each probe of this assignment returns."""

from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt

from autograder.wire.declaration import AnyFloat, Count, Fraction, Meta, Name, Observed, Shape, Text, array
from autograder.wire.network import DrawnAnswers, ShownImages
from autograder.wire.training import TracedTraining

SAMPLES = (0, 1, 17, 99)  # indices of the samples that are looked at closely
LARGEST_SAMPLE = 1 << 16  # numbers
LARGEST_SHOWN = 3 * 64 * 64  # numbers of an image that is shown
MOST_LOSSES = 100  # steps after which the loss is measured
MOST_HELDOUT = 16_000  # images
MOST_STEPS = 100_000
MOST_THUMBNAILS = 60_000  # images of CIFAR-10, with which the real data begin

Digest = Annotated[str, Meta(max_length=24)]
ParameterName = Annotated[str, Meta(max_length=1000)]
Statistics = tuple[AnyFloat, AnyFloat]  # mean and standard deviation
Ends = tuple[AnyFloat, AnyFloat]  # lowest and highest value
Thumbnails = Annotated[npt.NDArray[np.float16], array("N", "C", 8, 8, most=MOST_THUMBNAILS * 3 * 64)]


class Sample(Observed):
    """The item of the student's data set at one index.

    Attributes:
        kind: name of its class.
        array: its values, in whatever shape; empty where it is no array, or too large to be an image.
    """

    kind: Name
    array: Annotated[npt.NDArray[np.float32], array(..., most=LARGEST_SAMPLE)]


Samples = Annotated[list[Sample], Meta(min_length=len(SAMPLES), max_length=len(SAMPLES))]


class Dataset(Observed, probe="dataset"):
    """The student's data set over some files.

    Attributes:
        length: from `len()`.
        labels: (length,), -1 for a label that is no integer.
        label_types: names of the labels' classes, sorted.
        samples: images of the indices in SAMPLES.
    """

    length: Count
    labels: Annotated[npt.NDArray[np.int64], array("N", most=10_000_000)]
    label_types: Annotated[list[Name], Meta(max_length=100)]
    samples: Samples


class OwnTransform(Observed, probe="images_through_own_transform"):
    """The data set with the student's own "test" preprocessing.

    Attributes:
        samples: images of the indices in SAMPLES.
    """

    samples: Samples


class WithoutTransform(Observed, probe="without_transform"):
    """The data set that is built without any transform.

    Attributes:
        samples: images of the indices in SAMPLES.
    """

    samples: Samples


class TransformOnFetch(Observed, probe="transform_on_fetch"):
    """When a transform of ours is called, which gives a new image each time.

    Attributes:
        calls: how often it was called when the data set was built, after one fetch, and after two.
        outputs: results of the two fetches.
    """

    calls: tuple[Count, Count, Count]
    outputs: tuple[Sample, Sample]


class Loader(Observed, probe="loader"):
    """Two passes of the student's loader over a data set of ours, whose labels are the indices.

    Attributes:
        image_shapes: of each batch of the first pass, (B, 3, 32, 32) where it is right.
        label_shapes: of each batch of the first pass, (B,) where it is right.
        orders: the labels of both passes, in the order of their coming.
    """

    image_shapes: Annotated[list[Shape], Meta(max_length=10_000)]
    label_shapes: Annotated[list[Shape], Meta(max_length=10_000)]
    orders: tuple[
        Annotated[list[int | AnyFloat], Meta(max_length=100_000)],
        Annotated[list[int | AnyFloat], Meta(max_length=100_000)],
    ]


class Preprocessed(Observed):
    """The output of both modes of the student's preprocessing for the same images.

    Attributes:
        fetches: two fetches of one image in the mode "test", which differ if any do; empty if too large to be shown.
        kind: class and dtype of the first.
        floats: whether all are float tensors.
        repeatable: whether all fetches in the mode "test" are equal.
        test: mean and standard deviation over all images in the mode "test".
        train: the same in the mode "train".
        test_ends: lowest and highest value in the mode "test".
        train_ends: the same in the mode "train".
    """

    fetches: tuple[
        Annotated[npt.NDArray[np.float32], array(..., most=LARGEST_SHOWN)],
        Annotated[npt.NDArray[np.float32], array(..., most=LARGEST_SHOWN)],
    ]
    kind: Name
    floats: bool
    repeatable: bool
    test: Statistics
    train: Statistics
    test_ends: Ends = (0.0, 0.0)
    train_ends: Ends = (0.0, 0.0)


class Way(Observed):
    """One way to apply the student's preprocessing, such as by the student's data set, or to a tensor.

    Attributes:
        error: why it cannot be applied so; empty if it can.
        made: the resulting optimizer; None if there was an error.
    """

    error: Annotated[str, Meta(max_length=300)] = ""
    made: Preprocessed | None = None


class Preprocessing(Observed, probe="preprocessing"):
    """The student's preprocessing.

    Attributes:
        ways: in which it was tried; the student's own data set comes first.
    """

    ways: Annotated[list[Way], Meta(min_length=1, max_length=5)]


class Parameter(Observed):
    """A parameter of the student's network.

    Attributes:
        name: in the network.
        owner: class of the layer that holds it.
        shape: its shape.
        trainable: whether it requires a gradient.
        used: whether the output depends on it, as far as a gradient tells.
        digest: of its values.
    """

    name: ParameterName
    owner: Name
    shape: Shape
    trainable: bool
    used: bool
    digest: Digest


class Network(Observed, probe="network"):
    """The student's network.

    Attributes:
        logits: for three batches of drawn images, (images, 8) where it is right.
        parameters: all of them.
        given: what it makes of drawn images, and where a step leads; None without a linear layer.
        filled: the same with drawn weights.
    """

    logits: Annotated[
        list[Annotated[npt.NDArray[np.float32], array(..., most=1 << 18)]], Meta(min_length=3, max_length=3)
    ]
    parameters: Annotated[list[Parameter], Meta(max_length=10_000)]
    given: DrawnAnswers | None
    filled: DrawnAnswers | None


class PassOverOwnModel(Observed, probe="pass_over_own_model"):
    """The parameters of the student's network that one pass of the student's `train` moves.

    Attributes:
        backbone: how many parameters convolutions and batch norms have.
        moved: names of the moved ones, sorted.
        statistics_moved: whether running statistics of batch norms were.
        filled: what the network makes of drawn images after the pass, with the weights that it was given before.
    """

    backbone: Count
    moved: Annotated[list[ParameterName], Meta(max_length=10_000)]
    statistics_moved: bool
    filled: DrawnAnswers | None


class Optimizer(Observed, probe="optimizer"):
    """The optimizer that `build_optimizer` makes for one parameter of three numbers.

    Attributes:
        kind: name of its class.
        lr: learning rate.
        momentum: 0 where there is none.
        holds_parameters: how many parameters it moves.
        after_two_steps: where two steps take the parameter, (3,) where it is left in its shape.
    """

    kind: Name
    lr: AnyFloat
    momentum: AnyFloat
    holds_parameters: Count
    after_two_steps: Annotated[npt.NDArray[Any], array(..., most=1000)]


class TrainingPass(Observed, probe="training_pass"):
    """One pass of the student's `train` over a small, easy set, with a network of ours.

    Attributes:
        loss_before: mean cross-entropy over the set.
        loss_after: the same after the pass.
        head_moved: the largest change of a weight of the head.
        steps: how many steps found a gradient.
        losses: over the set: before the pass, and after each of the first steps.
    """

    loss_before: AnyFloat
    loss_after: AnyFloat
    head_moved: AnyFloat
    steps: Count
    losses: Annotated[list[AnyFloat], Meta(min_length=1, max_length=MOST_LOSSES + 1)]


class GradientSizes(Observed, probe="gradient_sizes"):
    """Norms of the head's gradient in a pass over the same batch thrice, with a learning rate of 0.

    Attributes:
        alone: of one batch.
        at_steps: at each step that found a gradient.
        left: the remaining gradient after the pass; 0 where none is left.
    """

    alone: AnyFloat
    at_steps: Annotated[list[AnyFloat], Meta(max_length=MOST_STEPS)]
    left: AnyFloat


class Weights(Observed):
    """The trained network, as far as it is the one that the handout asks for.

    Attributes:
        backbone: of each layer of the ResNet-18, in the order of models.py; empty arrays are those of resnet18.pt.
        head: a matrix and a shift for each layer behind it.
    """

    backbone: Annotated[
        list[Annotated[npt.NDArray[np.float16 | np.float32], array(..., most=1 << 22)]], Meta(max_length=128)
    ]
    head: Annotated[list[Annotated[npt.NDArray[np.float32], array(..., most=1 << 20)]], Meta(max_length=16)]


class Pass(ShownImages):
    """One pass of the trained network over the first images of test_batch.

    Attributes:
        way: how they were prepared: by the student's functions, as far as these work.
    """

    way: Literal["test", "train", "class", "no transform", "plain tensors"]


class Trained(TracedTraining, probe="trained"):
    """The result of `run_model`. If its budget ends it early, the fields known by then.

    Attributes:
        returned: its result, in words; empty if it did not return.
        weights: of the network; None if it is not the one that the handout asks for.
        passes: one, or two where the modes of preprocessing scale otherwise; none without a network.
        digests: of all parameters of convolutions and batch norms.
        test_file_opened: whether this process opened test_batch meanwhile.
        progress: how far training came, in words.
    """

    returned: Name = ""
    weights: Weights | None = None
    passes: Annotated[list[Pass], Meta(max_length=2)] = []
    digests: Annotated[list[Digest], Meta(max_length=10_000)] = []
    test_file_opened: bool = False
    progress: Text = ""


class PreparedHeldout(Observed, probe="prepared_heldout"):
    """The held-out images, through the student's preprocessing, in a process that does not have the network.

    Attributes:
        images: (N, 3, 32, 32) where it is right.
    """

    images: Annotated[npt.NDArray[np.float32], array(..., most=MOST_HELDOUT * 3072)]


class HeldoutLogits(Observed, probe="heldout_logits", clean=True):
    """The answers of a network of ours, with the student's weights, for the held-out images.

    Attributes:
        logits: (N, C); (0, 0) if the weights do not fit our network.
        agreement: share of the images of test_batch for which it predicts the same class as the student's network.
    """

    logits: Annotated[npt.NDArray[np.float32], array("N", "C", most=8_000_000)]
    agreement: Fraction


class FileThumbnails(Observed, probe="thumbnails_of_files"):
    """Small, standardised copies of all images in some files; nothing of the submission's is used.

    Attributes:
        thumbnails: (N, 3, 8, 8).
    """

    thumbnails: Thumbnails
