"""Observes `test_model`, with our own network and data.

Runs in the sandbox, beside the student's code.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from autograder.assignments.cifar10_cnn.observed import MOST_STEPS, Tested
from autograder.probes.weights import called

CLASSES = 10


class _Oracle(nn.Module):
    """Reads its answer from the image's first pixel; notes mode and gradients when it is called."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1))
        self.modes, self.tracked = [], []

    def forward(self, images):
        self.modes.append(self.training)
        self.tracked.append(torch.is_grad_enabled())
        return self.scale * nn.functional.one_hot(images[:, 0, 0, 0].round().long(), CLASSES).float()


def testing(submitted, right, wrong, batch_size):
    """Return what `test_model` returns for a network in train mode that is right at first and wrong at last.

    Args:
        submitted: the student's module.
        right: number of images that the network recognises; they come first.
        wrong: number of images that it gets wrong.
        batch_size: of the loader.
    """
    count = right + wrong
    labels = torch.arange(count) % CLASSES
    answers = torch.where(torch.arange(count) < right, labels, (labels + 1) % CLASSES)
    images = torch.zeros(count, 3, 32, 32) + answers[:, None, None, None]
    model = _Oracle().train()
    loader = DataLoader(TensorDataset(images, labels), batch_size=batch_size)
    returned = submitted.get("test_model")(model, loader, torch.device("cpu"))
    parts = returned[:10] if isinstance(returned, (tuple, list)) else []
    return Tested(
        kind=called(returned),
        returned=_number(returned),
        among=[number for number in map(_number, parts) if number is not None],
        modes=model.modes[:MOST_STEPS],
        tracked=model.tracked[:MOST_STEPS],
    )


def _number(value):
    try:
        return float(value)
    except (TypeError, ValueError, RuntimeError):
        return None
