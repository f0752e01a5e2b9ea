"""Observes `sweep_config`. Runs in the sandbox, beside the student's code."""

from collections.abc import Mapping

from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import called


def sweep(submitted):
    """Return method, metric, and how many values each hyperparameter can take (None for a range)."""
    config = submitted.get("sweep_config")
    if callable(config):
        config = config()
    if not isinstance(config, Mapping):
        raise UnexpectedResult(f"sweep_config is {called(config)}; a dict in wandb's form is expected")
    metric, parameters = config.get("metric"), config.get("parameters")
    return {
        "keys": [str(key) for key in config],
        "method": str(config.get("method", "")),
        "metric": {str(key): str(value) for key, value in metric.items()} if isinstance(metric, Mapping) else None,
        "parameters": {str(name): _choices(one) for name, one in parameters.items()}
        if isinstance(parameters, Mapping)
        else None,
    }


def _choices(parameter):
    """Return how many values there are to choose from; None for a range, 0 for what is neither."""
    if not isinstance(parameter, Mapping):
        return 0
    if "values" in parameter:
        values = parameter["values"]
        return len({repr(value) for value in values}) if isinstance(values, (list, tuple, set, range)) else 0
    if "value" in parameter:
        return 1
    return None if {"min", "max", "mu", "distribution"} & set(parameter) else 0
