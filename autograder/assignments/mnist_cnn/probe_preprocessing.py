"""Observes the transform of digits, and the MNIST test set.

Runs in the sandbox, beside the student's code.
"""

import numpy as np
import torch
from PIL import Image

from autograder.probes.weights import called

FETCHES = 6
LARGEST = 1 << 14  # numbers of a picture


def transform(submitted, pictures):
    """Return what the transform makes of pictures whose right half is bright, and of a pattern.

    Args:
        submitted: the student's module.
        pictures: width, height and PIL mode of each.
    """
    apply = _transform(submitted)
    return {"made": [_described(apply, _half_bright(*one)) for one in pictures], "pattern": _of_pattern(apply)}


def _of_pattern(apply):
    """Return what the transform makes of a picture without any symmetry, beside the picture, (1, 28, 28) uint8."""
    random = np.random.default_rng(12)
    levels = random.integers(0, 256, (4, 4)).repeat(7, axis=0).repeat(7, axis=1)
    levels = (0.8 * levels + 0.2 * random.integers(0, 256, (28, 28))).astype(np.uint8)
    try:
        made = _as_numbers(apply(Image.fromarray(levels).convert("RGB")))
    except Exception:  # what is wrong then shows with the other pictures too
        made = np.zeros(0, np.float32)
    return {"made": made, "true": levels[None]}


def _as_numbers(value):
    """Return what a transform made as float32; an empty array where it is too large to be shown."""
    array = np.asarray(value.detach() if isinstance(value, torch.Tensor) else value, np.float32)
    return array.copy() if array.size <= LARGEST else np.zeros(0, np.float32)


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
            other = next((one for one in fetched[1:] if not torch.equal(fetched[0], one)), None)
            two = [] if other is None else _first_that_differs(fetched[0], other)
            seen["ways"].append({"name": name, "same": other is None, "error": "", "two": two})
        except Exception as error:
            seen["ways"].append(
                {"name": name, "same": False, "error": f"{type(error).__name__}: {error}"[:300], "two": []}
            )
    return seen


def _first_that_differs(one, other):
    """Return a picture as it came out of two fetches; of several, (4, …), the first that differs."""
    if one.dim() == 4:
        place = next(place for place in range(len(one)) if not torch.equal(one[place], other[place]))
        one, other = one[place], other[place]
    return [_as_numbers(one), _as_numbers(other)]


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
