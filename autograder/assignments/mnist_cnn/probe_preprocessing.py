"""What is observed of the transform of digits and of the MNIST test set.

Runs in the sandbox, beside the student's code.
"""

import numpy as np
import torch
from PIL import Image

from autograder.inside.weights import called

FETCHES = 6


def transform(submitted, pictures):
    """Return what the transform makes of pictures whose right half is bright.

    Args:
        submitted: the student's module.
        pictures: width, height and PIL mode of each.
    """
    apply = _transform(submitted)
    return {"made": [_described(apply, _half_bright(*one)) for one in pictures]}


def _half_bright(width, height, mode):
    levels = np.zeros((height, width), np.uint8)
    levels[:, width // 2 :] = 255
    return Image.fromarray(levels).convert(mode)


def _described(apply, picture):
    try:
        made = apply(picture)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"[:300]}
    if not isinstance(made, (torch.Tensor, np.ndarray)):
        return {"error": f"{called(made)}"}
    tensor = torch.as_tensor(made)
    seen = {"error": "", "shape": list(tensor.shape), "dtype": str(tensor.dtype).removeprefix("torch.")}
    if tensor.dim() != 3 or not tensor.is_floating_point():
        return seen
    middle = tensor.shape[2] // 2
    return seen | {
        "finite": bool(torch.isfinite(tensor).all()),
        "left": float(tensor[:, :, : middle - 1].mean()),
        "right": float(tensor[:, :, middle + 1 :].mean()),
    }


def test_pictures(submitted):
    """Return whether test pictures come out the same at each fetch: by load_mnist and by get_transform."""
    seen = {"ways": []}
    for name, fetch in (("load_mnist", _from_test_set), ("get_transform", _through_transform)):
        try:
            fetched = [fetch(submitted) for _ in range(FETCHES)]
            same = all(torch.equal(fetched[0], one) for one in fetched[1:])
            seen["ways"].append({"name": name, "same": same, "error": ""})
        except Exception as error:
            seen["ways"].append({"name": name, "same": False, "error": f"{type(error).__name__}: {error}"[:300]})
    return seen


_test_set = []  # of this probe's process


def _from_test_set(submitted):
    """Return the first pictures of the test set, (4, …), fetched anew."""
    if not _test_set:
        _test_set.append(submitted.get("load_mnist")()[1])
    return torch.stack([torch.as_tensor(np.asarray(_test_set[0][i][0])).float() for i in range(4)])


def _through_transform(submitted):
    """Return one slanted bar through the transform, (1, 28, 28)."""
    levels = np.zeros((28, 28), np.uint8)
    for row in range(4, 24):
        levels[row, row // 2 + 6 : row // 2 + 10] = 200
    return torch.as_tensor(np.asarray(_transform(submitted)(Image.fromarray(levels))))


def _transform(submitted):
    """Return the student's transform; one that asks for a mode gets the one for testing."""
    make = submitted.get("get_transform")
    try:
        return make()
    except TypeError:
        return make(False)
