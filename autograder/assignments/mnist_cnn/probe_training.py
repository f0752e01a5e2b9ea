"""Observes `train` and `accuracy`, on our own small networks and data.

Runs in the sandbox, beside the student's code.
"""

import inspect
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from autograder.probes.artefacts import read_checkpoint
from autograder.probes.weights import called

CLASSES = 10
BATCH = 20
MODEL_FILE = "written_by_train.pth"
USUAL_FILE = "model.pth"  # where a train without that parameter writes
MOST_NUMBERS = 2000


def history(submitted, num_epochs, batches, print_every, right):
    """Return what `train` returned, and rates and loss that were really the case.

    Args:
        submitted: the student's module.
        num_epochs: epochs.
        batches: of the training set; each is composed alike, so that every average comes to the same.
        print_every: steps between two notes.
        right: how many of 20 pictures are recognised: by name `train` and `test` for the set, then `eval` and
            `train` for the network's mode.
    """
    model = _TwoFaced()
    learner = _Recording(model.parameters(), 0.2, model)
    scheduler = torch.optim.lr_scheduler.MultiStepLR(learner, list(range(1, num_epochs)), gamma=0.5)
    trainloader = _loader(_pictures(BATCH * batches, right["train"]["eval"], right["train"]["train"]))
    testloader = _loader(_pictures(2 * BATCH, right["test"]["eval"], right["test"]["train"]))
    returned = _call_train(submitted, model, trainloader, testloader, learner, scheduler, num_epochs, print_every)
    return {
        "history": _plain(returned),
        "returned": called(returned),
        "rates": sorted({*learner.rates, float(learner.param_groups[0]["lr"])}, reverse=True),
        "losses": [_mean_loss(model, trainloader, mode) for mode in (True, False)],
    }


def accuracies(submitted, right):
    """Return what `accuracy` says of a network handed over in eval mode, and in training mode."""
    loader, measure, model = _loader(_pictures(2 * BATCH, **right)), submitted.get("accuracy"), _TwoFaced()
    figures = []
    for mode in (False, True):
        figures.append(float(measure(model.train(mode), loader)))
    return {"in_eval_mode": figures[0], "in_train_mode": figures[1]}


def kept_state(submitted, num_epochs, batches, best):
    """Return at which step the state was written that `train` left in its file.

    Args:
        submitted: the student's module.
        num_epochs: epochs.
        batches: steps of an epoch.
        best: first and last step after which the network recognises most pictures, in either set and mode.
    """
    model = _Peaking(*best)
    before = Path(USUAL_FILE).read_bytes() if Path(USUAL_FILE).is_file() else b""
    loader = _loader(_pictures(BATCH * batches, 0, 0))
    learner = _Recording(model.parameters(), 0.1, model)
    scheduler = torch.optim.lr_scheduler.ConstantLR(learner, factor=1.0)
    _call_train(submitted, model, loader, loader, learner, scheduler, num_epochs, batches)
    written = MODEL_FILE
    if not Path(MODEL_FILE).is_file() and Path(USUAL_FILE).is_file() and Path(USUAL_FILE).read_bytes() != before:
        written = USUAL_FILE
    if not Path(written).is_file():
        return {"written": False}
    state = read_checkpoint(written)
    clocks = [float(value) for key, value in state.items() if key.endswith("clock")]
    return {"written": True, "step": clocks[0] if clocks else -1.0, "last": float(model.clock)}


def gradients(submitted):
    """Return the gradient's size at each step over the same batch thrice, where the network is sure and wrong.

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
        error = f"{type(caught).__name__}: {caught}"[:300]
    return {"alone": alone, "sizes": learner.sizes[:MOST_NUMBERS], "batches": 3, "error": error}


class _TwoFaced(nn.Module):
    """Gives the class that the picture itself names, another one in each mode, whatever is learned.

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
    """Recognises every picture between two steps, the later half of a set before, and the earlier half after."""

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
    """Notes rate and gradient at each step, and turns the network's clock."""

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


def _pictures(count, eval, train):
    """Return pictures that name their class, of every 20 so many rightly in eval mode and in training mode."""
    labels = torch.arange(count) % CLASSES
    images = torch.zeros(count, 1, 28, 28)
    place = torch.arange(count) % BATCH
    images[:, 0, 0, 0] = torch.where(place < eval, labels, (labels + 1) % CLASSES).float()
    images[:, 0, 0, 1] = torch.where(place < train, labels, (labels + 1) % CLASSES).float()
    images[:, 0, 0, 2], images[:, 0, 0, 3] = labels.float(), (place >= BATCH // 2).float()
    return TensorDataset(images, labels)


def _loader(pictures):
    return DataLoader(pictures, batch_size=BATCH)


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


def _plain(value, depth=0):
    """Return what a history holds as plain data: numbers, texts, lists and dicts."""
    if isinstance(value, (torch.Tensor, np.ndarray, np.generic)):
        value = value.tolist()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value[:100] if isinstance(value, str) else value
    if depth > 4:
        return called(value)
    if hasattr(value, "to_dict"):  # a table of pandas
        value = value.to_dict("list")
    if isinstance(value, dict):
        return {str(key)[:100]: _plain(one, depth + 1) for key, one in list(value.items())[:MOST_NUMBERS]}
    if isinstance(value, (list, tuple)):
        return [_plain(one, depth + 1) for one in list(value)[:MOST_NUMBERS]]
    return called(value)
