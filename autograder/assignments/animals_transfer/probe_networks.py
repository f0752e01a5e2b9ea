"""Observes the three networks, and whether their checkpoints fit them.

Runs in the sandbox, beside the student's code.
"""

import torch
from torch import nn

from autograder.probes.artefacts import load_strictly, read_checkpoint
from autograder.probes.pretrained import pretrained_share
from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import batch_norm_statistics, called

MOST_TENSORS = 200  # of a network; a ResNet-18 has 62
SIDES = (64, 224)  # torchvision's ResNet takes pictures of any size, and small ones cost little; others may not


def network(submitted, builder, checkpoint):
    """Return facts about the network that a builder returns, and what is wrong with its checkpoint.

    Args:
        submitted: the submission.
        builder: name of the student's function.
        checkpoint: file of the upload.
    """
    model = submitted.get(builder)()
    if not isinstance(model, nn.Module):
        raise UnexpectedResult(f"{builder} returned {called(model)}; a torch.nn.Module is expected")
    trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
    facts = {
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "trainable": sum(parameter.numel() for parameter in trainable),
        "tensors": [
            [name[:80], list(parameter.shape), parameter.requires_grad]
            for name, parameter in list(model.named_parameters())[:MOST_TENSORS]
        ],
        "convolutions": sum(isinstance(module, nn.Conv2d) for module in model.modules()),
        "pretrained_share": pretrained_share(model),
        **_outputs(model),
    }
    return {**facts, "checkpoint_problem": _problem(model, checkpoint)}


def checkpoint_alone(submitted, checkpoint):
    """Return what is wrong with a checkpoint for a plain ResNet-18 with three outputs."""
    from torchvision.models import resnet18

    model = resnet18(weights=None)
    model.fc = nn.Linear(model.fc.in_features, 3)
    return {"checkpoint_problem": _problem(model, checkpoint)}


def _outputs(model):
    """Return the shape of the output, and whether frozen batch norms' statistics move in training mode."""
    with torch.no_grad():
        model.eval()
        for side in SIDES:
            pictures = torch.randn(2, 3, side, side)
            try:
                shape = list(model(pictures).shape)
                break
            except RuntimeError:
                if side == SIDES[-1]:
                    raise
        before = batch_norm_statistics(model)
        model.train()
        model(pictures)
    return {"output": shape, "statistics_moved": batch_norm_statistics(model) != before}


def _problem(model, checkpoint):
    try:
        load_strictly(model, read_checkpoint(checkpoint), checkpoint)
    except UnexpectedResult as error:
        return str(error)
    return ""
