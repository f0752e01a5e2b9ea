"""Observes the data set.

Runs in the sandbox, beside the student's code.
"""

import itertools

import numpy as np
import torch

SAMPLES = (0, 1, 17, 99)  # indices of the pictures that are looked at closely
LARGEST_PICTURE = 1 << 16  # numbers


def dataset(submitted, files):
    """Return length, labels and some pictures of the student's data set over these files."""
    data, transformed = _dataset_somehow(submitted, files)
    length = len(data)
    labels = [data[index][1] for index in range(length)]
    return {
        "length": length,
        "labels": np.array([_as_int(label) for label in labels], np.int64),
        "label_types": sorted({type(label).__name__ for label in labels}),
        "pictures": [_picture(data[index][0]) for index in SAMPLES],
        "transformed": transformed,
    }


def pictures_through_own_transform(submitted, files):
    """Return some pictures after the student's own "test" preprocessing."""
    data = submitted.get("build_dataset")(files, transform=submitted.get("get_preprocess_transform")("test"))
    return {"pictures": [_picture(data[index][0]) for index in SAMPLES]}


def transform_on_fetch(submitted, files):
    """Return when a transform is called, what comes out of it, and what comes out without one."""
    counter = itertools.count(1)
    data = submitted.get("build_dataset")(files, transform=lambda image: torch.full((3, 32, 32), float(next(counter))))
    calls = [_calls_so_far(counter)]
    outputs = []
    for _ in range(2):
        outputs.append(_picture(data[0][0]))
        calls.append(_calls_so_far(counter))
    return {"calls": calls, "outputs": outputs}


def without_transform(submitted, files):
    """Return some pictures of the data set that is built without any transform."""
    data = submitted.get("build_dataset")(files)
    return {"pictures": [_picture(data[index][0]) for index in SAMPLES]}


def _dataset_somehow(submitted, files):
    """Build the data set without a transform or, if that is what fails, with the student's own."""
    build = submitted.get("build_dataset")
    try:
        data = build(files, transform=None)
        data[0]
    except Exception:
        data = build(files, transform=submitted.get("get_preprocess_transform")("test"))
        return data, True
    return data, False


def _calls_so_far(counter):
    return int(repr(counter)[len("count(") : -1]) - 1


def _picture(image):
    """Return a picture as an array with the kind of object that it was."""
    kind = type(image).__name__
    if isinstance(image, torch.Tensor):
        image = image.detach().cpu().float().numpy() if image.is_floating_point() else image.cpu().numpy()
    try:
        array = np.asarray(image)
        if array.dtype == object or array.size > LARGEST_PICTURE:
            raise ValueError
        return {"kind": kind, "array": array.astype(np.float32), "dtype": str(array.dtype)}
    except (TypeError, ValueError):
        return {"kind": kind, "array": np.zeros(0, np.float32), "dtype": "object"}


def _as_int(label):
    """Return a label as an integer; -1 for what is none, such as a float or a one-hot vector."""
    label = np.asarray(label)
    if label.dtype.kind not in "iu" or label.size != 1:
        return -1
    return int(label.reshape(())[()])
