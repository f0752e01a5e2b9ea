"""Observes the ResNet-18 and its images of garments. Runs in the sandbox, beside the student's code."""

import contextlib
from pathlib import Path

import numpy as np
import torch
import torchvision
from PIL import Image
from torch import nn

from autograder.assignments.mnist_cnn.checkpoint_loading import load_by_name_or_order
from autograder.assignments.mnist_cnn.observed import (
    MOST_PREPARED,
    FashionImages,
    FashionSets,
    Garments,
    GarmentsNetwork,
    Pass,
    PlainResNet18,
    PreparedGarments,
    ResNet18,
)
from autograder.probes.artefacts import read_checkpoint
from autograder.probes.clean_room import CalledLayers, as_they_reach_it, images_or_none, shown
from autograder.probes.drawn_weights import answers as answers_of_drawn
from autograder.probes.drawn_weights import drawn_images
from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import called

CHECKPOINT = "fashion_mnist.pth"
SIDE = 224
FETCHES = 16  # of an image that is only mirrored, all come out the same one time in 32,768
GARMENT_BATCH = 10
FILLED = 2  # drawn images
SIDES = (64, SIDE)  # torchvision's ResNet takes images of any size, and small ones cost little; others may not
SHOWN = 12  # public garments, to compare our network with the student's
CLASSES = 10
TEST_IMAGES = "FashionMNIST/raw/t10k-images-idx3-ubyte"
BILINEAR = Image.Resampling.BILINEAR
PLAIN_SCALES = ((0.0, 1.0), (0.2860, 0.3530))  # mean and standard deviation
NO_ANSWERS = Garments(logits=np.zeros((0, 0), np.float32), agreement=0.0)


def resnet18(submitted, count, seed):
    """Return the size of the network that build_resnet18 builds, and its answers to drawn images of one channel.

    Args:
        submitted: the submission.
        count: images for which it gives its own output.
        seed: of drawn images and weights.
    """
    model = _built(submitted, pretrained=True)
    convolutions = [one for one in model.modules() if isinstance(one, nn.Conv2d)]
    try:
        with torch.no_grad():
            output = list(model.eval()(torch.zeros(count, 1, SIDE, SIDE)).shape)
        side, filled = _filled(model, seed)
    except RuntimeError as error:
        output, side, filled = str(error)[:200], SIDE, None
    return ResNet18(
        parameters=sum(one.numel() for one in model.parameters()),
        convolutions=len(convolutions),
        channels=convolutions[0].in_channels if convolutions else 0,
        first=_sizes(convolutions[0]) if convolutions else [],
        output=output,
        side=side,
        filled=filled,
    )


def plain_resnet18(submitted, seed, side):
    """Return the answers of a network of ours to the same images with the same weights."""
    return PlainResNet18(filled=_answers_of_side(_ours(), seed, side))


def _filled(model, seed):
    """Return a side that the network takes, and its answers to images of that side."""
    for side in SIDES[:-1]:
        with contextlib.suppress(RuntimeError):
            return side, _answers_of_side(model, seed, side)
    return SIDES[-1], _answers_of_side(model, seed, SIDES[-1])


def _answers_of_side(model, seed, side):
    return answers_of_drawn(model, drawn_images(FILLED, side, seed)[:, :1], seed)


def _sizes(convolution):
    sizes = (convolution.kernel_size, convolution.stride, convolution.padding)
    return [one[0] for one in sizes if not isinstance(one, str)]


def fashion_images(submitted, train, levels):
    """Put one garment with parts of these levels through fashion_transform(train) several times."""
    garment = _a_shoe(levels)
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


def garments_network(submitted):
    """Return what the network with the uploaded checkpoint predicts for public garments.

    They pass through the student's preprocessing for testing or, where that fails, through plain ones.
    """
    model = _built(submitted, pretrained=False)
    load_by_name_or_order(model, read_checkpoint(CHECKPOINT), CHECKPOINT)
    planes = np.frombuffer(Path(TEST_IMAGES).read_bytes(), np.uint8, offset=16).reshape(-1, 28, 28)[:SHOWN]
    passes = []
    with CalledLayers(model.eval()) as seen, torch.no_grad():
        for way, images in _prepared(submitted, planes):
            seen.inputs.clear()
            output = model(images).float()
            passes.append(Pass(way=way, **shown(images, torch.cat(seen.inputs) if seen.inputs else None, output)))
    return GarmentsNetwork(passes=passes)


def prepared_garments(submitted):
    """Return the held-out garments after the student's transform for testing."""
    transform = submitted.get("fashion_transform")(False)
    images = [transform(Image.fromarray(plane)) for plane in submitted.receive("heldout")]
    return PreparedGarments(images=images_or_none(torch.stack(images), MOST_PREPARED))


def garments(submitted):
    """Return the logits of the held-out garments by a network of ours with the uploaded checkpoint."""
    network = _ours()
    try:
        load_by_name_or_order(network, read_checkpoint(CHECKPOINT), CHECKPOINT)
    except UnexpectedResult:  # another test says what is wrong with it
        return NO_ANSWERS
    seen, heldout = submitted.receive("shown"), submitted.receive("heldout")
    try:
        return _answers(network, seen, heldout)
    except (RuntimeError, IndexError, ValueError, TypeError):  # images of any form may come as those that it was shown
        return NO_ANSWERS


def _answers(network, seen, heldout):
    images, way = heldout["images"], (heldout["mix"], heldout["shift"])
    with torch.no_grad():
        ours = network(torch.from_numpy(seen["inputs"].copy())).argmax(1).numpy()
        parts = [
            network(as_they_reach_it(images[start : start + GARMENT_BATCH], *way))
            for start in range(0, len(images), GARMENT_BATCH)
        ]
    return Garments(logits=torch.cat(parts).numpy(), agreement=float(np.mean(ours == seen["predicted"])))


def _ours():
    network = torchvision.models.resnet18(num_classes=CLASSES)
    network.conv1 = nn.Conv2d(1, 64, kernel_size=7, stride=2, padding=3, bias=False)
    return network.eval()


def _prepared(submitted, planes):
    """Return ways and images: by the student's preprocessing or, where that fails, by plain ones."""
    images = [Image.fromarray(plane) for plane in planes]
    try:
        transform = submitted.get("fashion_transform")(False)
        return [("fashion_transform", torch.stack([transform(one) for one in images]))]
    except Exception:
        resized = torch.stack([torch.as_tensor(np.asarray(one.resize((SIDE, SIDE), BILINEAR))) for one in images])
        scaled = resized[:, None].float() / 255
        return [("plain", (scaled - mean) / std) for mean, std in PLAIN_SCALES]


def _built(submitted, pretrained):
    build = submitted.get("build_resnet18")
    try:
        model = build(pretrained=pretrained)
    except TypeError:
        model = build()
    if not isinstance(model, nn.Module):
        raise UnexpectedResult(f"build_resnet18 returned {called(model)}; a torch.nn.Module is expected")
    return model


def _a_shoe(levels):
    """Return an image that every mirroring, turning or shifting changes, 28×28."""
    shoe = np.zeros((28, 28), np.uint8)
    shoe[14:20, 3:25], shoe[8:14, 15:23], shoe[18:20, 3:25] = levels
    return Image.fromarray(shoe)
