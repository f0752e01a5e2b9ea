"""Observes the transform.

Runs in the sandbox, beside the student's code.
"""

import numpy as np
import torch
from PIL import Image

from autograder.assignments.cifar10_cnn.observed import LARGEST_IMAGE, GreyImages, Transformed
from autograder.assignments.cifar10_cnn.questions import pattern
from autograder.probes.weights import called

TIMES = 8  # a random flip stays unseen in one of 128 cases


def grey_images(submitted, levels):
    """Return the lowest and the highest value that the transform makes of images of one grey each."""
    transform = submitted.get("get_transform")()
    results = [_as_array(transform(Image.new("RGB", (32, 32), (level,) * 3))) for level in levels]
    return GreyImages(
        ranges=[(float(result.min()), float(result.max())) if result.size else None for result in results]
    )


def transformed(submitted, colours):
    """Return what the transform makes of an image with blocks of these colours, again and again."""
    true = pattern(colours)
    transform = submitted.get("get_transform")()
    results = [transform(Image.fromarray(true.copy())) for _ in range(TIMES)]
    first = results[0]
    arrays = [_as_array(result) for result in results]
    return Transformed(
        kind=called(first),
        is_tensor=isinstance(first, torch.Tensor),  # torchvision has its own subclasses
        dtype=str(getattr(first, "dtype", "none")).removeprefix("torch.")[:200],
        shape=list(np.shape(arrays[0])),
        image=arrays[0],
        same_each_time=all(np.array_equal(array, arrays[0]) for array in arrays),
    )


def _as_array(value):
    """Return a tensor, an array or a PIL image as float32; an empty array for anything else."""
    if isinstance(value, torch.Tensor):
        value = value.detach().cpu().float().numpy()
    try:
        array = np.asarray(value)
        if array.dtype == object or array.size > LARGEST_IMAGE:
            raise ValueError
        return array.astype(np.float32)
    except (TypeError, ValueError):
        return np.zeros(0, np.float32)
