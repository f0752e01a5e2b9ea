"""Takes what a student's functions return, and puts weights of ours into a student's modules. For probes."""

import numpy as np
import torch
from torch import nn

from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import called


def numbers(value: object, what: str) -> np.ndarray:
    """Return a student's tensor as an array, in float32, int64 or bool.

    Args:
        value: what a function of the student's returned.
        what: a noun for it, for the student.

    Raises:
        UnexpectedResult: it is no tensor of real numbers.
    """
    if not isinstance(value, torch.Tensor):
        raise UnexpectedResult(f"{what} is {called(value)}; a tensor is expected")
    if value.is_complex():
        raise UnexpectedResult(f"{what} holds complex numbers; real ones are expected")
    plain = value.detach()
    kind = torch.float32 if plain.is_floating_point() else torch.bool if plain.dtype == torch.bool else torch.int64
    return plain.to(kind).numpy()


def module_of(made: object, what: str) -> nn.Module:
    """Return what a student's class or function made; UnexpectedResult if it is no module."""
    if not isinstance(made, nn.Module):
        raise UnexpectedResult(f"{what} is {called(made)}; a torch.nn.Module is expected")
    return made


def fill(module: nn.Module, weights: dict[str, np.ndarray], what: str) -> None:
    """Put weights into a student's module.

    Args:
        module: the student's.
        weights: arrays by the names that the hand-out's `__init__` gives to parameters.
        what: a noun for the module, for the student.

    Raises:
        UnexpectedResult: its parameters have other names or shapes.
    """
    own = dict(module.named_parameters())
    for name, array in weights.items():
        found = tuple(own[name].shape) if name in own else "none of this name"
        if found != array.shape:
            raise UnexpectedResult(f"{what} needs a parameter `{name}` of shape {array.shape}; it has {found}")
    if surplus := sorted(own.keys() - weights.keys()):
        raise UnexpectedResult(
            f"{what} has a parameter `{surplus[0][:100]}`, which the template's __init__ does not create"
        )
    with torch.no_grad():
        for name, array in weights.items():
            own[name].copy_(torch.from_numpy(array))
