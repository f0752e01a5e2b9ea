"""Declares what probes return about splits and loaders."""

from typing import Annotated

import numpy as np
import numpy.typing as npt

from autograder.wire.declaration import Meta, Name, Observed, Shape, Text, array

MOST_CLASS_NAMES = 1000
MOST_IMAGES = 4000  # of a student's loader
MOST_NUMBERS = 1_000_000  # of an array that has whatever shape a student's code gives it

FloatArray = Annotated[npt.NDArray[np.float32], array(..., most=MOST_NUMBERS)]
Indices = Annotated[npt.NDArray[np.int64], array("N", most=MOST_NUMBERS)]
# Each channel of each image has mean 0 and standard deviation 1, or holds zeros if it has a single value.
Thumbnails = Annotated[npt.NDArray[np.float16], array("N", 3, 8, 8, most=4_000_000)]


class Split(Observed):
    """The result of `train_val_split`: indices to train on and to validate on, any integers."""

    train: Indices
    val: Indices


class Splits(Observed, probe="split"):
    """The results of `train_val_split` for four seeds, in their order."""

    splits: Annotated[list[Split], Meta(min_length=4, max_length=4)]


class LoaderPass(Observed):
    """The images that a loader gives in one pass, or in its first batches.

    Attributes:
        thumbnails: of each image.
        digests: of the values of each image; equal for equal images.
        labels: (N,) int64.
    """

    thumbnails: Thumbnails
    digests: Annotated[list[Annotated[str, Meta(max_length=16)]], Meta(max_length=MOST_IMAGES)]
    labels: Annotated[npt.NDArray[np.int64], array("N", most=MOST_IMAGES)]


class Loader(Observed):
    """A whole pass over a loader, and the first batches of another one."""

    first: LoaderPass
    again: LoaderPass


class LoaderContents(Observed, probe="loader_contents"):
    """The result of `get_dataloaders` for the folder of the data.

    Attributes:
        train: the loader of training images.
        val: that of validation images.
        test: that of test images.
        class_names: the first thousand.
    """

    train: Loader
    val: Loader
    test: Loader
    class_names: Annotated[list[Name], Meta(max_length=MOST_CLASS_NAMES)]


class BatchShapes(Observed):
    """The shapes of the first batches of each loader."""

    train: Annotated[list[Shape], Meta(max_length=4)]
    val: Annotated[list[Shape], Meta(max_length=4)]
    test: Annotated[list[Shape], Meta(max_length=4)]


class OwnFolder(Observed, probe="own_folder"):
    """The loaders that `get_dataloaders` returns for the grader's own folder, whose images differ only in colour.

    Attributes:
        helped: why the folders were not found at first, so that links had to help.
        shapes: of the first batches.
        floats: whether all batches hold floats.
        test_labels: of the first 32 test images or a few more; `val/` holds 20.
        val_means: means of the channels in the middle of validation images, (N, 3) where it is right, any scale.
        test_means: likewise of test images.
        first_layer: means of the input of the pretrained network's first convolution, for the test images; empty if
            that cannot be seen.
    """

    helped: Text
    shapes: BatchShapes
    floats: bool
    test_labels: Annotated[list[int], Meta(max_length=MOST_IMAGES)]
    val_means: FloatArray
    test_means: FloatArray
    first_layer: FloatArray


class Pattern(Observed, probe="pattern"):
    """The first image of the test loader for a folder in which all images are one pattern.

    Attributes:
        shape: of the image as it came.
        image: (3, size, size) where it is right, any scale; of a large one some rows and columns.
    """

    shape: Shape
    image: FloatArray


class FolderImages(Observed, probe="folder_images"):
    """All images of `train` or `val`.

    Attributes:
        files: such as "val/Aves/0a1b2c.jpg".
        thumbnails: (N, W, 3, 8, 8) of each file, in W ways to make an image square.
    """

    files: Annotated[list[Name], Meta(max_length=20_000)]
    thumbnails: Annotated[npt.NDArray[np.float16], array("N", "W", 3, 8, 8, most=12_000_000)]
