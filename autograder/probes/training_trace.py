"""Traces the images that a network is trained on: keeps thumbnails of those behind each optimizer step.

A submission may read its test file to report an accuracy, and may forget `no_grad` over it. Reading is therefore no
evidence of a leak, and neither is a forward pass. A gradient that came back from images is, if an optimizer then
took a step.
"""

import contextlib
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
        optimizer: class of the optimizer that made the first step; empty before that.
        rate: its largest learning rate at that step.
        momentum: its largest momentum; 0 where it has none.
    """

    def __init__(self) -> None:
        self.steps = 0
        self.images_seen = 0
        self._due: dict[int, torch.Tensor] = {}  # batches that gave gradients since the last step, by identity
        # A network returns after its layers, which may get images that it has scaled: the last call is the outermost.
        self._calls = 0
        self._outermost: tuple[int, torch.Tensor] | None = None
        self._kept: list[np.ndarray] = []
        self._random = np.random.default_rng(0)
        self._losses: list[float] = []
        self.losses_seen = 0
        self.optimizer, self.rate, self.momentum = "", 0.0, 0.0
        self._pixels = np.zeros(3)  # number, sum, sum of squares
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
        """Remove them again.

        A loop that moves the weights itself takes no step that a hook sees: then all batches that gave gradients count.
        """
        for hook in self._hooks:
            hook.remove()
        if not self.steps:
            self._count_due()

    def sample(self) -> np.ndarray:
        """Return thumbnails of a random sample of the trained images, (n ≤ 512, C, 8, 8) float16."""
        if not self._kept:
            return np.zeros((0, 3, THUMBNAIL_SIDE, THUMBNAIL_SIDE), np.float16)
        return np.stack(self._kept)

    def pixels(self) -> tuple[float, float]:
        """Return mean and standard deviation over all pixels that were trained on; zeros where there are none."""
        count, total, squares = self._pixels
        mean = float(total / max(count, 1))
        return mean, float(max(squares / max(count, 1) - mean**2, 0.0) ** 0.5)

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
            self._calls += 1
            output.register_hook(partial(self._on_gradient, images, self._calls))

    def _on_gradient(self, images: torch.Tensor, call: int, gradient: torch.Tensor) -> None:
        if self._outermost is None or call > self._outermost[0]:
            self._outermost = call, images
        if len(self._due) < MOST_BATCHES:
            self._due[id(images)] = images  # a network and its first layer are given the same

    def _on_step(self, optimizer: torch.optim.Optimizer, args: tuple[Any, ...], kwargs: Any) -> None:
        if not self.steps:
            self._note_settings(optimizer)
        self.steps += 1
        self._count_due()

    def _count_due(self) -> None:
        due, self._due = self._due, {}
        if self._outermost:
            self._note_pixels(self._outermost[1])
            self._outermost = None
        for images in due.values():
            self._sample(images)

    def _note_settings(self, optimizer: torch.optim.Optimizer) -> None:
        self.optimizer = type(optimizer).__name__
        with contextlib.suppress(TypeError, ValueError, RuntimeError):  # a student may write an optimizer
            self.rate = max((float(group.get("lr", 0.0)) for group in optimizer.param_groups), default=0.0)
            self.momentum = max((float(group.get("momentum", 0.0)) for group in optimizer.param_groups), default=0.0)

    def _note_pixels(self, images: torch.Tensor) -> None:
        values = images.detach().double()
        self._pixels += (values.numel(), float(values.sum()), float(values.square().sum()))

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
