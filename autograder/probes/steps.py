"""Watches the steps of all optimizers, with the gradients that each step uses."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch.optim.optimizer import register_optimizer_step_pre_hook


@contextmanager
def before_each_step(note: Callable[[], object]) -> Iterator[None]:
    """Call a function at each step of any optimizer in this block: gradients are there, and weights have not moved yet.

    A loop may hand its optimizer a closure that computes the gradients, as PyTorch Lightning does. Then the function is
    called after the closure, each time that the optimizer calls it.

    Args:
        note: looks at the gradients.
    """

    def on_step(
        optimizer: torch.optim.Optimizer, positional: tuple[Any, ...], named: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]] | None:
        own, *rest = positional  # the optimizer itself comes first
        given = rest[0] if rest else named.get("closure")
        if not callable(given):
            note()
            return None

        def closure() -> Any:
            loss = given()
            note()
            return loss

        return ((own, closure, *rest[1:]), named) if rest else (positional, {**named, "closure": closure})

    hook = register_optimizer_step_pre_hook(on_step)
    try:
        yield
    finally:
        hook.remove()
