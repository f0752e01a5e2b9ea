"""Observes what goes into each layer that has weights, where the grader knows images and weights.

Runs in the sandbox, beside the student's code. The trusted side computes what each layer makes of its input, and tells
what stands between two of them (an activation, pooling, dropout) from the numbers, so that `F.relu` counts like
`nn.ReLU()`, wherever and under whatever name it stands.
"""

import torch

from autograder.assignments.cifar10_cnn.known_weights import IMAGES, KINDS, calls_of, fill
from autograder.assignments.cifar10_cnn.observed import LARGEST_ENTERED, MOST_CALLS, SAMPLE, CalledLayer, Layers
from autograder.assignments.cifar10_cnn.questions import noise_images
from autograder.probes.submitted import UnexpectedResult


def layers(submitted, training, step):
    """Return what goes into each layer with weights, in the order in which the images pass them.

    Args:
        submitted: the student's module.
        training: whether the network is in train mode.
        step: from which weights and images follow.
    """
    try:
        model = submitted.get("CNN")(num_classes=10)
    except TypeError:
        model = submitted.get("CNN")(10)
    images = torch.from_numpy(noise_images(IMAGES, step))
    fill(model, step)
    model.train(training)
    calls, output = calls_of(model, images)
    if not calls:
        raise UnexpectedResult("no torch.nn layer with weights is called when images pass the network")
    described = [_described(layer, *numbers, training) for layer, *numbers in calls[:MOST_CALLS]]
    return Layers(calls=described, output=output.float().numpy())


def _described(layer, entered, left, training):
    """Return a call as it is declared."""
    kind = next(name for cls, name in KINDS.items() if isinstance(layer, cls))
    weight = getattr(layer, "weight", None)
    if entered.dim() != 2:  # features of images are large
        entered = entered[:0] if training else entered[:1]
    return CalledLayer(
        kind=kind,
        weight=[] if weight is None else list(weight.shape),
        bias=getattr(layer, "bias", None) is not None,
        statistics=getattr(layer, "running_mean", None) is not None,
        epsilon=float(getattr(layer, "eps", 0.0)),
        **(_geometry(layer) if kind == "Conv" else {}),
        entered=(entered if entered.numel() <= LARGEST_ENTERED else entered[:0]).float().numpy(),
        left=left.flatten()[:SAMPLE].float().numpy(),
    )


def _geometry(layer):
    """Return stride, padding, dilation and groups of a convolution."""
    padding = layer.padding
    if isinstance(padding, str):  # "valid" or "same"
        reach = zip(layer.dilation, layer.kernel_size, strict=True)
        padding = [by * (side - 1) // 2 if padding == "same" else 0 for by, side in reach]
    pairs = {"stride": layer.stride, "padding": padding, "dilation": layer.dilation}
    return {"groups": layer.groups, **{name: tuple(map(int, pair)) for name, pair in pairs.items()}}
