"""Loads an uploaded checkpoint into a network whose layers may have other names; runs in the sandbox."""

from typing import Any

from autograder.probes.artefacts import load_strictly
from autograder.probes.submitted import UnexpectedResult


def load_by_name_or_order(model: Any, state: Any, checkpoint: str) -> None:
    """Load a checkpoint by names or, where these differ, by the order of its tensors.

    Args:
        model: the network.
        state: names to tensors.
        checkpoint: name of the file, for the error.

    Raises:
        UnexpectedResult: neither names nor shapes fit.
    """
    try:
        load_strictly(model, state, checkpoint)
    except UnexpectedResult:
        own = model.state_dict()
        if [value.shape for value in own.values()] != [value.shape for value in state.values()]:
            raise
        model.load_state_dict(dict(zip(own, state.values(), strict=True)))
