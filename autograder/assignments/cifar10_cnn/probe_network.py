"""Observes the network as a whole: outputs, parameters, state dict.

Runs in the sandbox, beside the student's code.
"""

import contextlib

import torch
from torch import nn

from autograder.assignments.cifar10_cnn.observed import Output, Outputs, Parameters, Reloaded
from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import called


def _built(submitted, classes):
    """Return the student's network for that many classes; lazy layers have got their shapes."""
    make = submitted.get("CNN")
    try:
        model = make(num_classes=classes)
    except TypeError:  # the parameter has another name
        model = make(classes)
    if not isinstance(model, nn.Module):
        raise UnexpectedResult(f"CNN returned {called(model)}; a torch.nn.Module is expected")
    with torch.no_grad(), contextlib.suppress(Exception):  # what forward does is observed elsewhere
        model.eval()(torch.zeros(2, 3, 32, 32))
        model.train()
    return model


def outputs(submitted, classes, counts):
    """Return the shapes of the logits for batches of these sizes."""
    model = _built(submitted, classes).eval()
    seen = []
    with torch.no_grad():
        for count in counts:
            logits = model(torch.randn(count, 3, 32, 32))
            seen.append(Output(images=count, shape=list(logits.shape), finite=bool(torch.isfinite(logits).all())))
    return Outputs(outputs=seen)


def parameters(submitted, classes):
    """Return the shapes of all trainable parameters, by name too, and the number of the state dict's entries."""
    model = _built(submitted, classes)
    learning = [parameter for parameter in model.parameters() if parameter.requires_grad]
    return Parameters(
        named=[(name[:80], list(value.shape)) for name, value in model.named_parameters() if value.requires_grad],
        shapes=sorted(list(parameter.shape) for parameter in learning),
        count=sum(parameter.numel() for parameter in learning),
        entries=len(model.state_dict()),
    )


def reloaded(submitted, seed=8):
    """Return how far the logits of a second network are from those of the first whose state dict it got."""
    torch.manual_seed(seed)
    images = torch.randn(4, 3, 32, 32)
    first, second = _built(submitted, 10), _built(submitted, 10)
    with torch.no_grad():
        for tensor in first.state_dict().values():
            if tensor.is_floating_point():
                tensor.mul_(1.25).add_(0.01)  # so that even running statistics differ from fresh ones
        before, fresh = _logits(first, images), _logits(second, images)
        second.load_state_dict(first.state_dict())
        after = _logits(second, images)
    return Reloaded(far_before=float((fresh - before).abs().max()), far_after=float((after - before).abs().max()))


def _logits(model, images):
    """Return the logits in eval mode; a dropout that is active all the same, judged elsewhere, draws alike."""
    torch.manual_seed(8)
    return model.eval()(images)
