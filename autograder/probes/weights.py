"""Describes a network's weights by digests, which leave the sandbox instead of the weights."""

import hashlib

import torch
from torch import nn


def digest(tensor: torch.Tensor) -> str:
    """Return 24 hexadecimal digits of the SHA-256 over the values as float32."""
    return hashlib.sha256(tensor.detach().float().contiguous().numpy().tobytes()).hexdigest()[:24]


def backbone_digests(model: nn.Module) -> dict[str, str]:
    """Return the digest of each parameter of a convolution or of its batch norm, by its name."""
    return {
        f"{path}.{name}".lstrip("."): digest(parameter)
        for path, owner in model.named_modules()
        if isinstance(owner, (nn.Conv2d, nn.BatchNorm2d))
        for name, parameter in owner.named_parameters(recurse=False)
    }


def batch_norm_statistics(model: nn.Module) -> list[str]:
    """Return the digests of all running means, in the network's order."""
    return [
        digest(owner.running_mean)
        for owner in model.modules()
        if isinstance(owner, nn.BatchNorm2d) and owner.running_mean is not None
    ]


def called(value: object) -> str:
    """Return words for a value of an unexpected type: "None", or "a" and its class."""
    return "None" if value is None else f"a {type(value).__name__}"
