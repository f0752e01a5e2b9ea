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
from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import called


def optimizer(submitted, optim_type, hparams):
    """Return kind and hyperparameters of the optimizer, and where two steps take a parameter."""
    weight = nn.Parameter(torch.ones(3))
    made = submitted.get("build_optimizer")(optim_type, [weight], dict(hparams))
    if not isinstance(made, torch.optim.Optimizer):
        raise UnexpectedResult(f"build_optimizer returned {called(made)}; a torch.optim optimizer is expected")
    group = made.param_groups[0]
    for _ in range(2):
        weight.grad = torch.tensor([1.0, -2.0, 0.5])
        made.step()
    return Optimizer(
        kind=type(made).__name__,
        lr=float(group["lr"]),
        momentum=float(group.get("momentum", 0.0)),
        holds_parameters=sum(len(one["params"]) for one in made.param_groups),
        after_two_steps=weight.detach().numpy(),
    )


class _SmallNet(nn.Module):
    """A frozen convolution and a linear head, of the harness's own."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 8, 5, stride=4), nn.ReLU(), nn.AdaptiveAvgPool2d(2), nn.Flatten())
        self.head = nn.Linear(32, 8)
        for parameter in self.features.parameters():
            parameter.requires_grad = False

    def forward(self, images):
        return self.head(self.features(images))


def _recording(head, lr, norms, losses=None, loss=None):
    """Return an optimizer of the head; its notes are lists that are none of its attributes.

    Args:
        head: the linear layer.
        lr: learning rate.
        norms: takes the size of the gradient at each step that finds one.
        losses: takes what `loss` gives after each of the first steps.
        loss: a function.
    """

    class Recording(torch.optim.SGD):
        def step(self, closure=None):
            if head.weight.grad is not None:
                norms.append(float(head.weight.grad.norm()))
            result = super().step(closure)
            if loss and len(losses) < MOST_LOSSES:
                with torch.no_grad():
                    losses.append(float(loss()))
            return result

    return Recording(head.parameters(), lr=lr)


def _coloured_squares(count):
    """Return pictures that a linear head separates, (count, 3, 32, 32), and labels, (count,)."""
    labels = torch.arange(count) % 8
    colours = torch.stack([labels // 4 % 2, labels // 2 % 2, labels % 2], 1).float() * 2 - 1
    return colours[:, :, None, None] + 0.1 * torch.randn(count, 3, 32, 32), labels


def training_pass(submitted, seed):
    """Return the loss before and after one pass of the student's `train`, and whether the head moved."""
    torch.manual_seed(seed)
    images, labels = _coloured_squares(192)
    model, loss_fn = _SmallNet(), nn.CrossEntropyLoss()
    before, loss_before = model.head.weight.detach().clone(), float(loss_fn(model(images), labels).detach())
    norms, losses = [], []
    learner = _recording(model.head, 0.5, norms, losses, lambda: nn.functional.cross_entropy(model(images), labels))
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
    images, labels = _coloured_squares(16)
    model, loss_fn = _SmallNet(), nn.CrossEntropyLoss()
    loss_fn(model(images), labels).backward()
    alone = float(model.head.weight.grad.norm())
    model.zero_grad(set_to_none=True)
    norms = []
    learner = _recording(model.head, 0.0, norms)
    thrice = TensorDataset(images.repeat(3, 1, 1, 1), labels.repeat(3))
    submitted.get("train")(DataLoader(thrice, batch_size=16), model, loss_fn, learner)
    left = model.head.weight.grad
    return GradientSizes(alone=alone, at_steps=norms[:MOST_STEPS], left=0.0 if left is None else float(left.norm()))
