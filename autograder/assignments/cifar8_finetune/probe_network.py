"""Observes the network, fresh and after one pass of training.

Runs in the sandbox, beside the student's code.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from autograder.assignments.cifar8_finetune.observed import Network, Parameter, PassOverOwnModel
from autograder.probes.drawn_weights import answers, drawn_images, fill
from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import backbone_digests, batch_norm_statistics, called, digest

SIDE = 32  # pixels
FEW = 3  # images


def network(submitted, trained, counts=(1, 2, 5), seed=0):
    """Return the network's parameters, and what it makes of drawn images with its own and with drawn weights.

    Args:
        submitted: the submission.
        trained: what `build_model` is asked for.
        counts: of images in three batches.
        seed: of images and weights.
    """
    model = _built(submitted, trained)
    model.eval()
    with torch.no_grad():
        logits = [model(drawn_images(count, SIDE, seed + count)).float().numpy() for count in counts]
    parameters = _parameters(model)
    images = drawn_images(FEW, SIDE, seed)
    return Network(
        logits=logits,
        parameters=parameters,
        given=answers(model, images),
        filled=answers(model, images, seed),
    )


def _built(submitted, trained):
    build = submitted.get("build_model")
    model = build(trained=True) if trained else build()
    if not isinstance(model, nn.Module):
        raise UnexpectedResult(f"build_model returned {called(model)}; a torch.nn.Module is expected")
    return model


def _parameters(model):
    """Return one entry for each parameter; `used` tells whether the output depends on it at all."""
    for parameter in model.parameters():
        parameter.grad = None
    logits = model(torch.randn(2, 3, 32, 32))
    if logits.requires_grad:
        logits.square().sum().backward()
    owners = {
        f"{path}.{name}".lstrip("."): type(owner).__name__
        for path, owner in model.named_modules()
        for name, _ in owner.named_parameters(recurse=False)
    }
    return [
        Parameter(
            name=name,
            owner=owners.get(name, ""),
            shape=parameter.shape,
            trainable=parameter.requires_grad,
            used=parameter.grad is not None and bool(parameter.grad.abs().sum() > 0),
            digest=digest(parameter),
        )
        for name, parameter in model.named_parameters()
    ]


def pass_over_own_model(submitted, trained, seed=0):
    """Return which weights of the student's own network one pass of the student's `train` moves.

    The network gets drawn weights before the pass. What it makes of drawn images afterwards is returned, too; the
    statistics of batch norms, which may move, are put back before.
    """
    model = _built(submitted, trained)
    images = drawn_images(FEW, SIDE, seed)
    fill(model, images, seed)
    before, statistics = backbone_digests(model), batch_norm_statistics(model)
    buffers = [one.clone() for one in model.buffers()]
    torch.manual_seed(seed)
    batches = DataLoader(TensorDataset(torch.randn(12, 3, SIDE, SIDE), torch.arange(12) % 8), batch_size=6)
    # Over all parameters: handing frozen ones to the optimizer is allowed, and must move nothing.
    submitted.get("train")(batches, model, nn.CrossEntropyLoss(), torch.optim.SGD(model.parameters(), lr=0.1))
    after, statistics_moved = backbone_digests(model), statistics != batch_norm_statistics(model)
    for one, kept in zip(model.buffers(), buffers, strict=True):
        one.copy_(kept)
    return PassOverOwnModel(
        backbone=len(before),
        moved=sorted(name for name in before if after.get(name) != before[name]),
        statistics_moved=statistics_moved,
        filled=answers(model, images),
    )
