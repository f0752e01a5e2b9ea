"""Observes the ResNet-18 and its images of garments. Runs in the sandbox, beside the student's code."""

import numpy as np
import torch
from PIL import Image
from torch import nn

from autograder.assignments.mnist_cnn.observed import FashionImages, FashionSets, Garments, ResNet18
from autograder.probes.artefacts import load_strictly, read_checkpoint
from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import called

CHECKPOINT = "fashion_mnist.pth"
SIDE = 224
FETCHES = 16  # of an image that is only mirrored, all come out the same one time in 32,768
GARMENT_BATCH = 10
PLAIN_SCALES = ((0.0, 1.0), (0.2860, 0.3530))  # mean and standard deviation


def resnet18(submitted):
    """Return the size of the network that build_resnet18 builds, and its output for an image of one channel."""
    model = _built(submitted, pretrained=True)
    convolutions = [one for one in model.modules() if isinstance(one, nn.Conv2d)]
    try:
        with torch.no_grad():
            output = list(model.eval()(torch.zeros(1, 1, SIDE, SIDE)).shape)
    except RuntimeError as error:
        output = str(error)[:200]
    return ResNet18(
        parameters=sum(one.numel() for one in model.parameters()),
        convolutions=len(convolutions),
        channels=convolutions[0].in_channels if convolutions else 0,
        output=output,
    )


def fashion_images(submitted, train):
    """Put one garment through fashion_transform(train) several times."""
    garment = _a_shoe()
    transform = submitted.get("fashion_transform")(train)
    made = [torch.as_tensor(np.asarray(transform(garment))) for _ in range(FETCHES)]
    return FashionImages(shape=list(made[0].shape), varies=any(not torch.equal(made[0], one) for one in made[1:]))


def fashion_sets(submitted):
    """Return whether images of the training and of the test set vary from fetch to fetch."""
    varies = {}
    for name, data in zip(("train", "test"), submitted.get("load_fashion_mnist")(), strict=True):
        made = [torch.as_tensor(np.asarray(data[0][0])) for _ in range(FETCHES)]
        varies[name] = any(not torch.equal(made[0], one) for one in made[1:])
    return FashionSets(**varies)


def garments(submitted):
    """Return logits of held-out garments by the uploaded checkpoint and the student's preprocessing for testing.

    Where the preprocessing fails, plain ones stand in for it.
    """
    model, state = _built(submitted, pretrained=False), read_checkpoint(CHECKPOINT)
    _load_by_name_or_order(model, state)
    model.eval()
    images = [Image.fromarray(plane) for plane in submitted.receive("heldout")]
    try:
        transform = submitted.get("fashion_transform")(False)
        inputs = torch.stack([transform(one) for one in images])
        return Garments(way="fashion_transform", passes=[_logits(model, inputs)])
    except Exception:
        planes = torch.stack([torch.as_tensor(np.asarray(one.resize((SIDE, SIDE)))) for one in images])
        scaled = planes[:, None].float() / 255
        return Garments(way="plain", passes=[_logits(model, (scaled - mean) / std) for mean, std in PLAIN_SCALES])


def _built(submitted, pretrained):
    build = submitted.get("build_resnet18")
    try:
        model = build(pretrained=pretrained)
    except TypeError:
        model = build()
    if not isinstance(model, nn.Module):
        raise UnexpectedResult(f"build_resnet18 returned {called(model)}; a torch.nn.Module is expected")
    return model


def _load_by_name_or_order(model, state):
    """Load a checkpoint by names or, where these differ, by the order of its tensors."""
    try:
        load_strictly(model, state, CHECKPOINT)
    except UnexpectedResult:
        own = model.state_dict()
        if [value.shape for value in own.values()] != [value.shape for value in state.values()]:
            raise
        model.load_state_dict(dict(zip(own, state.values(), strict=True)))


def _logits(model, inputs):
    with torch.no_grad():
        parts = [model(inputs[start : start + GARMENT_BATCH]).float() for start in range(0, len(inputs), GARMENT_BATCH)]
    return torch.cat(parts).numpy()


def _a_shoe():
    """Return an image that every mirroring, turning or shifting changes, 28×28."""
    levels = np.zeros((28, 28), np.uint8)
    levels[14:20, 3:25], levels[8:14, 15:23], levels[18:20, 3:25] = 150, 120, 230
    return Image.fromarray(levels)
