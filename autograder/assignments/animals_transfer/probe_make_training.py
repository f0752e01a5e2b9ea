"""Observes `make_training`, on our own small network.

Runs in the sandbox, beside the student's code.
"""

from typing import Any, NamedTuple

import torch
from torch import nn
from torch.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau

from autograder.assignments.animals_transfer.observed_training import Criterion, Schedule, Steps
from autograder.probes.errors import error_text
from autograder.probes.records import as_dict
from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import called


class _Small(nn.Module):
    """Two layers, all ones, all to be trained."""

    def __init__(self, value):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 2, 1)
        self.fc = nn.Linear(2, 3)
        for parameter in self.parameters():
            nn.init.constant_(parameter, value)

    def forward(self, images):
        return self.fc(self.conv1(images).mean((2, 3)))


def parts(submitted, gradient):
    """Return how far the optimizer of the student's `make_training` moves weights.

    Args:
        submitted: the submission.
        gradient: of every weight, in two steps from zero; weights of one get a gradient of zero.
    """
    at_rest, model = _Small(1.0), _Small(0.0)
    _step(_optimizer_of(submitted, at_rest), at_rest, 0.0)
    optimizer = _optimizer_of(submitted, model)
    after = []
    for _ in range(2):
        _step(optimizer, model, gradient)
        after.append([float(parameter.detach().flatten()[0]) for parameter in model.parameters()])
    weights = [parameter for parameter in at_rest.parameters() if parameter.dim() > 1]
    return Steps(shrunk=[1 - float(weight.detach().flatten()[0]) for weight in weights], after=after)


def schedule(submitted, epochs):
    """Return the learning rate in force in each epoch, with one step of optimizer and scheduler an epoch."""
    model = _Small(0.0)
    made = _made(submitted, model)
    scheduler = made.part("scheduler")
    if isinstance(scheduler, ReduceLROnPlateau):
        raise UnexpectedResult(
            "make_training returned a ReduceLROnPlateau, which waits for a loss that stops falling; a scheduler is "
            "expected that needs nothing but scheduler.step() once an epoch"
        )
    optimizer = made.optimizer or scheduler.optimizer
    rates = []
    for _ in range(epochs):
        rates.append(float(optimizer.param_groups[0]["lr"]))
        _step(optimizer, model, 0.0)
        scheduler.step()
    return Schedule(rates=rates)


def criterion(submitted, logits, labels):
    """Return the student's loss of these logits and labels."""
    made = _made(submitted, _Small(0.0)).part("criterion")
    try:
        return Criterion(loss=float(made(torch.tensor(logits), torch.tensor(labels))))
    except Exception as error:  # the student's traceback would end in torch, at a call that is ours
        raise UnexpectedResult(
            f"the criterion is {called(made)}, and takes no logits (N, 3) with labels (N,) from 0 to 2: "
            f"{error_text(error)}"
        ) from None


def _step(optimizer, model, gradient):
    for parameter in model.parameters():
        parameter.grad = torch.full_like(parameter, gradient)
    optimizer.step()


class _Made(NamedTuple):
    """The parts that `make_training` returned, recognised by their types; None for each missing one."""

    criterion: Any
    optimizer: Any
    scheduler: Any
    returned: str  # in words

    def part(self, name):
        """Return the part that a test asks for; a missing part does not affect the tests of the others."""
        if getattr(self, name) is None:
            raise UnexpectedResult(
                f"make_training returned no {name}: {self.returned}; (criterion, optimizer, scheduler) is expected"
            )
        return getattr(self, name)


def _optimizer_of(submitted, model):
    return _made(submitted, model).part("optimizer")


def _made(submitted, model):
    made = as_dict(submitted.get("make_training")(model))
    if isinstance(made, dict):
        made = list(made.values())
    parts = list(made) if isinstance(made, (tuple, list)) else [made]
    optimizers = [part for part in parts if isinstance(part, torch.optim.Optimizer)]
    schedulers = [part for part in parts if _is_scheduler(part) and part not in optimizers]
    losses = [part for part in parts if callable(part) and part not in optimizers + schedulers]
    returned = ", ".join(called(part) for part in parts) or "nothing"
    return _Made(*(next(iter(found), None) for found in (losses, optimizers, schedulers)), returned)


def _is_scheduler(part):
    return isinstance(part, LRScheduler) or (hasattr(part, "step") and not isinstance(part, (nn.Module, type)))
