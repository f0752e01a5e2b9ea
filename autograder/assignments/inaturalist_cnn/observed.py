"""Gathers the declarations of the probes of this assignment."""

from autograder.assignments.inaturalist_cnn.observed_files import (
    BestModel,
    Failure,
    LoaderLogits,
    Predictions,
    Readmes,
    Sweep,
)
from autograder.assignments.inaturalist_cnn.observed_loaders import (
    FolderImages,
    Loader,
    LoaderContents,
    LoaderPass,
    OwnFolder,
    Pattern,
    Split,
    Splits,
)
from autograder.assignments.inaturalist_cnn.observed_model import (
    Activation,
    Activations,
    Apply,
    Arithmetic,
    BatchNorm,
    BetweenLayers,
    Dropout,
    InputSize,
    InputSizes,
    Layer,
    Network,
    Networks,
    Outputs,
    OwnNetworks,
    StatedCounts,
)
from autograder.assignments.inaturalist_cnn.observed_pretrained import (
    Pretrained,
    PretrainedNetwork,
    Strategies,
    Strategy,
    StrategyCalls,
    UnknownStrategies,
    WeightedLayer,
)
from autograder.assignments.inaturalist_cnn.observed_training import (
    Bookkeeping,
    Evaluation,
    Learning,
    Scores,
    TrainedOn,
)

__all__ = [
    "Activation", "Activations", "Apply", "Arithmetic", "BatchNorm", "BestModel", "BetweenLayers", "Bookkeeping",
    "Dropout", "Evaluation", "Failure", "FolderImages", "InputSize", "InputSizes", "Layer", "Learning", "Loader",
    "LoaderContents", "LoaderLogits", "LoaderPass", "Network", "Networks", "Outputs", "OwnFolder", "OwnNetworks",
    "Pattern", "Predictions", "Pretrained", "PretrainedNetwork", "Readmes", "Scores", "Split", "Splits",
    "StatedCounts", "Strategies", "Strategy", "StrategyCalls", "Sweep", "TrainedOn", "UnknownStrategies",
    "WeightedLayer",
]  # fmt: skip
