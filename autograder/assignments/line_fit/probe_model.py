"""Observes the model and its training. Runs in the sandbox, beside the student's code."""

import torch
from torch import nn

from autograder.assignments.line_fit.observed import MOST_LOSSES, Model, Training
from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import called


def model(submitted):
    """Return the trainable parameters' shapes, and the shapes of outputs for batches of 1 and of 5."""
    made = submitted.get("build_model")()
    if not isinstance(made, nn.Module):
        raise UnexpectedResult(f"build_model returned {called(made)}; a torch.nn.Module is expected")
    outputs = [
        list(made(torch.zeros(count, 1)).shape) for count in (1, 5)
    ]  # first, since lazy layers have no shape yet
    return Model(parameters=sorted(list(p.shape) for p in made.parameters() if p.requires_grad), outputs=outputs)


def training(submitted, rows):
    """Train a model of ours on these points, pairs of numbers; return the losses and what the model has become."""
    torch.manual_seed(torch.initial_seed())  # the assignment's, whatever an import has drawn from its generator
    points = torch.tensor(rows)
    own = nn.Linear(1, 1)
    losses = submitted.get("train")(own, points[:, :1], points[:, 1:])
    if not isinstance(losses, (list, tuple)):
        raise UnexpectedResult(f"train returned {called(losses)}; a list of losses is expected")
    return Training(
        losses=[float(loss) for loss in losses[:MOST_LOSSES]],
        slope=own.weight.item(),
        intercept=own.bias.item(),
    )
