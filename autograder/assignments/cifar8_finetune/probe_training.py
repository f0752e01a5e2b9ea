"""Observes the optimizer and one pass of `train`, on our own network.

Runs in the sandbox, beside the student's code.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from autograder.assignments.cifar8_finetune.observed import (
    MOST_LOSSES,
    MOST_STEPS,
    GradientSizes,
    Optimizer,
    TrainingPass,
)
from autograder.probes.small_training import ConvNet, coloured_images, watched_sgd
from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import called

CLASSES, NOISE = 8, 0.1


def optimizer(submitted, optim_type, hparams):
    """Return kind and hyperparameters of the optimizer, and where two steps take a parameter."""
    weight = nn.Parameter(torch.ones(3))
    made = submitted.get("build_optimizer")(optim_type, [weight], dict(hparams))
    if not isinstance(made, torch.optim.Optimizer):
        raise UnexpectedResult(f"build_optimizer returned {called(made)}; a torch.optim optimizer is expected")
    group = made.param_groups[0]
    # Two unlike gradients, far below the weights: the size of one alone does not reach Adam's steps.
    for gradient in ([0.01, -0.02, 0.005], [0.03, -0.01, 0.02]):
        weight.grad = torch.tensor(gradient)
        made.step()
    return Optimizer(
        kind=type(made).__name__,
        lr=float(group["lr"]),
        momentum=float(group.get("momentum", 0.0)),
        holds_parameters=sum(len(one["params"]) for one in made.param_groups),
        after_two_steps=weight.detach().numpy(),
    )


def _noting_norms(head, norms):
    """Return a function that notes the size of the head's gradient, where there is one."""

    def note(learner):
        if head.weight.grad is not None:
            norms.append(float(head.weight.grad.norm()))

    return note


def training_pass(submitted, seed):
    """Return the loss before and after one pass of the student's `train`, and whether the head moved."""
    torch.manual_seed(seed)
    images, labels = coloured_images(192, CLASSES, NOISE)
    model, loss_fn = ConvNet(CLASSES, is_frozen=True), nn.CrossEntropyLoss()
    before, loss_before = model.head.weight.detach().clone(), float(loss_fn(model(images), labels).detach())
    norms, losses = [], []

    def note_loss(learner):
        if len(losses) < MOST_LOSSES:
            with torch.no_grad():
                losses.append(float(loss_fn(model(images), labels)))

    learner = watched_sgd(model.head.parameters(), 0.5, _noting_norms(model.head, norms), note_loss)
    submitted.get("train")(DataLoader(TensorDataset(images, labels), batch_size=8), model, loss_fn, learner)
    model.eval()
    return TrainingPass(
        loss_before=loss_before,
        loss_after=float(loss_fn(model(images), labels).detach()),
        head_moved=float((model.head.weight.detach() - before).abs().max()),
        steps=len(norms),
        losses=[loss_before, *losses],
    )


def gradient_sizes(submitted, seed):
    """Return the head's gradient at each step of a pass over the same batch thrice, with a rate of 0.

    The weights stay, so the gradient of each batch alone is the same each time. Where no step is made,
    what is left in `.grad` after the pass tells, beside the gradient of one batch.
    """
    torch.manual_seed(seed)
    images, labels = coloured_images(16, CLASSES, NOISE)
    model, loss_fn = ConvNet(CLASSES, is_frozen=True), nn.CrossEntropyLoss()
    loss_fn(model(images), labels).backward()
    alone = float(model.head.weight.grad.norm())
    model.zero_grad(set_to_none=True)
    norms = []
    learner = watched_sgd(model.head.parameters(), 0.0, _noting_norms(model.head, norms))
    thrice = TensorDataset(images.repeat(3, 1, 1, 1), labels.repeat(3))
    submitted.get("train")(DataLoader(thrice, batch_size=16), model, loss_fn, learner)
    left = model.head.weight.grad
    return GradientSizes(alone=alone, at_steps=norms[:MOST_STEPS], left=0.0 if left is None else float(left.norm()))
