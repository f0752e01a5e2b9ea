"""Lets `torch.compile` return its argument: compiling takes minutes of CPU time and changes no result."""

from collections.abc import Callable
from typing import Any

import torch
from torch import nn


def install() -> None:
    """From now on nothing is compiled."""
    torch.compile = _compile
    nn.Module.compile = _compile_in_place  # type: ignore[method-assign]


def _compile(model: Callable[..., Any] | None = None, **options: Any) -> Any:
    """Return a network or a function as it is; without one, a decorator."""
    if model is None:
        return _compile
    if isinstance(model, nn.Module):
        # The name under which a compiled network holds the original; no submodule, so the names of weights stay.
        object.__setattr__(model, "_orig_mod", model)
    return model


def _compile_in_place(self: nn.Module, *positional: Any, **options: Any) -> None:
    pass
