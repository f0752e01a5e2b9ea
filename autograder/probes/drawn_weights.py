"""Asks a network what it makes of drawn images with drawn weights, before and after a step of training.

The reference solution's network answers the same question. Equal answers show that a network is built as it should be,
and that the right part of it learns, whatever names and wrappers it has.
"""

import math
import zlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

from autograder.probes.clean_room import TENSORS, CalledLayers
from autograder.wire.network import MOST_ANSWERS, DrawnAnswers

STEP = 0.05  # length of the step of each tensor, as a share of the tensor's own
NOISE = 1e-12


def drawn_images(count: int, side: int, seed: int) -> torch.Tensor:
    """Return images of noise, (count, 3, side, side)."""
    return torch.randn(count, 3, side, side, generator=torch.Generator().manual_seed(seed))


def answers(model: nn.Module, images: torch.Tensor, seed: int | None = None) -> DrawnAnswers | None:
    """Return what a network makes of images before and after a step; None if it has no head that is seen.

    The images go straight into the first layer with weights, whatever the network does to images before that. The
    network is left in eval mode, and changed.

    Args:
        model: its last linear layer is the head.
        images: (N, 3, H, W).
        seed: of the weights that it gets; None to leave it as it is.
    """
    layers = fill(model, images, seed)
    heads = [layer for layer in layers if isinstance(layer, nn.Linear)]
    if not heads:
        return None
    notes = _Notes(layers[0], heads, images)
    before = notes.of(model)
    _step(model, notes.scores, seed or 0)
    after = notes.of(model)
    if max(before[0].numel(), before[1].numel()) > MOST_ANSWERS:
        return None
    arrays = (one.flatten(1).detach().float().numpy() for one in (*before, *after))
    return DrawnAnswers(**dict(zip(("features", "scores", "features_after", "scores_after"), arrays, strict=True)))


class _Notes:
    """Notes what the first linear layer gets and what the last one gives."""

    def __init__(self, first: nn.Module, heads: Sequence[nn.Module], images: torch.Tensor) -> None:
        self._first, self._heads, self._images = first, heads, images
        self.features = self.scores = torch.zeros(0, 0)

    def of(self, model: nn.Module) -> tuple[torch.Tensor, torch.Tensor]:
        """Return copies of both for a pass of the images."""
        given: list[bool] = []

        def swap(layer: nn.Module, inputs: tuple[Any, ...]) -> Any:
            given.append(True)
            return (self._images,) if len(given) == 1 else None

        def enter(layer: nn.Module, inputs: tuple[Any, ...]) -> None:
            self.features = inputs[0]

        def leave(layer: nn.Module, inputs: Any, result: torch.Tensor) -> None:
            self.scores = result

        hooks = [
            self._first.register_forward_pre_hook(swap),
            self._heads[0].register_forward_pre_hook(enter),
            self._heads[-1].register_forward_hook(leave),
        ]
        try:
            with torch.enable_grad():
                model(self._images)
        finally:
            for hook in hooks:
                hook.remove()
        return self.features.detach().clone(), self.scores.detach().clone()


def fill(model: nn.Module, images: torch.Tensor, seed: int | None) -> list[nn.Module]:
    """Give a network weights and statistics, and return its layers in the order of their calls.

    The weights depend on the shape of a layer alone, and on its place among layers of equal shapes: some call the
    layers of a shortcut first, others last.

    Args:
        model: is left in eval mode.
        images: (N, 3, H, W), with which it can be called.
        seed: of the weights; None to leave them as they are.
    """
    with CalledLayers(model.eval()) as called, torch.no_grad():
        model(images)
    if seed is not None:
        draw_weights(called.layers, seed)
    return called.layers


def draw_weights(layers: Sequence[nn.Module], seed: int) -> None:
    """Give layers weights and statistics by their shapes, and by their places among those of equal shapes."""
    occurred: Counter[str] = Counter()
    for layer in layers:
        for name in TENSORS:
            tensor = getattr(layer, name, None)
            if not isinstance(tensor, torch.Tensor):
                continue
            of_layer = f"{name} {tuple(tensor.shape)}"
            number = occurred[of_layer] if tensor.dim() > 1 else 0
            occurred[of_layer] += 1
            generator = torch.Generator().manual_seed(seed + zlib.crc32(f"{of_layer} {number}".encode()))
            drawn = torch.randn(tensor.shape, generator=generator)
            with torch.no_grad():
                tensor.copy_(_scaled(name, drawn))


def _scaled(name: str, drawn: torch.Tensor) -> torch.Tensor:
    if drawn.dim() > 1:
        return drawn * math.sqrt(2 / drawn[0].numel())
    return 1 + 0.2 * drawn.clamp(-2, 2) if name in ("weight", "running_var") else 0.1 * drawn


def _step(model: nn.Module, scores: torch.Tensor, seed: int) -> None:
    """Move each parameter that learns down the gradient of a drawn mean of the scores."""
    for parameter in model.parameters():
        parameter.grad = None
    wanted = torch.randn(scores.shape, generator=torch.Generator().manual_seed(seed + 1))
    if not scores.requires_grad:
        return
    (scores * wanted).mean().backward()
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.requires_grad and parameter.grad is not None:
                parameter.sub_(STEP * parameter.norm() * parameter.grad / (parameter.grad.norm() + NOISE))
