"""Recognises pretrained weights in a network."""

from torch import nn

from autograder.probes.weights import digest

served: set[str] = set()  # digests of the weights that `worker/pretrained_weights.py` has handed out in this process


def pretrained_share(model: nn.Module) -> float:
    """Return the fraction of a network's weights that are pretrained and unchanged, in [0, 1].

    It counts the numbers in weights of at least two dimensions, those of convolutions and linear layers. A new head,
    or a layer that has been trained, is not pretrained.
    """
    weights = [tensor for tensor in model.state_dict().values() if tensor.dim() >= 2]
    total = sum(tensor.numel() for tensor in weights)
    known = sum(tensor.numel() for tensor in weights if digest(tensor) in served)
    return known / total if total else 0.0
