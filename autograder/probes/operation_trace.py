"""Traces the operations of a network as they compute, below all ways to spell a layer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch.nn.parameter import is_lazy
from torch.utils._python_dispatch import TorchDispatchMode

CONVOLUTIONS = ("convolution", "_convolution")
LINEAR = ("addmm", "mm", "linear")  # the first two multiply matrices; a layer without a bias has one tensor less
SampledInput = Callable[[str, tuple[Any, ...]], torch.Tensor | None]


@dataclass
class Operation:
    """One operation of a pass.

    Attributes:
        name: of PyTorch's operator, such as "convolution" or "relu_".
        arguments: the positional ones; a tensor's shape stands for the tensor.
        output: shape of the result, or of the first of several; empty if it is no tensor.
        before: the first numbers of the sampled input, (n,) float32; None where none is sampled.
        after: the first numbers of the result, likewise.
    """

    name: str
    arguments: tuple[Any, ...]
    output: list[int]
    before: np.ndarray | None = None
    after: np.ndarray | None = None

    @property
    def is_convolution(self) -> bool:
        """Whether it is a convolution; its arguments are input, weight, bias, stride, padding, dilation, …."""
        return self.name in CONVOLUTIONS

    @property
    def is_linear(self) -> bool:
        """Whether it is a linear layer."""
        return self.name in LINEAR


class OperationTrace(TorchDispatchMode):
    """Records all operations that run while it is entered.

    Attributes:
        operations: in the order in which they ran.
    """

    def __init__(self, sampled: SampledInput | None = None, most: int = 0) -> None:
        """Begin without operations.

        Args:
            sampled: from an operator's name and arguments, the input whose numbers are kept, or None.
            most: how many numbers of it, and of the result.
        """
        super().__init__()
        self.operations: list[Operation] = []
        self._sampled = sampled
        self._most = most

    def __torch_dispatch__(self, operator: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None) -> Any:
        """Run an operation and note it; its input first, because an activation may write over it."""
        name = operator.overloadpacket.__name__
        source = self._sampled(name, args) if self._sampled else None
        before = None if source is None else self._first_numbers(source)
        result = operator(*args, **(kwargs or {}))
        first = result[0] if isinstance(result, (tuple, list)) and result else result
        self.operations.append(
            Operation(
                name=name,
                arguments=tuple(_shape_of(one) if isinstance(one, torch.Tensor) else one for one in args),
                output=list(_shape_of(first)) if isinstance(first, torch.Tensor) else [],
                before=before,
                after=None if before is None else self._first_numbers(first),
            )
        )
        return result

    def _first_numbers(self, tensor: torch.Tensor) -> np.ndarray:
        """Return numbers of a feature map, always those of the same places."""
        return tensor.detach().float().flatten()[: self._most].numpy().copy()


def _shape_of(tensor: torch.Tensor) -> torch.Size:
    """Return a tensor's shape; an empty one for a lazy layer's parameter, which gets its shape in the first pass."""
    return torch.Size() if is_lazy(tensor) else tensor.shape
