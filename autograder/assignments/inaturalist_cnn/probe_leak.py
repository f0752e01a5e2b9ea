"""Observes which images the student's training loops train on, with the student's own loaders.

Runs in the sandbox, beside the student's code.
"""

import torch
from torch import nn

from autograder.assignments.inaturalist_cnn.observed_training import TrainedOn
from autograder.assignments.inaturalist_cnn.student_loaders import call_get_dataloaders
from autograder.probes.errors import error_text, is_empty_part
from autograder.probes.submitted import UnexpectedResult
from autograder.probes.training_trace import TrainingTrace
from autograder.probes.weights import called

TOP = "inaturalist_12K"
SIZE = 32
BATCH = 16
LR = 1e-3


class _Onlooker(nn.Module):
    """A small network that counts the images that it sees in training mode with gradients on."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.AdaptiveAvgPool2d(8), nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten())
        self.fc = nn.Linear(144, 10)
        self.seen = 0

    @property
    def classifier(self):
        return self.fc

    def forward(self, images):
        if torch.is_grad_enabled() and self.training:
            self.seen += len(images)
        return self.fc(self.features(images))


def trained_on(submitted, function, augmented):
    """Run `train` or `finetune` for an epoch each with data_aug as given; return thumbnails of the trained images.

    Images that the file trains on during its import count, too. An error in the loaders or the loop ends only that
    run. Images of a network whose weights stay are counted but not kept: looking is not training.
    """
    found, without_step = [], 0
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
                loop(model, train_loader, val_loader, 1, LR, torch.device("cpu"))
            except Exception as error:
                # The test forgives errors that another test judges. A part that was never written earns nothing.
                if is_empty_part(error):
                    raise
                raised = raised or error_text(error)
        has_learned = trace.steps or not torch.equal(before, model.fc.weight)
        if has_learned and trace.images_seen:
            found.append(trace.sample())
        else:
            without_step += model.seen
    return TrainedOn(
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
