"""Declares what probes return about the transforms and the loaders."""

from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt

from autograder.wire.declaration import AnyFloat, Count, Meta, Name, Observed, Shape, array

NAME_LENGTH = 200  # of `Name`
ERROR_LENGTH = 300
MOST_NUMBERS = 10_000  # from a loader in one pass, and of tilts
MOST_CHANNELS = 5000  # a transform that leaves the colours last has as many as an image has rows
MOST_CLASSES = 1000
LARGEST_SAMPLE = 1 << 20  # numbers that are kept of a transformed image

Error = Annotated[str, Meta(max_length=ERROR_LENGTH)]  # kind and message of an exception
Numbers = Annotated[list[AnyFloat], Meta(max_length=MOST_NUMBERS)]
Places = Annotated[list[Count], Meta(max_length=MOST_NUMBERS)]
Levels = Annotated[list[AnyFloat], Meta(max_length=MOST_CHANNELS)]
LevelsOfDraws = Annotated[list[Levels], Meta(max_length=1000)]
LevelsOfColours = Annotated[list[LevelsOfDraws], Meta(max_length=100)]
Phase = Literal["train", "val", "test"]


class Sample(Observed):
    """An image without any symmetry, before and after a transform.

    Attributes:
        shape: of the transformed image; (3, 224, 224) where it is right.
        lowest: its lowest number.
        highest: its highest number.
        middles: one number of each of its blocks of 8 × 8 pixels, (3, 28, 28) where it is right.
        true: the image, one pixel for each block.
    """

    shape: Shape
    lowest: AnyFloat
    highest: AnyFloat
    middles: Annotated[npt.NDArray[np.float32], array(..., most=LARGEST_SAMPLE)]
    true: Annotated[npt.NDArray[np.uint8], array(28, 28, 3)]


class Transform(Observed):
    """The output of one transform for images; in place of each, the exception that it raised.

    Attributes:
        shapes: of the tensors for images of several sizes.
        floats: whether the tensor is one of floats.
        tilts: by how much the right half of a ramp is brighter than the left, each time that it is transformed.
        levels: (colours, draws, channels), medians of each channel for plain images.
        sample: an image without any symmetry.
    """

    shapes: Annotated[list[Error | Shape], Meta(max_length=100)]
    floats: Error | bool
    tilts: Error | Numbers
    levels: Error | LevelsOfColours
    sample: Error | Sample


class Transforms(Observed, probe="transforms"):
    """The output of `data_transforms` for images of ours."""

    train: Transform
    val: Transform


class Loader(Observed):
    """The batches of one loader; images are numbers in the order in which the probe wrote the files.

    Attributes:
        batches: sizes of the batches of the first pass.
        passes: the images of each pass: of two over the training images, of one over others.
        labels: of the first pass, one for each image.
        tilts: by how much the right half is brighter than the left, for the images of all passes.
    """

    batches: Places
    passes: Annotated[list[Places], Meta(min_length=1, max_length=2)]
    labels: Annotated[list[int], Meta(max_length=MOST_NUMBERS)]
    tilts: Numbers


class Loaders(Observed, probe="loaders"):
    """The result of `build_dataloaders` for a folder of ours.

    Attributes:
        phases: the loaders, by "train", "val" and "test" as far as they are there.
        sizes: of the data sets, as stated, likewise.
        classes: names of the classes.
        first_batch_by_default: size of the first training batch where no batch size was asked for.
    """

    phases: Annotated[dict[Phase, Loader], Meta(max_length=3)]
    sizes: Annotated[dict[Phase, int], Meta(max_length=3)]
    classes: Annotated[list[Name], Meta(max_length=MOST_CLASSES)]
    first_batch_by_default: Count
