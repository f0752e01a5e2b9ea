"""A small network, images and an optimizer for watching each step of a student's training function."""

from collections.abc import Callable, Iterable

import torch
from torch import nn


class ConvNet(nn.Module):
    """A convolution and a linear head, for images of 3 × 32 × 32.

    Attributes:
        features: from images to 32 numbers each.
        head: from these to the classes.
    """

    def __init__(self, classes: int, is_frozen: bool = False) -> None:
        """Draw the weights.

        Args:
            classes: outputs.
            is_frozen: whether only the head learns.
        """
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 8, 5, stride=4), nn.ReLU(), nn.AdaptiveAvgPool2d(2), nn.Flatten())
        self.head = nn.Linear(32, classes)
        self.features.requires_grad_(not is_frozen)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return logits, (N, classes)."""
        logits: torch.Tensor = self.head(self.features(images))
        return logits


def coloured_images(count: int, classes: int, noise: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Return images with a colour for each class, (count, 3, 32, 32), and their labels, (count,), which take turns.

    Args:
        count: how many.
        classes: how many; those from the ninth on share the colours of the first.
        noise: standard deviation of the noise added to each pixel; colours are −1 and 1 in each channel.
    """
    labels = torch.arange(count) % classes
    colours = torch.stack([labels // 4 % 2, labels // 2 % 2, labels % 2], 1).float() * 2 - 1
    return colours[:, :, None, None] + noise * torch.randn(count, 3, 32, 32), labels


def watched_sgd(
    parameters: Iterable[nn.Parameter],
    lr: float,
    before: Callable[[torch.optim.SGD], object] | None = None,
    after: Callable[[torch.optim.SGD], object] | None = None,
) -> torch.optim.SGD:
    """Return plain SGD that calls functions at each step.

    Keep notes in your own variables and not on the optimizer, which student code holds.

    Args:
        parameters: to learn.
        lr: learning rate.
        before: called with the optimizer once the gradients are there, and before the weights move.
        after: called with it when they have moved.
    """

    class WatchedSGD(torch.optim.SGD):
        def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
            loss = None
            if closure is not None:
                with torch.enable_grad():
                    loss = closure()
            if before:
                before(self)
            super().step()
            if after:
                after(self)
            return loss

    return WatchedSGD(parameters, lr=lr)
