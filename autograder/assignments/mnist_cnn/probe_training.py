"""Observes `train` and `accuracy`, on small networks and data of ours.

Runs in the sandbox, beside the student's code.
"""

import inspect
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from autograder.assignments.mnist_cnn.observed import (
    ERROR_LENGTH,
    MOST_NUMBERS,
    Accuracies,
    Gradients,
    KeptState,
    ReturnedHistory,
)
from autograder.probes.artefacts import read_checkpoint
from autograder.probes.histories import read_history
from autograder.probes.weights import called

CLASSES = 10
BATCH = 20
MODEL_FILE = "written_by_train.pth"
USUAL_FILE = "model.pth"  # where a train without that parameter writes


def history(submitted, num_epochs, batches, print_every, right):
    """Return what `train` returned, beside the true rates and losses.

    Args:
        submitted: the student's module.
        num_epochs: epochs.
        batches: of the training set; all are composed alike, so every average is the same.
        print_every: steps between two entries.
        right: how many of 20 images are recognised: by name `train` and `test` for the set, then `eval` and
            `train` for the network's mode.
    """
    model = _TwoFaced()
    learner = _Recording(model.parameters(), 0.2, model)
    scheduler = torch.optim.lr_scheduler.MultiStepLR(learner, list(range(1, num_epochs)), gamma=0.5)
    trainloader = _loader(_images(BATCH * batches, right["train"]["eval"], right["train"]["train"]))
    testloader = _loader(_images(2 * BATCH, right["test"]["eval"], right["test"]["train"]))
    returned = _call_train(submitted, model, trainloader, testloader, learner, scheduler, num_epochs, print_every)
    return ReturnedHistory(
        **read_history(returned),
        returned=called(returned),
        rates=sorted({*learner.rates, float(learner.param_groups[0]["lr"])}, reverse=True)[:MOST_NUMBERS],
        losses=[_mean_loss(model, trainloader, mode) for mode in (True, False)],
    )


def accuracies(submitted, right):
    """Call `accuracy` with a network in eval mode, then with one in training mode."""
    loader, measure, model = _loader(_images(2 * BATCH, **right)), submitted.get("accuracy"), _TwoFaced()
    measured = []
    for mode in (False, True):
        measured.append(float(measure(model.train(mode), loader)))
    return Accuracies(in_eval_mode=measured[0], in_train_mode=measured[1])


def kept_state(submitted, num_epochs, batches, best):
    """Return the step after which `train` wrote the state in its file.

    Args:
        submitted: the student's module.
        num_epochs: epochs.
        batches: steps of an epoch.
        best: first and last step after which the network recognises most images, in either set and mode.
    """
    model = _Peaking(*best)
    before = Path(USUAL_FILE).read_bytes() if Path(USUAL_FILE).is_file() else b""
    loader = _loader(_images(BATCH * batches, 0, 0))
    learner = _Recording(model.parameters(), 0.1, model)
    scheduler = torch.optim.lr_scheduler.ConstantLR(learner, factor=1.0)
    _call_train(submitted, model, loader, loader, learner, scheduler, num_epochs, batches)
    written = MODEL_FILE
    if not Path(MODEL_FILE).is_file() and Path(USUAL_FILE).is_file() and Path(USUAL_FILE).read_bytes() != before:
        written = USUAL_FILE
    if not Path(written).is_file():
        return KeptState(written=False)
    state = read_checkpoint(written)
    clocks = [float(value) for key, value in state.items() if key.endswith("clock")]
    return KeptState(written=True, step=clocks[0] if clocks else -1.0, last=float(model.clock))


def gradients(submitted):
    """Return the size of the gradient at each step over one batch three times, where the network is sure and wrong.

    The rate is 0, so the gradient of each batch alone is the same each time. A softmax before the
    cross-entropy is flat there.
    """
    model = nn.Sequential(nn.Flatten(), nn.Linear(28 * 28, CLASSES))
    with torch.no_grad():
        model[1].weight.zero_()
        model[1].bias.copy_(torch.tensor([25.0] + [0.0] * (CLASSES - 1)))
    images, labels = torch.rand(BATCH, 1, 28, 28) / 28, torch.arange(BATCH) % (CLASSES - 1) + 1
    nn.functional.cross_entropy(model(images), labels).backward()
    alone = float(model[1].bias.grad.norm())
    model.zero_grad(set_to_none=True)
    learner = _Recording(model.parameters(), 0.0, model)
    loader = DataLoader(TensorDataset(images.repeat(3, 1, 1, 1), labels.repeat(3)), batch_size=BATCH)
    error = ""
    try:
        scheduler = torch.optim.lr_scheduler.ConstantLR(learner, factor=1.0)
        _call_train(submitted, model, loader, loader, learner, scheduler, 1)
    except Exception as caught:
        if not learner.sizes:
            raise
        error = f"{type(caught).__name__}: {caught}"[:ERROR_LENGTH]
    return Gradients(alone=alone, sizes=learner.sizes[:MOST_NUMBERS], batches=3, error=error)


class _TwoFaced(nn.Module):
    """Gives the class that the image itself names, a different one in each mode, whatever is learned.

    Pixel (0, 0) is the class in eval mode and pixel (0, 1) that in training mode.
    """

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(CLASSES))
        self.register_buffer("clock", torch.zeros(()))  # steps made so far

    def forward(self, images):
        return 3.0 * nn.functional.one_hot(self.named(images), CLASSES).float() + 0.0 * self.weight

    def named(self, images):
        return images[:, 0, 0, 1 if self.training else 0].round().long().clamp(0, CLASSES - 1)


class _Peaking(_TwoFaced):
    """Recognises every image between two steps, the second half of a set before, and a part of that half after."""

    def __init__(self, first, last):
        super().__init__()
        self.first, self.last = first, last

    def named(self, images):
        truth, second_half = images[:, 0, 0, 2].long(), images[:, 0, 0, 3] > 0.5
        clock = float(self.clock)
        if self.first <= clock <= self.last:
            return truth
        known = second_half if clock < self.first else second_half & (torch.arange(len(images)) % 2 == 0)
        return torch.where(known, truth, (truth + 1) % CLASSES)


class _Recording(torch.optim.SGD):
    """Records rate and gradient at each step, and advances the network's clock."""

    def __init__(self, parameters, lr, model):
        super().__init__(parameters, lr=lr)
        self.model, self.rates, self.sizes = model, [], []

    def step(self, closure=None):
        self.rates.append(float(self.param_groups[0]["lr"]))
        last = self.param_groups[0]["params"][-1]  # a bias, or the only parameter
        if last.grad is not None:
            self.sizes.append(float(last.grad.norm()))
        if hasattr(self.model, "clock"):
            self.model.clock += 1
        return super().step(closure)


def _images(count, eval, train):
    """Return images that name their class: of every 20, so many rightly in eval mode and in training mode."""
    labels = torch.arange(count) % CLASSES
    images = torch.zeros(count, 1, 28, 28)
    place = torch.arange(count) % BATCH
    images[:, 0, 0, 0] = torch.where(place < eval, labels, (labels + 1) % CLASSES).float()
    images[:, 0, 0, 1] = torch.where(place < train, labels, (labels + 1) % CLASSES).float()
    images[:, 0, 0, 2], images[:, 0, 0, 3] = labels.float(), (place >= BATCH // 2).float()
    return TensorDataset(images, labels)


def _loader(images):
    return DataLoader(images, batch_size=BATCH)


def _call_train(submitted, model, trainloader, testloader, learner, scheduler, num_epochs, print_every=1000):
    """Call the student's `train` with as much of the interface as it takes."""
    train = submitted.get("train")
    try:
        takes = inspect.signature(train).parameters
    except (TypeError, ValueError):
        takes = {}
    any_name = any(one.kind is one.VAR_KEYWORD for one in takes.values())
    further = {"print_every": print_every, "model_file": MODEL_FILE}
    further = {name: value for name, value in further.items() if any_name or name in takes}
    return train(model, trainloader, testloader, learner, scheduler, num_epochs, **further)


def _mean_loss(model, loader, training):
    with torch.no_grad():
        model.train(training)
        return float(torch.stack([nn.functional.cross_entropy(model(x), y) for x, y in loader]).mean())
