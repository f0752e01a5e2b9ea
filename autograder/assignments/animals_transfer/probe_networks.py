"""Observes the three networks, and whether their checkpoints fit them.

Runs in the sandbox, beside the student's code.
"""

import copy

import torch
from torch import nn

from autograder.assignments.animals_transfer.observed_training import (
    MOST_STORED,
    MOST_TENSORS,
    NAME_LENGTH,
    TEXT_LENGTH,
    LoneCheckpoint,
    Network,
    Tensor,
)
from autograder.probes.artefacts import load_strictly, read_checkpoint
from autograder.probes.drawn_weights import answers, drawn_images
from autograder.probes.pretrained import pretrained_share
from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import batch_norm_statistics, called

FEW = 2  # images
SIDES = (64, 224)  # torchvision's ResNet takes images of any size, and small ones cost little; others may not


def network(submitted, builder, checkpoint, seed=0):
    """Return facts about the network that a builder returns, and what is wrong with its checkpoint.

    Args:
        submitted: the submission.
        builder: name of the student's function.
        checkpoint: file of the upload.
        seed: of images and weights.
    """
    model = submitted.get(builder)()
    if not isinstance(model, nn.Module):
        raise UnexpectedResult(f"{builder} returned {called(model)}; a torch.nn.Module is expected")
    trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
    facts = {
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "trainable": sum(parameter.numel() for parameter in trainable),
        "tensors": [
            Tensor(name=name[:NAME_LENGTH], shape=list(parameter.shape), learns=parameter.requires_grad)
            for name, parameter in list(model.named_parameters())[:MOST_TENSORS]
        ],
        "convolutions": sum(isinstance(module, nn.Conv2d) for module in model.modules()),
        "pretrained_share": pretrained_share(model),
    }
    output, side, statistics_moved = _outputs(copy.deepcopy(model))  # a pass in train mode moves statistics
    images = drawn_images(FEW, side, seed)
    asked = {"given": answers(copy.deepcopy(model), images), "filled": answers(copy.deepcopy(model), images, seed)}
    # Last, because it changes the weights.
    problem = _problem(model, checkpoint)
    return Network(
        **facts,
        **asked,
        output=output,
        side=side,
        statistics_moved=statistics_moved,
        checkpoint_problem=problem,
        loaded=None if problem else answers(model, images),
    )


def checkpoint_alone(submitted, checkpoint, seed, side):
    """Return what a plain ResNet-18 with three outputs makes of images with a checkpoint, or why it does not load.

    Nothing of the submission's code runs here. Names may have something in front; else tensors are taken in order.
    """
    from torchvision.models import resnet18

    model = resnet18(weights=None)
    model.fc = nn.Linear(model.fc.in_features, 3)
    problem = _problem(model, checkpoint)
    is_loaded = not problem or _is_loaded_otherwise(model, checkpoint)
    loaded = answers(model, drawn_images(FEW, side, seed)) if is_loaded else None
    return LoneCheckpoint(tensors=_stored(checkpoint), checkpoint_problem=problem, loaded=loaded)


def _stored(checkpoint):
    """Return the shapes of a checkpoint's tensors, by their names; none where it cannot be read."""
    try:
        state = read_checkpoint(checkpoint)
    except UnexpectedResult:
        return {}
    return {name[:NAME_LENGTH]: list(one.shape) for name, one in list(state.items())[:MOST_STORED]}


def _is_loaded_otherwise(model, checkpoint):
    """Load a checkpoint by the ends of its names, or by the order of its tensors; return whether the shapes fit."""
    try:
        state = read_checkpoint(checkpoint)
    except UnexpectedResult:
        return False
    own = model.state_dict()
    values = dict(zip(own, state.values(), strict=False))
    for name in own:
        keys = [key for key in state if f".{key}".endswith(f".{name}")]
        if keys:
            values[name] = state[min(keys, key=len)]  # "backbone.conv1.weight", not "backbone.layer1.0.conv1.weight"
    fits = len(own) == len(state) and all(
        isinstance(values.get(name), torch.Tensor) and values[name].shape == one.shape for name, one in own.items()
    )
    if fits:
        model.load_state_dict(values)
    return fits


def _outputs(model):
    """Return the shape of the output, the side of images, and whether statistics of batch norms move in training."""
    with torch.no_grad():
        model.eval()
        for side in SIDES:
            images = torch.randn(2, 3, side, side)
            try:
                shape = list(model(images).shape)
                break
            except RuntimeError:
                if side == SIDES[-1]:
                    raise
        before = batch_norm_statistics(model)
        model.train()
        model(images)
    return shape, side, batch_norm_statistics(model) != before


def _problem(model, checkpoint):
    try:
        load_strictly(model, read_checkpoint(checkpoint), checkpoint)
    except UnexpectedResult as error:
        return str(error)[:TEXT_LENGTH]
    return ""
