"""Observes the network as a whole: outputs, parameters, state dict.

Runs in the sandbox, beside the student's code.
"""

import contextlib

import numpy as np
import torch
from torch import nn

from autograder.assignments.cifar10_cnn.known_weights import IMAGES, calls_of, fill
from autograder.assignments.cifar10_cnn.observed import Output, Outputs, Parameters, Reloaded
from autograder.assignments.cifar10_cnn.questions import noise_images
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


def outputs(submitted, classes, counts, step):
    """Return what the network makes of batches of these sizes, with the weights that the question asks for.

    Args:
        submitted: the student's module.
        classes: outputs of the network.
        counts: of images in each batch.
        step: from which weights and images follow.
    """
    model = _built(submitted, classes)
    filled = fill(model, step)
    place = max((place for place, layer in enumerate(filled) if isinstance(layer, nn.Linear)), default=0)
    return Outputs(place=place, outputs=[_output(model, noise_images(count, step), filled[place:]) for count in counts])


def _output(model, images, last):
    """Return the logits for a batch, and what the last linear layer gets."""
    calls, logits = calls_of(model, torch.from_numpy(images))
    into = [entered for layer, entered, _ in calls if last and layer is last[0] and isinstance(layer, nn.Linear)]
    features = into[-1].float().numpy() if into else np.zeros((0, 0), np.float32)
    return Output(features=features, logits=logits.float().numpy())


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


def reloaded(submitted, step):
    """Return logits of a network with known weights, and of a second one before and after it got the first's."""
    images = torch.from_numpy(noise_images(IMAGES, step))
    first, second = _built(submitted, 10), _built(submitted, 10)
    fill(first, step)
    before, fresh = _logits(first, images), _logits(second, images)
    second.load_state_dict(first.state_dict())
    return Reloaded(first=before, fresh=fresh, loaded=_logits(second, images))


def _logits(model, images):
    return calls_of(model.eval(), images)[1].float().numpy()
