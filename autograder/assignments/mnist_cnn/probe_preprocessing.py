"""Observes the transform of digits and the MNIST test set.

Runs in the sandbox, beside the student's code.
"""

import numpy as np
import torch
from PIL import Image

from autograder.assignments.mnist_cnn.observed import (
    LARGEST_IMAGE,
    MOST_LABELS,
    FetchedImages,
    Pattern,
    Prepared,
    Transform,
    Way,
)
from autograder.assignments.mnist_cnn.student_transform import transform_for_testing
from autograder.probes.errors import error_text
from autograder.probes.weights import called

FETCHES = 6


def transform(submitted, images):
    """Put images whose right half is bright, and a pattern, through the transform.

    Args:
        submitted: the student's module.
        images: width, height and PIL mode of each.
    """
    apply = transform_for_testing(submitted)
    return Transform(made=[_prepared(apply, _half_bright(*one)) for one in images], pattern=_pattern(apply))


def _pattern(apply):
    """Put an image without any symmetry through the transform."""
    random = np.random.default_rng(12)
    levels = random.integers(0, 256, (4, 4)).repeat(7, axis=0).repeat(7, axis=1)
    levels = (0.8 * levels + 0.2 * random.integers(0, 256, (28, 28))).astype(np.uint8)
    try:
        made = _as_numbers(apply(Image.fromarray(levels).convert("RGB")))
    except Exception:  # the other images then show the fault too
        made = np.zeros(0, np.float32)
    return Pattern(made=made, true=levels[None])


def _as_numbers(value):
    """Return the result of a transform as float32; an empty array if it is too large to be shown."""
    array = np.asarray(value.detach() if isinstance(value, torch.Tensor) else value, np.float32)
    return array.copy() if array.size <= LARGEST_IMAGE else np.zeros(0, np.float32)


def _half_bright(width, height, mode):
    levels = np.zeros((height, width), np.uint8)
    levels[:, width // 2 :] = 255
    return Image.fromarray(levels).convert(mode)


def _prepared(apply, image):
    try:
        made = apply(image)
    except Exception as error:
        return Prepared(error=error_text(error))
    if not isinstance(made, (torch.Tensor, np.ndarray)):
        return Prepared(error=called(made))
    tensor = torch.as_tensor(made)
    shape, dtype = list(tensor.shape), str(tensor.dtype).removeprefix("torch.")
    if tensor.dim() != 3 or not tensor.is_floating_point():
        return Prepared(shape=shape, dtype=dtype)
    middle = tensor.shape[2] // 2
    return Prepared(
        shape=shape,
        dtype=dtype,
        finite=bool(torch.isfinite(tensor).all()),
        left=float(tensor[:, :, : middle - 1].mean()),
        right=float(tensor[:, :, middle + 1 :].mean()),
    )


def test_images(submitted):
    """Return whether test images come out the same at each fetch, and the sizes of the sets of load_mnist."""
    ways = (("load_mnist", _from_test_set), ("get_transform", _through_transform))
    fetched = [_way(name, lambda fetch=fetch: fetch(submitted)) for name, fetch in ways]
    return FetchedImages(ways=fetched, lengths=_lengths(), labels=_labels())


def _way(name, fetch):
    try:
        fetched = [fetch() for _ in range(FETCHES)]
        other = next((one for one in fetched[1:] if not torch.equal(fetched[0], one)), None)
        two = [] if other is None else _first_that_differs(fetched[0], other)
        return Way(name=name, same=other is None, error="", two=two)
    except Exception as error:
        return Way(name=name, same=False, error=error_text(error), two=[])


def _first_that_differs(one, other):
    """Return an image from two fetches; of several, (4, …), the first that differs."""
    if one.dim() == 4:
        place = next(place for place in range(len(one)) if not torch.equal(one[place], other[place]))
        one, other = one[place], other[place]
    return [_as_numbers(one), _as_numbers(other)]


_sets = []  # of this probe's process


def _from_test_set(submitted):
    """Return the first images of the test set, (4, …), fetched anew."""
    if not _sets:
        _sets.extend(submitted.get("load_mnist")()[:2])
    return torch.stack([torch.as_tensor(np.asarray(_sets[1][i][0])).float() for i in range(4)])


def _lengths():
    """Return how many images both sets hold; none if one does not say."""
    try:
        return [len(one) for one in _sets]
    except TypeError:
        return []


def _labels():
    """Return the labels of the first images of both sets; none if one does not say."""
    try:
        return [[int(one[place][1]) for place in range(min(MOST_LABELS, len(one)))] for one in _sets]
    except Exception:  # labels only tell sets apart; other tests judge what fails here
        return []


def _through_transform(submitted):
    """Return one slanted bar through the transform, (1, 28, 28)."""
    levels = np.zeros((28, 28), np.uint8)
    for row in range(4, 24):
        levels[row, row // 2 + 6 : row // 2 + 10] = 200
    return torch.as_tensor(np.asarray(transform_for_testing(submitted)(Image.fromarray(levels))))
