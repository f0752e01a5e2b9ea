"""Steps of optimizers are watched after their gradients are computed, however a loop does so."""

from collections.abc import Callable

import pytest
import torch
from torch import nn

from autograder.probes.steps import before_each_step


def plain(optimizer: torch.optim.Optimizer, closure: Callable[[], torch.Tensor]) -> None:
    """Step as most loops do."""
    closure()
    optimizer.step()


def with_closure(optimizer: torch.optim.Optimizer, closure: Callable[[], torch.Tensor]) -> None:
    """Step as L-BFGS needs it."""
    optimizer.step(closure)


def with_named_closure(optimizer: torch.optim.Optimizer, closure: Callable[[], torch.Tensor]) -> None:
    """Step as PyTorch Lightning does."""
    optimizer.step(closure=closure)


@pytest.mark.parametrize("step", [plain, with_closure, with_named_closure])
def test_gradient_of_each_step_is_seen(step: Callable[..., None]) -> None:
    """A closure computes it inside the step, so it is not there before."""
    weight = nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([weight], lr=1.0)
    seen: list[tuple[float, float]] = []
    batches = iter([2.0, 5.0])

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = weight.sum() * next(batches)
        loss.backward()
        return loss

    with before_each_step(lambda: seen.append((weight.grad.item() if weight.grad is not None else 0.0, weight.item()))):
        step(optimizer, closure)
        step(optimizer, closure)
    optimizer.step()

    assert seen == [(2.0, 0.0), (5.0, -2.0)]
