"""Observes the network, fresh and after one pass of training.

Runs in the sandbox, beside the student's code.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from autograder.assignments.cifar8_finetune.observed import Network, Output, Parameter, PassOverOwnModel
from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import backbone_digests, batch_norm_statistics, called, digest


def network(submitted, trained, counts=(1, 2, 5)):
    """Return output shapes for batches of these sizes; of each parameter place, shape, digest, whether it learns."""
    model = _built(submitted, trained)
    model.eval()
    outputs = []
    with torch.no_grad():
        for count in counts:
            logits = model(torch.randn(count, 3, 32, 32))
            outputs.append(Output(images=count, shape=logits.shape, finite=bool(torch.isfinite(logits).all())))
    return Network(outputs=outputs, parameters=_parameters(model))


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


def pass_over_own_model(submitted, trained):
    """Return which weights of the student's own network one pass of the student's `train` moves."""
    model = _built(submitted, trained)
    before, statistics = backbone_digests(model), batch_norm_statistics(model)
    torch.manual_seed(4)
    batches = DataLoader(TensorDataset(torch.randn(12, 3, 32, 32), torch.arange(12) % 8), batch_size=6)
    # Over all parameters: handing frozen ones to the optimizer is allowed, and must move nothing.
    submitted.get("train")(batches, model, nn.CrossEntropyLoss(), torch.optim.SGD(model.parameters(), lr=0.1))
    after = backbone_digests(model)
    return PassOverOwnModel(
        backbone=len(before),
        moved=sorted(name for name in before if after.get(name) != before[name]),
        statistics_moved=statistics != batch_norm_statistics(model),
    )
