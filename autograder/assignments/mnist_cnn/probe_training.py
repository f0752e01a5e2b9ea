"""What is observed of optimizers, schedulers and `train`, on small networks and data of the harness's own.

Runs in the sandbox, beside the student's code.
"""

import inspect
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from autograder.inside.artefacts import read_checkpoint
from autograder.inside.probing import MissingName, UnexpectedResult
from autograder.inside.weights import called

CLASSES = 10
BATCH = 20
MODEL_FILE = "written_by_train.pth"
USUAL_FILE = "model.pth"  # where a train without that parameter writes
SPELLINGS = {"SGD": ("SGD", "sgd"), "Adam": ("Adam", "adam", "ADAM")}
MOST_NUMBERS = 2000


def optimizer(submitted, name, lr):
    """Return kind, rate and parameters of the optimizer."""
    build, own = submitted.get("build_optimizer"), [nn.Parameter(torch.ones(3)), nn.Parameter(torch.ones(2))]
    for spelling in SPELLINGS[name]:
        try:
            made = build(spelling, iter(own), lr)
        except (ValueError, KeyError, AttributeError):
            if spelling == SPELLINGS[name][-1]:
                raise
            continue
        if isinstance(made, torch.optim.Optimizer) and name in _kinds(made):
            break
    if not isinstance(made, torch.optim.Optimizer):
        raise UnexpectedResult(f"build_optimizer returned {called(made)}; a torch.optim optimizer is expected")
    held = [one for group in made.param_groups for one in group["params"]]
    return {
        "kinds": _kinds(made),
        "rates": [float(group["lr"]) for group in made.param_groups],
        "ours": sum(any(one is mine for mine in own) for one in held),
        "others": sum(all(one is not mine for mine in own) for one in held),
    }


def shared(submitted):
    """Return how many parameters two calls of build_model share, and optimizers at module level with each other."""
    networks = []
    try:
        networks = [submitted.get("build_model")() for _ in range(2)]
    except (MissingName, NotImplementedError):
        pass
    named = {name: value for name, value in vars(submitted.module).items() if isinstance(value, nn.Module)}
    pairs = [
        (one, other)
        for sgd, one in named.items()
        for adam, other in named.items()
        if "sgd" in sgd.lower() and "adam" in adam.lower()
    ]
    made = [value for value in vars(submitted.module).values() if isinstance(value, torch.optim.Optimizer)]
    by_kind = {kind: _held([one for one in made if kind in _kinds(one)]) for kind in SPELLINGS}
    return {
        "built": len(_weights(networks[0]) & _weights(networks[1])) if len(networks) == 2 else 0,
        "named": max((len(_weights(one) & _weights(other)) for one, other in pairs), default=0),
        "optimizers": len(by_kind["SGD"] & by_kind["Adam"]),
    }


def rates(submitted, num_epochs, batches, lr):
    """Return the rate in force at each optimizer step of the student's `train` under the student's scheduler.

    Where `train` does not come as far as a step, a loop of the harness's own steps in its place.
    """
    model = _TwoFaced(torch.zeros(BATCH, dtype=torch.long))
    learner = _Recording(model.parameters(), lr, model)
    scheduler = submitted.get("build_scheduler")(learner, num_epochs)
    seen = {"by": "train", "scheduler": "" if hasattr(scheduler, "step") else called(scheduler), "error": ""}
    loader = _loader(_pictures(BATCH * batches, 0, 0))
    try:
        _call_train(submitted, model, loader, loader, learner, scheduler, num_epochs)
    except Exception as error:
        seen["error"] = f"{type(error).__name__}: {error}"[:300]
    if not learner.rates and hasattr(scheduler, "step"):
        seen["by"] = "harness"
        for _ in range(num_epochs):
            for _ in range(batches):
                learner.step()
            scheduler.step()
    return seen | {"rates": learner.rates[:MOST_NUMBERS]}


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

    def __init__(self, ignored=None):
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


def _kinds(made):
    return [kind.__name__ for kind in type(made).__mro__]


def _weights(model):
    return {id(one) for one in model.parameters()}


def _held(optimizers):
    return {id(one) for made in optimizers for group in made.param_groups for one in group["params"]}
