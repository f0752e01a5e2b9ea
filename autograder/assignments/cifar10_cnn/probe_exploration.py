"""Observes `class_counts` and `unnormalize`.

Runs in the sandbox, beside the student's code.
"""

import operator

import numpy as np
import torch
from PIL import Image

from autograder.probes.submitted import UnexpectedResult
from autograder.probes.torchvision_without_ops import import_torchvision
from autograder.probes.weights import called

datasets = import_torchvision().datasets

NAMES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
MOST_CLASSES = 1000


class _SomeCIFAR10(datasets.CIFAR10):
    """Blank pictures with these labels, in all else as torchvision's own."""

    def __init__(self, targets, transform):
        self.root, self.train = ".", True
        self.transform, self.target_transform, self.transforms = transform, None, None
        self.data = np.zeros((len(targets), 32, 32, 3), np.uint8)
        self.targets = list(targets)
        self.classes, self.class_to_idx = list(NAMES), {name: index for index, name in enumerate(NAMES)}


def counts(submitted, targets):
    """Return pairs of class and number as `class_counts` gives them, a class that is no integer as text."""
    data = _SomeCIFAR10(targets, _blank)
    counted = submitted.get("class_counts")(data)
    if not hasattr(counted, "items"):
        raise UnexpectedResult(f"class_counts returned {called(counted)}; a dict from class to number is expected")
    return {"pairs": [[_as_class(key), _as_number(value)] for key, value in list(counted.items())[:MOST_CLASSES]]}


def _blank(image):
    return torch.zeros(3, 32, 32)


def _as_class(key):
    try:
        return operator.index(key)
    except TypeError:
        return repr(key)[:60]


def _as_number(value):
    try:
        return float(value)
    except (TypeError, ValueError):
        return -1.0


def unnormalized(submitted):
    """Return what `unnormalize` makes of an image in [-1, 1], and of one that the student's own transform made."""
    undo = submitted.get("unnormalize")
    torch.manual_seed(6)
    image = torch.rand(3, 32, 32) * 2 - 1
    seen = {"given": image.numpy().copy(), **_described(undo(image.clone()))}
    bytes_ = np.random.default_rng(6).integers(0, 256, (32, 32, 3)).astype(np.uint8)
    try:
        back = _described(undo(submitted.get("get_transform")()(Image.fromarray(bytes_))))["values"]
    except Exception:  # the transform is judged elsewhere
        back = np.zeros(0, np.float32)
    return {**seen, "picture": bytes_.transpose(2, 0, 1).astype(np.float32) / 255, "picture_back": back}


def _described(value):
    is_tensor = isinstance(value, torch.Tensor)
    array = value.detach().cpu().float().numpy() if is_tensor else np.asarray(value)
    if array.dtype.kind not in "fiu" or array.size > MOST_CLASSES * 1000:
        raise UnexpectedResult(f"unnormalize returned {called(value)}; a tensor is expected")
    return {"kind": called(value), "is_tensor": is_tensor, "values": array.astype(np.float32)}
