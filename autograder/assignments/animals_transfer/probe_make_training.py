"""Observes `make_training`, on our own small network.

Runs in the sandbox, beside the student's code.
"""

import torch
from torch import nn

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

    def forward(self, pictures):
        return self.fc(self.conv1(pictures).mean((2, 3)))


def parts(submitted, gradient):
    """Return how far the optimizer of the student's `make_training` moves weights.

    Args:
        submitted: the submission.
        gradient: of every weight, in two steps from zero; weights of one get a gradient of zero.
    """
    at_rest, model = _Small(1.0), _Small(0.0)
    _, resting, _ = _made(submitted, at_rest)
    _step(resting, at_rest, 0.0)
    _, optimizer, _ = _made(submitted, model)
    after = []
    for _ in range(2):
        _step(optimizer, model, gradient)
        after.append([float(parameter.detach().flatten()[0]) for parameter in model.parameters()])
    return {
        "kind": type(resting).__name__,
        "shrunk": [
            1 - float(parameter.detach().flatten()[0]) for parameter in at_rest.parameters() if parameter.dim() > 1
        ],
        "after_steps": after,
    }


def schedule(submitted, epochs):
    """Return the learning rate in force in each epoch, with one step of optimizer and scheduler an epoch."""
    model = _Small(0.0)
    _, optimizer, scheduler = _made(submitted, model)
    rates = []
    for _ in range(epochs):
        rates.append(float(optimizer.param_groups[0]["lr"]))
        _step(optimizer, model, 0.0)
        scheduler.step()
    return {"kind": type(scheduler).__name__, "rates": rates}


def criterion(submitted, logits, labels):
    """Return the student's loss of these logits and labels."""
    loss = _made(submitted, _Small(0.0))[0](torch.tensor(logits), torch.tensor(labels))
    return {"loss": float(loss)}


def _step(optimizer, model, gradient):
    for parameter in model.parameters():
        parameter.grad = torch.full_like(parameter, gradient)
    optimizer.step()


def _made(submitted, model):
    """Return (criterion, optimizer, scheduler), told apart by what they are."""
    made = submitted.get("make_training")(model)
    if not isinstance(made, (tuple, list)) or len(made) != 3:
        raise UnexpectedResult(f"make_training returned {called(made)}; (criterion, optimizer, scheduler) is expected")
    optimizers = [part for part in made if isinstance(part, torch.optim.Optimizer)]
    schedulers = [part for part in made if hasattr(part, "step") and part not in optimizers]
    losses = [part for part in made if callable(part) and part not in optimizers + schedulers]
    if not optimizers or not schedulers or not losses:
        raise UnexpectedResult(
            f"make_training returned {', '.join(called(part) for part in made)}; "
            "(criterion, optimizer, scheduler) is expected"
        )
    return losses[0], optimizers[0], schedulers[0]
