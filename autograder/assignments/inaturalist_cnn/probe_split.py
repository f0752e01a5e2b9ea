"""Observes `train_val_split`. Runs in the sandbox, beside the student's code."""

import numpy as np
import torch

from autograder.assignments.inaturalist_cnn.observed_loaders import Split, Splits
from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import called


def split(submitted, counts, val_fraction, seeds):
    """Return the two lists of indices for labels of so many images a class, once for each seed.

    Args:
        submitted: the submission.
        counts: images of each class; the labels are sorted, as in a folder with a folder for each class.
        val_fraction: handed on.
        seeds: handed on, one after the other.
    """
    targets = [label for label, count in enumerate(counts) for _ in range(count)]
    return Splits(splits=[_split(submitted.get("train_val_split"), targets, val_fraction, seed) for seed in seeds])


def _split(function, targets, val_fraction, seed):
    try:
        parts = function(targets, val_fraction=val_fraction, seed=seed)
    except Exception:  # a function that wants an array is as good
        parts = function(np.array(targets), val_fraction=val_fraction, seed=seed)
    if not isinstance(parts, (tuple, list)) or len(parts) != 2:
        raise UnexpectedResult(f"train_val_split returned {called(parts)}; (train_indices, val_indices) is expected")
    return Split(train=_indices(parts[0]), val=_indices(parts[1]))


def _indices(part):
    part = part.tolist() if isinstance(part, (torch.Tensor, np.ndarray)) else list(part)
    return np.array([int(index) for index in part], np.int64)
