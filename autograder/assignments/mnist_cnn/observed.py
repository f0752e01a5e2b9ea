"""Declares what each probe of this assignment returns."""

from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt

from autograder.assignments.mnist_cnn.observed_layers import Error, Layers, OutputOf, PlainLayers, Sizes
from autograder.wire.declaration import AnyFloat, Count, Fraction, Meta, Name, Observed, Shape, array, document
from autograder.wire.network import Chain, DrawnAnswers, ShownImages

__all__ = [
    "Accuracies", "Answers", "Checkpoint", "DigitsNetwork", "FashionImages", "FashionSets", "FetchedImages",
    "Garments", "GarmentsNetwork", "Gradients", "HeldoutDigits", "KeptState", "Layers", "Optimizer", "Pass",
    "Pattern", "PlainLayers", "PlainResNet18", "Prepared", "PreparedDigits", "PreparedGarments", "Rates",
    "ResNet18", "ReturnedHistory", "Shared", "Transform", "Way", "_Recognition",
]  # fmt: skip

MOST_NUMBERS = 2000  # of one column, of rates, of gradients
LARGEST_IMAGE = 1 << 14  # numbers
MOST_IMAGES = 28 * 28  # of the probe of gradients: each has its own pixel
MOST_LABELS = 40  # of the first images of a set
MOST_LOGITS = 1_000_000
MOST_PREPARED = 1 << 25  # numbers of held-out images; 600 of 224 × 224

Image = Annotated[npt.NDArray[np.float32], array(..., most=LARGEST_IMAGE)]
Numbers = Annotated[list[AnyFloat], Meta(max_length=MOST_NUMBERS)]
Labels = Annotated[list[int], Meta(max_length=MOST_LABELS)]


class Answers(Observed, probe="answers"):
    """The content of `answers.json`.

    Attributes:
        answers: as it is; `answers.py` reads the forms in which people write it.
    """

    answers: Annotated[Any, document()]


class Checkpoint(Observed, probe="checkpoint"):
    """The uploaded `model.pth`, which fits the network.

    Attributes:
        finite: whether all its numbers are finite.
    """

    finite: bool


class Pass(ShownImages):
    """The output of the network with the uploaded checkpoint for public images, by one preprocessing.

    Attributes:
        way: the student's function that prepared the images, or `"plain"` where it failed.
    """

    way: Literal["get_transform", "fashion_transform", "plain"]


class DigitsNetwork(Observed, probe="digits_network"):
    """The CNN with the uploaded checkpoint.

    Attributes:
        chain: its layers with their weights; empty if they have far more than the handout's.
        passes: one for each preprocessing.
    """

    chain: Chain
    passes: Annotated[list[Pass], Meta(min_length=1, max_length=3)]


class GarmentsNetwork(Observed, probe="garments_network"):
    """The ResNet-18 with the uploaded checkpoint.

    Attributes:
        passes: one for each preprocessing.
    """

    passes: Annotated[list[Pass], Meta(min_length=1, max_length=3)]


class PreparedDigits(Observed, probe="prepared_digits"):
    """The held-out digits after the student's transform, in a process that does not need the network."""

    images: Annotated[npt.NDArray[np.float32], array("N", "C", "H", "W", most=MOST_PREPARED)]


class PreparedGarments(Observed, probe="prepared_garments"):
    """The held-out garments after the student's transform, in a process that does not need the network."""

    images: Annotated[npt.NDArray[np.float32], array("N", "C", "H", "W", most=MOST_PREPARED)]


class _Recognition(Observed):
    """The answers of our own code, with the weights of the uploaded checkpoint, for held-out images.

    Attributes:
        logits: (N, 10) where it is right; (0, 0) if the layers do not fit together.
        agreement: share of public images for which it predicts the same class as the student's network.
    """

    logits: Annotated[npt.NDArray[np.float32], array("N", "C", most=MOST_LOGITS)]
    agreement: Fraction


class HeldoutDigits(_Recognition, probe="heldout_digits", clean=True):
    """Logits of held-out digits."""


class Garments(_Recognition, probe="garments", clean=True):
    """Logits of held-out garments; (0, 0) if the uploaded checkpoint does not fit a ResNet-18."""


class ResNet18(Observed, probe="resnet18"):
    """The network that `build_resnet18` builds.

    Attributes:
        parameters: how many numbers it learns.
        convolutions: how many it has.
        channels: input channels of the first; 0 without any.
        first: kernel, stride and padding of the first; no padding if that is a word.
        output: shape of its output for images (N, 1, 224, 224), or the exception that it raised.
        side: of the drawn images: 64, or 224 if it takes no smaller ones.
        filled: its answers to drawn images with drawn weights; None if it gives none.
    """

    parameters: Count
    convolutions: Count
    channels: Count
    first: Sizes
    output: OutputOf
    side: Count
    filled: DrawnAnswers | None


class PlainResNet18(Observed, probe="plain_resnet18", clean=True):
    """The answers of a network of ours to the same question.

    Attributes:
        filled: to drawn images with drawn weights.
    """

    filled: DrawnAnswers | None


class FashionImages(Observed, probe="fashion_images"):
    """One garment, put through `fashion_transform` several times.

    Attributes:
        shape: of the first result.
        varies: whether the results differ.
    """

    shape: Shape
    varies: bool


class FashionSets(Observed, probe="fashion_sets"):
    """The first image of each set that `load_fashion_mnist` returns, fetched several times.

    Attributes:
        train: whether the training image varies.
        test: whether the test image varies.
    """

    train: bool
    test: bool


class Optimizer(Observed, probe="optimizer"):
    """The optimizer that `build_optimizer` returns for two parameters of ours.

    Attributes:
        kinds: names of its class and of that class's bases.
        rates: learning rate of each group of parameters.
        ours: how many of our parameters it holds.
        others: how many others it holds.
    """

    kinds: Annotated[list[Name], Meta(min_length=1, max_length=64)]
    rates: Numbers
    ours: Count
    others: Count


class Shared(Observed, probe="shared"):
    """Parameters that two networks or two optimizers have in common.

    Attributes:
        built: of two calls of `build_model`.
        named: of networks at module level, one with sgd in its name, one with adam.
        optimizers: of an SGD and an Adam at module level.
    """

    built: Count
    named: Count
    optimizers: Count


class Rates(Observed, probe="rates"):
    """The learning rate in force at each step.

    Attributes:
        by: whose loop made the steps.
        scheduler: the result of `build_scheduler`, in words, if it is no scheduler; else empty.
        error: raised by `train`.
        rates: one for each step, the first 2,000.
    """

    by: Literal["train", "harness"]
    scheduler: Name
    error: Error
    rates: Numbers


class Prepared(Observed):
    """An image after the student's transform.

    Attributes:
        error: raised by the transform, or words for a result that is neither tensor nor array.
        shape: of the tensor.
        dtype: of the tensor, such as `"float32"`.
        finite: whether all numbers are; only of float tensors of three dimensions, as are the next two.
        left: mean of the left half, which was dark.
        right: mean of the right half, which was bright.
    """

    error: Error = ""
    shape: Shape = []
    dtype: Name = ""
    finite: bool = False
    left: AnyFloat = 0.0
    right: AnyFloat = 0.0


class Pattern(Observed):
    """An image without any symmetry, before and after the transform.

    Attributes:
        made: (1, 28, 28) float32 where it is right; empty where it cannot be shown.
        true: (1, 28, 28) uint8, the image.
    """

    made: Image
    true: Annotated[npt.NDArray[np.uint8], array(1, 28, 28)]


class Transform(Observed, probe="transform"):
    """Images after `get_transform()`.

    Attributes:
        made: one for each image that the test asks for.
        pattern: one image more, to see turns and flips.
    """

    made: Annotated[list[Prepared], Meta(max_length=16)]
    pattern: Pattern


class Way(Observed):
    """One way to a test image, fetched several times.

    Attributes:
        name: of the student's function.
        same: whether all fetches are equal.
        error: raised on the way.
        two: the first fetch and one that differs; empty where none does.
    """

    name: Name
    same: bool
    error: Error
    two: Annotated[list[Image], Meta(max_length=2)]


class FetchedImages(Observed, probe="test_images"):
    """Test images, fetched several times.

    Attributes:
        ways: by `load_mnist`, then by `get_transform`.
        lengths: of the two sets that `load_mnist` returns; empty if they have none.
        labels: of the first images of either set; empty if they have none.
    """

    ways: Annotated[list[Way], Meta(min_length=2, max_length=2)]
    lengths: Annotated[list[Count], Meta(max_length=2)] = []
    labels: Annotated[list[Labels], Meta(max_length=2)] = []


class ReturnedHistory(Observed, probe="history"):
    """The history that `train` returned.

    Attributes:
        named: curves of numbers by the student's names for them.
        unnamed: curves without names, in their order.
        returned: words for its type.
    """

    named: Annotated[dict[Name, Numbers], Meta(max_length=MOST_NUMBERS)]
    unnamed: Annotated[list[Numbers], Meta(max_length=MOST_NUMBERS)]
    returned: Name


class Accuracies(Observed, probe="accuracies"):
    """The result of `accuracy` for one network.

    Attributes:
        in_eval_mode: when it is handed over in eval mode.
        in_train_mode: when it is handed over in training mode.
    """

    in_eval_mode: AnyFloat
    in_train_mode: AnyFloat


class KeptState(Observed, probe="kept_state"):
    """The state that `train` left in its file.

    Attributes:
        written: whether there is a file.
        mark: of the step after which it was written; -1 where the file lacks a part of the state.
    """

    written: bool
    mark: AnyFloat = -1.0


class Gradients(Observed, probe="gradients"):
    """The network after `train` has used each batch once.

    Attributes:
        bias: (10,) float32, of its only layer; it began as (25, 0, …, 0).
        learned: for each image the class that its own pixel speaks for.
        error: raised by `train` after its first step.
    """

    bias: Annotated[npt.NDArray[np.float32], array(10)]
    learned: Annotated[list[Count], Meta(max_length=MOST_IMAGES)]
    error: Error
