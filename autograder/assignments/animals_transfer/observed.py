"""Gathers the declarations of the probes of this assignment."""

from autograder.assignments.animals_transfer.observed_answers import (
    Asked,
    Evaluated,
    HistoryFile,
    Predicted,
    Predictions,
    PredictionsFile,
    Prepared,
)
from autograder.assignments.animals_transfer.observed_data import Loader, Loaders, Sample, Transform, Transforms
from autograder.assignments.animals_transfer.observed_plots import Denormalized, Drawn, Panel, Plotted, Shown
from autograder.assignments.animals_transfer.observed_training import (
    Criterion,
    ForwardPass,
    LoneCheckpoint,
    Network,
    Saved,
    Schedule,
    Step,
    Steps,
    Tensor,
    Trained,
)

__all__ = [
    "Asked",
    "Criterion",
    "Denormalized",
    "Drawn",
    "Evaluated",
    "ForwardPass",
    "HistoryFile",
    "Loader",
    "Loaders",
    "LoneCheckpoint",
    "Network",
    "Panel",
    "Plotted",
    "Predicted",
    "Predictions",
    "PredictionsFile",
    "Prepared",
    "Sample",
    "Saved",
    "Schedule",
    "Shown",
    "Step",
    "Steps",
    "Tensor",
    "Trained",
    "Transform",
    "Transforms",
]
