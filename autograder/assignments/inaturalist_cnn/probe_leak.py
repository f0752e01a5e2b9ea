"""Observes which images the student's training loops train on, with the student's own loaders.

Runs in the sandbox, beside the student's code.
"""

import torch
from torch import nn

from autograder.assignments.inaturalist_cnn.observed_training import TrainedOn
from autograder.assignments.inaturalist_cnn.onlooker import FEATURES, frequencies
from autograder.assignments.inaturalist_cnn.student_loaders import call_get_dataloaders
from autograder.probes.errors import error_text, is_empty_part
from autograder.probes.submitted import UnexpectedResult
from autograder.probes.training_trace import TrainingTrace
from autograder.probes.weights import called

TOP = "inaturalist_12K"
SIZE = 32
BATCH = 16
LR = 1e-3
EPOCHS = 3  # augmentation shows other sides of an image each time


class _Thumbnail(nn.Module):
    """Makes small standardised copies, (N, 3, 8, 8)."""

    def forward(self, images):
        small = nn.functional.adaptive_avg_pool2d(images, 8)
        centred = small - small.mean((2, 3), keepdim=True)
        return centred / centred.std((2, 3), keepdim=True).clamp_min(1e-6)


class _Waves(nn.Module):
    """Computes the features of `onlooker.features_of`."""

    def __init__(self):
        super().__init__()
        for name, numbers in zip(("weights", "phases"), frequencies(), strict=True):
            self.register_buffer(name, torch.from_numpy(numbers.copy()))

    def forward(self, small):
        both = (torch.cos(one.flatten(1) @ self.weights + self.phases) for one in (small, small.flip(3)))
        return sum(both) * FEATURES**-0.5


class _Onlooker(nn.Module):
    """A small network whose head keeps apart the images that it learns from; counts those seen in training mode."""

    def __init__(self):
        super().__init__()
        colours = nn.Conv2d(3, 3, 1, bias=False)  # leaves them as they are, until it learns
        nn.init.dirac_(colours.weight)
        self.features = nn.Sequential(_Thumbnail(), colours, _Waves())
        self.fc = nn.Linear(FEATURES, 10)
        nn.init.zeros_(self.fc.weight)
        nn.init.zeros_(self.fc.bias)
        self.seen = 0

    @property
    def classifier(self):
        return self.fc

    def forward(self, images):
        if torch.is_grad_enabled() and self.training:
            self.seen += len(images)
        return self.fc(self.features(images))


def trained_on(submitted, function, augmented):
    """Run `train` or `finetune` for some epochs each with data_aug as given; return what the network has learned.

    Images that the file trains on during its import count, too. An error in the loaders or the loop ends only that
    run. Images of a network whose weights stay are counted but not kept: looking is not training.
    """
    found, heads, without_step = [], [], 0
    with TrainingTrace() as at_import:
        get_dataloaders, loop = submitted.get("get_dataloaders"), submitted.get(function)
    raised = ""
    for data_aug in augmented:
        torch.manual_seed(3)
        model = _Onlooker()
        before = model.fc.weight.detach().clone()
        with TrainingTrace() as trace:
            try:
                train_loader, val_loader = _loaders(get_dataloaders, data_aug)[:2]
                loop(model, train_loader, val_loader, EPOCHS, LR, torch.device("cpu"))
            except Exception as error:
                # The test forgives errors that another test judges. A part that was never written earns nothing.
                if is_empty_part(error):
                    raise
                raised = raised or error_text(error)
        has_moved = not torch.equal(before, model.fc.weight)
        if has_moved:
            heads.append(model.fc.weight.detach().float().numpy())
        if (trace.steps or has_moved) and trace.images_seen:
            found.append(trace.sample())
        else:
            without_step += model.seen
    return TrainedOn(
        heads=heads,
        passes=[one for one in found if len(one) and one.shape[1] == 3],
        without_step=without_step,
        at_import=at_import.sample(),
        raised=raised,
    )


def _loaders(function, data_aug):
    loaders, _ = call_get_dataloaders(function, TOP, BATCH, data_aug=data_aug, size=SIZE)
    if not isinstance(loaders, (tuple, list)) or len(loaders) < 3:
        raise UnexpectedResult(f"get_dataloaders returned {called(loaders)}; (train, val, test, names) is expected")
    return loaders
