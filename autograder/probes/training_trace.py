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
from torch import nn
from torch.nn.modules.loss import _Loss
from torch.nn.modules.module import register_module_forward_hook
from torch.optim.optimizer import register_optimizer_step_post_hook

from autograder.probes.loss_trace import LossTrace, known
from autograder.probes.optimizer_trace import OptimizerTrace

THUMBNAIL_SIDE = 8
KEPT_IMAGES = 512
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


def _are_apart(result: Any, network: nn.Module | None) -> bool:
    """Return whether two networks have no weight in common; False where one of them is none."""
    if not isinstance(result, nn.Module) or network is None:
        return False
    return not {id(one) for one in result.parameters()} & {id(one) for one in network.parameters()}


class TrainingTrace:
    """Watches all networks and optimizers while it is entered.

    Attributes:
        images_seen: images that were trained on.
        optimizers: the steps.
    """

    def __init__(self) -> None:
        self.images_seen = 0
        self.optimizers = OptimizerTrace()
        # Batches that gave gradients since the last step, by identity, and their labels.
        self._due: dict[int, tuple[torch.Tensor, torch.Tensor | None]] = {}
        # A network returns after its layers, which may get images that it has scaled: the last call is the outermost.
        self._calls = 0
        self._outermost: tuple[int, torch.Tensor] | None = None
        self._network: nn.Module | None = None
        self._kept: list[np.ndarray] = []
        self._labels: list[int] = []  # of the kept ones
        self._random = np.random.default_rng(0)
        self._losses = LossTrace()
        self._labels_due: torch.Tensor | None = None
        self._pixels = np.zeros(3)  # number, sum, sum of squares
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

    @property
    def steps(self) -> int:
        """Steps of optimizers."""
        return self.optimizers.steps

    @property
    def losses_seen(self) -> int:
        """How often a loss was computed with gradients on."""
        return self._losses.count

    def seen(self, result: Any = None) -> dict[str, Any]:
        """Return the fields of a `TracedTraining`.

        Args:
            result: the network that came of the training, if it is one.
        """
        losses, right, spread = self._losses.columns()
        used, network = self.optimizers, self._network
        return {
            "trained_on": self.sample(),
            "labels": np.array(self._labels, np.int64),
            "images_trained_on": self.images_seen,
            "losses": losses,
            "right": right,
            "spread": spread,
            "losses_seen": self.losses_seen,
            "loss": self._losses.kind,
            "probabilities": self._losses.probabilities / max(self.losses_seen, 1),
            "steps": used.steps,
            "optimizer": used.optimizer,
            "rate": used.rate,
            "mean_rate": used.mean_rate,
            "momentum": used.momentum,
            "weight_decay": used.weight_decay,
            "held": used.held(network),
            "without_head": used.is_without_head(network, self._losses.classes),
            "piled": used.piled,
            "pixels": self.pixels(),
            "is_another": _are_apart(result, network),
        }

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
        losses: np.ndarray = self._losses.columns()[0]
        return losses

    def _on_forward(self, module: nn.Module, inputs: tuple[Any, ...], output: Any) -> None:
        if not torch.is_grad_enabled() or not inputs:
            return
        if isinstance(module, _Loss) and isinstance(output, torch.Tensor) and output.numel() == 1:
            self._losses.note(module, inputs, output)
            return
        images = inputs[0]
        if not isinstance(images, torch.Tensor) or images.dim() != 4 or images.shape[1] not in (1, 3):
            return
        if isinstance(output, torch.Tensor) and output.requires_grad:
            self._calls += 1
            output.register_hook(partial(self._on_gradient, module, images, self._calls))

    def _on_gradient(self, module: nn.Module, images: torch.Tensor, call: int, gradient: torch.Tensor) -> None:
        self.optimizers.note_backward()
        if self._outermost is None or call > self._outermost[0]:
            self._outermost = call, images
            self._network = module
        if self._losses.is_pending:
            self._labels_due = self._losses.labels_due()
        if len(self._due) < MOST_BATCHES:
            self._due[id(images)] = images, self._labels_due  # a network and its first layer are given the same

    def _on_step(self, optimizer: torch.optim.Optimizer, args: tuple[Any, ...], kwargs: Any) -> None:
        self.optimizers.note_step(optimizer)
        self._count_due()

    def _count_due(self) -> None:
        due, self._due = self._due, {}
        if self._outermost:
            self._note_pixels(self._outermost[1])
            self._outermost = None
        for images, labels in due.values():
            self._sample(images, known(labels, len(images)))

    def _note_pixels(self, images: torch.Tensor) -> None:
        values = images.detach().double()
        self._pixels += (values.numel(), float(values.sum()), float(values.square().sum()))

    def _sample(self, images: torch.Tensor, labels: np.ndarray) -> None:
        before, self.images_seen = self.images_seen, self.images_seen + len(images)
        # Reservoir sampling: every image trained on has the same chance of being kept.
        slots = self._random.integers(0, np.arange(before, self.images_seen) + 1)
        chosen = [i for i, slot in enumerate(slots) if before + i < KEPT_IMAGES or slot < KEPT_IMAGES]
        if not chosen:
            return
        for i, small in zip(chosen, thumbnails(images[chosen]), strict=True):
            if before + i < KEPT_IMAGES:
                self._kept.append(small)
                self._labels.append(int(labels[i]))
            else:
                self._kept[slots[i]] = small
                self._labels[slots[i]] = int(labels[i])
