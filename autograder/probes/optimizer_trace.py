"""Notes the settings of optimizers, what they hold, and whether gradients pile up between their steps."""

import contextlib
from typing import Any

import torch
from torch import nn
from torch.nn.parameter import is_lazy


class OptimizerTrace:
    """The optimizers of a training run, as they are used.

    Attributes:
        steps: steps of all of them.
        optimizer: class of the one that made the first step; empty before that.
        rate: its largest learning rate at that step.
        momentum: its largest momentum; 0 where it has none.
        weight_decay: its largest weight decay.
    """

    def __init__(self) -> None:
        self.steps, self.optimizer = 0, ""
        self.rate = self.momentum = self.weight_decay = 0.0
        self._rates = 0.0  # their sum
        self._held: dict[int, nn.Parameter] = {}
        self._watched: nn.Parameter | None = None
        self._gradient: torch.Tensor | None = None  # of the watched parameter at the last step
        self._piled = self._looked = 0

    def note_step(self, optimizer: torch.optim.Optimizer) -> None:
        """Note a step that an optimizer has made."""
        groups = optimizer.param_groups
        if not self.steps:
            self.optimizer = type(optimizer).__name__
            self.rate, self.momentum = _largest(groups, "lr"), _largest(groups, "momentum")
            self.weight_decay = _largest(groups, "weight_decay")
        self.steps += 1
        self._rates += _largest(groups, "lr")
        for group in groups:
            self._held.update((id(one), one) for one in group["params"])
        if self._watched is None:
            learning = [one for group in groups for one in group["params"] if _has_gradient(one)]
            self._watched = min(learning, key=torch.Tensor.numel, default=None)
        if self._watched is not None and _has_gradient(self._watched):
            self._gradient = self._watched.grad.detach().clone()  # type: ignore[union-attr]

    def note_backward(self) -> None:
        """Look at the gradients before a backward pass adds to them: the first after a step finds them zeroed."""
        before, self._gradient = self._gradient, None
        if before is None or self._watched is None or not bool(before.any()):
            return
        self._looked += 1
        self._piled += self._watched.grad is not None and torch.equal(self._watched.grad, before)

    @property
    def mean_rate(self) -> float:
        """The learning rate, on average over the steps."""
        return self._rates / max(self.steps, 1)

    @property
    def piled(self) -> float:
        """Share of the steps after which the gradients stayed."""
        return self._piled / max(self._looked, 1)

    def held(self, network: nn.Module | None) -> float:
        """Return the share of a network's weights that can learn that the optimizers hold; 1 if that is not known."""
        able = _able(network)
        weights = sum(one.numel() for one in able)
        return sum(one.numel() for one in able if id(one) in self._held) / weights if weights and self.steps else 1.0

    def is_without_head(self, network: nn.Module | None, classes: int) -> bool:
        """Return whether no optimizer holds a linear layer of so many outputs, though there is one that can learn."""
        heads = [one for one in _able(network) if one.dim() == 2 and len(one) == classes]
        return bool(heads and self.steps) and not any(id(one) in self._held for one in heads)


def _has_gradient(one: nn.Parameter) -> bool:
    return one.grad is not None and one.grad.layout is torch.strided


def _able(network: nn.Module | None) -> list[nn.Parameter]:
    """Return the parameters that can learn."""
    return [one for one in network.parameters() if one.requires_grad and not is_lazy(one)] if network else []


def _largest(groups: list[dict[str, Any]], name: str) -> float:
    with contextlib.suppress(TypeError, ValueError, RuntimeError):  # a student may write an optimizer
        return max((float(group.get(name, 0.0)) for group in groups), default=0.0)
    return 0.0
