"""Which pictures the student's training loops train on, with the student's own loaders.

Runs in the sandbox, beside the student's code.
"""

from pathlib import Path

import numpy as np
import torch
from torch import nn

from autograder.probes.submitted import UnexpectedResult
from autograder.probes.training_trace import TrainingTrace, thumbnails
from autograder.probes.weights import called

TOP = "inaturalist_12K"
SIZE = 32
BATCH = 16
LR = 1e-3
MOST_PICTURES = 1200


class _Onlooker(nn.Module):
    """A small network that keeps thumbnails of all that passes with gradients on."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.AdaptiveAvgPool2d(8), nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten())
        self.fc = nn.Linear(144, 10)
        self.seen = []

    @property
    def classifier(self):
        return self.fc

    def forward(self, images):
        if torch.is_grad_enabled() and self.training and sum(map(len, self.seen)) < MOST_PICTURES:
            self.seen.append(thumbnails(images.expand(-1, 3, -1, -1)))
        return self.fc(self.features(images))


def trained_on(submitted, function, augmented):
    """Run `train` or `finetune` for an epoch each with data_aug as given; return thumbnails of what was trained on.

    What was trained on while the file was imported counts as well. Where a loop makes no step, the pictures
    that went through our network in training mode tell as much.
    """
    found = []
    with TrainingTrace() as at_import:
        get_dataloaders, loop = submitted.get("get_dataloaders"), submitted.get(function)
    raised = ""
    for data_aug in augmented:
        torch.manual_seed(3)
        model = _Onlooker()
        train_loader, val_loader = _loaders(get_dataloaders, data_aug)[:2]
        with TrainingTrace() as trace:
            try:
                loop(model, train_loader, val_loader, 1, LR, torch.device("cpu"))
            except Exception as error:
                raised = f"{type(error).__name__}: {error}"[:300]
        found.append(trace.sample() if trace.steps and trace.images_seen else _all(model.seen))
    return {
        "passes": [one for one in found if len(one) and one.shape[1] == 3],
        "at_import": at_import.sample() if at_import.images_seen else np.zeros((0, 3, 8, 8), np.float16),
        "raised": raised,
    }


def _all(kept):
    return np.concatenate(kept) if kept else np.zeros((0, 3, 8, 8), np.float16)


def _loaders(function, data_aug):
    """Return the student's loaders; paths with backslashes, which are judged elsewhere, lead to their folders here."""
    try:
        loaders = function(TOP, BATCH, data_aug=data_aug, size=SIZE)
    except Exception:
        for part in ("train", "val"):
            for name in (f"{TOP}\\{part}", f"{TOP}\\{part}\\"):
                if not Path(name).exists():
                    Path(name).symlink_to(Path(TOP, part).resolve())
        loaders = function(TOP, BATCH, data_aug=data_aug, size=SIZE)
    if not isinstance(loaders, (tuple, list)) or len(loaders) < 3:
        raise UnexpectedResult(f"get_dataloaders returned {called(loaders)}; (train, val, test, names) is expected")
    return loaders
