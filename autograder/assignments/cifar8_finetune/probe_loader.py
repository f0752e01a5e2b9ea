"""Observes the loader and the preprocessing.

Runs in the sandbox, beside the student's code.
"""

import pickle
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import Dataset

from autograder.assignments.cifar8_finetune.drawn_batches import written
from autograder.assignments.cifar8_finetune.observed import (
    LARGEST_SHOWN,
    Loader,
    Preprocessed,
    Preprocessing,
    Way,
)
from autograder.probes.errors import error_text

STATISTICS_OVER = 64  # images


class _Numbered(Dataset):
    """A data set of the harness's own: image and label tell the index."""

    def __init__(self, length):
        self.length = length

    def __len__(self):
        return self.length

    def __getitem__(self, index):
        if not 0 <= index < self.length:
            raise IndexError(index)
        return torch.full((3, 32, 32), index / self.length), index


def loader(submitted, length, batch_size, shuffle):
    """Return the batches of two passes of the student's loader over a data set of the harness's own."""
    torch.manual_seed(1)
    batches = submitted.get("build_dataloader")(_Numbered(length), {"batch_size": batch_size, "shuffle": shuffle})
    passes = [
        [(list(images.shape), list(labels.shape), labels.flatten().tolist()) for images, labels in batches]
        for _ in range(2)
    ]
    return Loader(
        image_shapes=[shape for shape, _, _ in passes[0]],
        label_shapes=[shape for _, shape, _ in passes[0]],
        orders=[[label for _, _, labels in one for label in labels] for one in passes],
    )


def preprocessing(submitted, files):
    """Return what both modes of preprocessing make of the same images, for each way of applying them."""
    make = submitted.get("get_preprocess_transform")
    return Preprocessing(ways=[_both_modes(apply, make) for apply in _ways(submitted, written(files))])


def _ways(submitted, files):
    """Yield functions that apply a transform to the image of an index: the student's data set, then by hand.

    By hand, because a data set that ignores its transform is judged elsewhere. The input of a
    transform depends on the student's design: a PIL image, an array or a tensor.
    """
    from PIL import Image

    yield lambda transform: submitted.get("build_dataset")(files, transform=transform).__getitem__
    batch = pickle.loads(Path(files[0]).read_bytes(), encoding="bytes")
    planes = np.array(batch[b"data"][:STATISTICS_OVER], np.uint8).reshape(-1, 3, 32, 32)
    forms = (
        lambda plane: Image.fromarray(plane.transpose(1, 2, 0)),
        lambda plane: torch.from_numpy(plane.copy()).float() / 255,
        lambda plane: torch.from_numpy(plane.copy()),
        lambda plane: plane.transpose(1, 2, 0).copy(),
    )
    for form in forms:
        yield lambda transform, form=form: lambda index: (transform(form(planes[index])), 0)


def _both_modes(apply, make):
    try:
        fetch = apply(make("test"))
        tests = [fetch(index)[0] for index in range(STATISTICS_OVER)]
        again = [fetch(index)[0] for index in range(STATISTICS_OVER)]
        fetch = apply(make("train"))
        trains = [fetch(index)[0] for index in range(STATISTICS_OVER)]
    except Exception as error:
        return Way(error=error_text(error))
    floats = [isinstance(image, torch.Tensor) and image.is_floating_point() for image in tests + trains]
    alike = [np.array_equal(np.asarray(a), np.asarray(b)) for a, b in zip(tests, again, strict=True)]
    other = alike.index(False) if False in alike else 0
    made = Preprocessed(
        fetches=(_shown(tests[other]), _shown(again[other])),
        kind=f"{type(tests[0]).__name__} of {getattr(tests[0], 'dtype', 'no dtype')}",
        floats=all(floats),
        repeatable=all(alike),
        test=_mean_and_std(tests),
        train=_mean_and_std(trains),
        test_ends=_ends(tests),
        train_ends=_ends(trains),
    )
    return Way(made=made)


def _shown(image):
    """Return an image that is small enough to be shown, or nothing."""
    array = np.asarray(image)
    return array.astype(np.float32) if array.size <= LARGEST_SHOWN else np.zeros(0, np.float32)


def _ends(images):
    arrays = [np.asarray(image, np.float64) for image in images]
    return min(float(one.min()) for one in arrays), max(float(one.max()) for one in arrays)


def _mean_and_std(images):
    stack = np.concatenate([np.asarray(image, np.float64).ravel() for image in images])
    return float(stack.mean()), float(stack.std())
