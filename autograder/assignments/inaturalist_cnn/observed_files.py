"""Declares what probes return about the uploaded files and about `sweep_config`."""

from typing import Annotated

import numpy as np
import numpy.typing as npt

from autograder.assignments.inaturalist_cnn.observed_loaders import Thumbnails
from autograder.wire.declaration import AnyFloat, Count, Meta, Name, Observed, Text, array

MOST_CHARACTERS = 40_000  # of a README
MOST_HYPERPARAMETERS = 1000
MOST_KEYS = 100  # of sweep_config
MOST_ROWS = 500  # of predictions.json


class LoaderLogits(Observed):
    """The answers of the best network for the test images.

    Attributes:
        logits: (N, 10) where it is right, any scale.
        thumbnails: of the same images, which tell which is which.
    """

    logits: Annotated[npt.NDArray[np.float32], array(..., most=40_000_000)]
    thumbnails: Thumbnails


class Failure(Observed):
    """An attempt that failed: the kind and the message of its error."""

    error: Text


class BestModel(Observed, probe="best_model"):
    """The uploaded network.

    Attributes:
        claim: the accuracy that config.json states, any number; None if it states none.
        by_student: the network's answers for images from the student's test loader.
        by_harness: likewise through a loader of ours.
    """

    claim: AnyFloat | None
    by_student: LoaderLogits | Failure
    by_harness: LoaderLogits | Failure


class Prediction(Observed):
    """A row of predictions.json: path of an image, and name of a class; empty texts for missing fields."""

    file: Annotated[str, Meta(max_length=300)]
    predicted: Annotated[str, Meta(max_length=100)]


class Predictions(Observed, probe="predictions"):
    """The first 500 rows of predictions.json, and how many there are."""

    rows: Annotated[list[Prediction], Meta(max_length=MOST_ROWS)]
    count: Count


class ReadmeFile(Observed):
    """A README: its path below the upload, and the first 40,000 characters."""

    path: Annotated[str, Meta(max_length=1000)]
    text: Annotated[str, Meta(max_length=MOST_CHARACTERS)]


class Readmes(Observed, probe="readmes"):
    """The first ten READMEs of the upload, in the order of their paths."""

    files: Annotated[list[ReadmeFile], Meta(max_length=10)]


class Hyperparameter(Observed):
    """A hyperparameter of the sweep: its key, and how many values there are to choose from; None for a range."""

    name: Name
    choices: Count | None


class Sweep(Observed, probe="sweep"):
    """The dict `sweep_config`.

    Attributes:
        keys: its keys.
        method: as text; empty if it is missing.
        metric: name of the metric as text; empty if it is missing.
        goal: of the metric as text; "minimize" if it is missing, as in wandb.
        parameters: its hyperparameters.
    """

    keys: Annotated[list[Name], Meta(max_length=MOST_KEYS)]
    method: Name
    metric: Name
    goal: Name
    parameters: Annotated[list[Hyperparameter], Meta(max_length=MOST_HYPERPARAMETERS)]
