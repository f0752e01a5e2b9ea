"""Observes `class_counts` and `unnormalize`.

Runs in the sandbox, beside the student's code.
"""

import operator

import numpy as np
import torch
from PIL import Image

from autograder.assignments.cifar10_cnn.observed import (
    LARGEST_UNNORMALIZED,
    MOST_CLASSES,
    ClassCounts,
    Counted,
    UnnormalizedImages,
)
from autograder.assignments.cifar10_cnn.questions import pattern, planes_of
from autograder.probes.submitted import UnexpectedResult
from autograder.probes.torchvision_without_ops import import_torchvision
from autograder.probes.weights import called

datasets = import_torchvision().datasets

NAMES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]


class _SomeCIFAR10(datasets.CIFAR10):
    """Blank images with these labels; in all else torchvision's own data set."""

    def __init__(self, targets, transform):
        self.root, self.train = ".", True
        self.transform, self.target_transform, self.transforms = transform, None, None
        self.data = np.zeros((len(targets), 32, 32, 3), np.uint8)
        self.targets = list(targets)
        self.classes, self.class_to_idx = list(NAMES), {name: index for index, name in enumerate(NAMES)}


def counts(submitted, targets):
    """Return the classes and their numbers as `class_counts` gives them, a class that is no integer as text."""
    data = _SomeCIFAR10(targets, _blank)
    counted = submitted.get("class_counts")(data)
    if not hasattr(counted, "items"):
        raise UnexpectedResult(f"class_counts returned {called(counted)}; a dict from class to number is expected")
    pairs = list(counted.items())[:MOST_CLASSES]
    return ClassCounts(counted=[Counted(label=_as_class(key), count=_as_number(value)) for key, value in pairs])


def _blank(image):
    return torch.zeros(3, 32, 32)


def _as_class(key):
    try:
        return int(operator.index(key))
    except TypeError:
        return repr(key)[:60]


def _as_number(value):
    try:
        return float(value)
    except (TypeError, ValueError):
        return -1.0


def unnormalized(submitted, colours):
    """Return what `unnormalize` makes of an image in [-1, 1], and of the same after the student's own transform.

    Args:
        submitted: the student's module.
        colours: of the image's blocks.
    """
    undo = submitted.get("unnormalize")
    returned = undo(torch.from_numpy(planes_of(colours) / 127.5 - 1))
    values = _values(returned)
    try:
        back = _values(undo(submitted.get("get_transform")()(Image.fromarray(pattern(colours)))))
    except Exception:  # the transform is judged elsewhere
        back = np.zeros(0, np.float32)
    return UnnormalizedImages(
        kind=called(returned),
        is_tensor=isinstance(returned, torch.Tensor),
        values=values,
        image_back=back,
    )


def _values(value):
    """Return a tensor, or whatever is like an array, as float32."""
    array = value.detach().cpu().float().numpy() if isinstance(value, torch.Tensor) else np.asarray(value)
    if array.dtype.kind not in "fiu" or array.size > LARGEST_UNNORMALIZED:
        raise UnexpectedResult(f"unnormalize returned {called(value)}; a tensor is expected")
    return array.astype(np.float32)
