"""Observes `sweep_config`. Runs in the sandbox, beside the student's code."""

import itertools
from collections.abc import Mapping

from autograder.assignments.inaturalist_cnn.observed_files import (
    MOST_HYPERPARAMETERS,
    MOST_KEYS,
    Hyperparameter,
    Sweep,
)
from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import called

BY_DEFAULT = "minimize"  # of wandb


def sweep(submitted):
    """Return method, metric, and how many values each hyperparameter can take (None for a range)."""
    config = submitted.get("sweep_config")
    if callable(config):
        config = config()
    if not isinstance(config, Mapping):
        raise UnexpectedResult(f"sweep_config is {called(config)}; a dict in wandb's form is expected")
    metric, parameters = (_mapping(config.get(key)) for key in ("metric", "parameters"))
    return Sweep(
        keys=[_name(key) for key in itertools.islice(config, MOST_KEYS)],
        method=_name(config.get("method", "")),
        metric=_name(metric.get("name", "")),
        goal=_name(metric.get("goal", BY_DEFAULT)),
        parameters=[
            Hyperparameter(name=_name(name), choices=_choices(one))
            for name, one in itertools.islice(parameters.items(), MOST_HYPERPARAMETERS)
        ],
    )


def _mapping(value):
    return value if isinstance(value, Mapping) else {}


def _name(value):
    return str(value)[:200]


def _choices(parameter):
    """Return how many values there are to choose from; None for a range, 0 for anything else."""
    if not isinstance(parameter, Mapping):
        return 0
    if "values" in parameter:
        values = parameter["values"]
        return len({repr(value) for value in values}) if isinstance(values, (list, tuple, set, range)) else 0
    if "value" in parameter:
        return 1
    return None if {"min", "max", "mu", "distribution"} & set(parameter) else 0
