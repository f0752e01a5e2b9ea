"""Traces the images that a network is trained on: keeps thumbnails of those behind each optimizer step.

A submission may read its test file to report an accuracy, and may forget `no_grad` over it. Reading is therefore no
evidence of a leak, and neither is a forward pass. A gradient that came back from images is, if an optimizer then
took a step.
"""

from functools import partial
from types import TracebackType
from typing import Any, Self

import numpy as np
import torch
from torch.nn.modules.loss import _Loss
from torch.nn.modules.module import register_module_forward_hook
from torch.optim.optimizer import register_optimizer_step_post_hook

THUMBNAIL_SIDE = 8
KEPT_IMAGES = 512
MOST_LOSSES = 400
MOST_BATCHES = 64  # between two steps; a loop that accumulates more gradients is traced in part


def thumbnails(images: torch.Tensor) -> np.ndarray:
    """Return small standardised copies, which stay the same if an image is scaled or shifted in value.

    Args:
        images: (N, C, H, W), any scale.

    Returns:
        (N, C, 8, 8) float16; each channel of each image with mean 0 and standard deviation 1.
    """
    small = torch.nn.functional.adaptive_avg_pool2d(images.detach().float(), THUMBNAIL_SIDE)
    centred = small - small.mean((2, 3), keepdim=True)
    scaled = centred / centred.std((2, 3), keepdim=True).clamp_min(1e-6)
    return scaled.half().numpy()


class TrainingTrace:
    """Watches all networks and optimizers while it is entered.

    Attributes:
        steps: steps of optimizers.
        images_seen: images that were trained on.
        losses_seen: how often a loss was computed with gradients on.
    """

    def __init__(self) -> None:
        self.steps = 0
        self.images_seen = 0
        self._due: dict[int, torch.Tensor] = {}  # batches that gave gradients since the last step, by identity
        self._kept: list[np.ndarray] = []
        self._random = np.random.default_rng(0)
        self._losses: list[float] = []
        self.losses_seen = 0
        self._stride = 1  # of them one is kept
        self._hooks: list[Any] = []

    def __enter__(self) -> Self:
        """Register the two hooks."""
        self._hooks = [
            register_module_forward_hook(self._on_forward),
            register_optimizer_step_post_hook(self._on_step),
        ]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove them again."""
        for hook in self._hooks:
            hook.remove()

    def sample(self) -> np.ndarray:
        """Return thumbnails of a random sample of the trained images, (n ≤ 512, C, 8, 8) float16."""
        if not self._kept:
            return np.zeros((0, 3, THUMBNAIL_SIDE, THUMBNAIL_SIDE), np.float16)
        return np.stack(self._kept)

    def losses(self) -> np.ndarray:
        """Return losses that loss modules computed with gradients on, equally spaced, (n ≤ 400,) float32.

        A loop that calls a function instead, such as `nn.functional.cross_entropy`, leaves none.
        """
        return np.array(self._losses, np.float32)

    def _on_loss(self, loss: torch.Tensor) -> None:
        if self.losses_seen % self._stride == 0:
            self._losses.append(float(loss.detach()))
        self.losses_seen += 1
        if len(self._losses) == MOST_LOSSES:
            self._losses, self._stride = self._losses[::2], 2 * self._stride

    def _on_forward(self, module: torch.nn.Module, inputs: tuple[Any, ...], output: Any) -> None:
        if not torch.is_grad_enabled() or not inputs:
            return
        if isinstance(module, _Loss) and isinstance(output, torch.Tensor) and output.numel() == 1:
            self._on_loss(output)
            return
        images = inputs[0]
        if not isinstance(images, torch.Tensor) or images.dim() != 4 or images.shape[1] not in (1, 3):
            return
        if isinstance(output, torch.Tensor) and output.requires_grad:
            output.register_hook(partial(self._on_gradient, images))

    def _on_gradient(self, images: torch.Tensor, gradient: torch.Tensor) -> None:
        if len(self._due) < MOST_BATCHES:
            self._due[id(images)] = images  # a network and its first layer are given the same

    def _on_step(self, optimizer: torch.optim.Optimizer, args: tuple[Any, ...], kwargs: Any) -> None:
        self.steps += 1
        due, self._due = self._due, {}
        for images in due.values():
            self._sample(images)

    def _sample(self, images: torch.Tensor) -> None:
        before, self.images_seen = self.images_seen, self.images_seen + len(images)
        # Reservoir sampling: every image trained on has the same chance of being kept.
        slots = self._random.integers(0, np.arange(before, self.images_seen) + 1)
        chosen = [i for i, slot in enumerate(slots) if before + i < KEPT_IMAGES or slot < KEPT_IMAGES]
        if not chosen:
            return
        for i, small in zip(chosen, thumbnails(images[chosen]), strict=True):
            if before + i < KEPT_IMAGES:
                self._kept.append(small)
            else:
                self._kept[slots[i]] = small
