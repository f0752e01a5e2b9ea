"""Observes the data set.

Runs in the sandbox, beside the student's code.
"""

import itertools

import numpy as np
import torch

from autograder.assignments.cifar8_finetune.drawn_batches import written
from autograder.assignments.cifar8_finetune.observed import (
    LARGEST_SAMPLE,
    SAMPLES,
    Dataset,
    OwnTransform,
    Sample,
    TransformOnFetch,
    WithoutTransform,
)


def dataset(submitted, files):
    """Return length, labels and some images of the student's data set over these files."""
    data = _build_dataset_leniently(submitted, written(files))
    length = len(data)
    labels = [data[index][1] for index in range(length)]
    return Dataset(
        length=length,
        labels=np.array([_as_int(label) for label in labels], np.int64),
        label_types=sorted({type(label).__name__ for label in labels}),
        samples=_samples(data),
    )


def images_through_own_transform(submitted, files):
    """Return some images after the student's own "test" preprocessing."""
    data = submitted.get("build_dataset")(written(files), transform=submitted.get("get_preprocess_transform")("test"))
    return OwnTransform(samples=_samples(data))


def transform_on_fetch(submitted, files):
    """Return when a transform is called, its result, and the result without a transform."""
    counter = itertools.count(1)
    build, names = submitted.get("build_dataset"), written(files)
    data = build(names, transform=lambda image: torch.full((3, 32, 32), float(next(counter))))
    calls = [_calls_so_far(counter)]
    outputs = []
    for _ in range(2):
        outputs.append(_sample(data[0][0]))
        calls.append(_calls_so_far(counter))
    return TransformOnFetch(calls=calls, outputs=outputs)


def without_transform(submitted, files):
    """Return some images of the data set that is built without any transform."""
    return WithoutTransform(samples=_samples(submitted.get("build_dataset")(written(files))))


def _build_dataset_leniently(submitted, files):
    """Build the data set without a transform or, if that fails, with the student's own."""
    build = submitted.get("build_dataset")
    try:
        data = build(files, transform=None)
        data[0]
    except Exception:
        return build(files, transform=submitted.get("get_preprocess_transform")("test"))
    return data


def _samples(data):
    return [_sample(data[index][0]) for index in SAMPLES]


def _calls_so_far(counter):
    return int(repr(counter)[len("count(") : -1]) - 1


def _sample(image):
    """Return an image as an array with the kind of object that it was."""
    kind = type(image).__name__
    if isinstance(image, torch.Tensor):
        image = image.detach().cpu().float().numpy() if image.is_floating_point() else image.cpu().numpy()
    try:
        array = np.asarray(image)
        if array.dtype == object or array.size > LARGEST_SAMPLE:
            raise ValueError
        return Sample(kind=kind, array=array.astype(np.float32))
    except (TypeError, ValueError):
        return Sample(kind=kind, array=np.zeros(0, np.float32))


def _as_int(label):
    """Return a label as an integer; -1 for anything else, such as a float or a one-hot vector."""
    label = np.asarray(label)
    if label.dtype.kind not in "iu" or label.size != 1:
        return -1
    return int(label.reshape(())[()])
