"""Observes the transforms and the loaders, on our own images.

Runs in the sandbox, beside the student's code.
"""

import contextlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from autograder.assignments.animals_transfer.observed_data import (
    LARGEST_SAMPLE,
    MOST_CHANNELS,
    MOST_CLASSES,
    MOST_NUMBERS,
    NAME_LENGTH,
    Loader,
    Loaders,
    Sample,
    Transform,
    Transforms,
)
from autograder.probes.errors import error_text
from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import called

FOLDER = "our_animals"
BLOCK = 8  # pixels of a side that have one colour in the pattern, of which one is kept
TILT = 14  # levels by which an image's left half is darker, and its right half brighter
PASSES = 2


def transforms(submitted, sizes, colours, draws, ramp):
    """Put images of these sizes, a ramp, images of these colours, and a pattern through both transforms.

    Args:
        submitted: the submission.
        sizes: pairs (width, height).
        colours: (red, green, blue) levels.
        draws: how often random transforms are applied to one image.
        ramp: grey levels of an image's left and right edge.
    """
    phases = ("train", "val")
    return Transforms(**{phase: _transform(submitted, phase, sizes, colours, draws, ramp) for phase in phases})


def _transform(submitted, phase, sizes, colours, draws, ramp):
    apply = _applied(_transform_of(submitted, phase))
    width = 160
    greys = np.broadcast_to(np.linspace(*ramp, width)[None, :, None], (100, width, 3))
    return Transform(
        shapes=[_attempt(lambda size=size: list(apply(_plain(*size, (90, 120, 150))).shape)) for size in sizes],
        floats=_attempt(lambda: bool(apply(_plain(*sizes[0], (90, 120, 150))).is_floating_point())),
        tilts=_attempt(lambda: [_tilt(apply(_image(greys))) for _ in range(draws)]),
        levels=_attempt(
            lambda: [[_levels(apply(_plain(80, 80, colour))) for _ in range(draws // 4)] for colour in colours]
        ),
        sample=_attempt(lambda: _sample(apply(_image(_pattern().repeat(BLOCK, 0).repeat(BLOCK, 1))))),
    )


def _pattern():
    """Return an image without any symmetry, (28, 28, 3) uint8, of which every pixel stands for a block."""
    random = np.random.default_rng(10)
    coarse = random.integers(0, 256, (4, 4, 3)).repeat(7, axis=0).repeat(7, axis=1)
    return (0.8 * coarse + 0.2 * random.integers(0, 256, (28, 28, 3))).astype(np.uint8)


def _sample(made):
    """Return shape, range, and one number of each block of an image, so that little is kept of it."""
    array = np.asarray(made.detach().float() if isinstance(made, torch.Tensor) else made, np.float32)
    middles = tuple(slice(BLOCK // 2, None, BLOCK) if side > 4 * BLOCK else slice(None) for side in array.shape)
    kept = array[middles].copy()
    if kept.size > LARGEST_SAMPLE:
        raise UnexpectedResult(f"the transform gives {array.size:,} numbers")
    return Sample(
        shape=list(array.shape),
        lowest=float(array.min()),
        highest=float(array.max()),
        middles=kept,
        true=_pattern(),
    )


def _attempt(observe):
    """Return what a function returns, or its error in words."""
    try:
        return observe()
    except Exception as error:
        return error_text(error)


def _transform_of(submitted, phase):
    both = submitted.get("data_transforms")
    try:
        return both[phase]
    except (KeyError, TypeError, IndexError):
        raise UnexpectedResult(
            f'data_transforms is {called(both)} without "{phase}"; a dict with "train" and "val" is expected'
        ) from None


def _applied(transform):
    """Return a function from a PIL image to a tensor; some students' transforms begin with an array."""
    forms = (lambda image: image, lambda image: np.asarray(image).copy())
    for form in forms:
        with contextlib.suppress(Exception):
            transform(form(_plain(64, 64, (90, 120, 150))))
            return lambda image: transform(form(image))
    return transform


def _image(levels):
    return Image.fromarray(np.rint(levels).astype(np.uint8))


def _plain(width, height, colour):
    return Image.new("RGB", (width, height), tuple(colour))


def _levels(tensor):
    """Return the median of each channel of a (3, H, W) tensor, which a corner filled by a rotation does not move."""
    return tensor.detach().float().flatten(1).median(dim=1).values[:MOST_CHANNELS].tolist()


def _tilt(tensor):
    """Return by how much the right half is brighter than the left."""
    tensor, half = tensor.detach().float(), tensor.shape[2] // 2
    return float(tensor[:, :, half:].mean() - tensor[:, :, :half].mean())


def loaders(submitted, layout, batch_size):
    """Go through the student's loaders of a folder of coloured images.

    Args:
        submitted: the submission.
        layout: {split: {class: colours}}, a colour for each image.
        batch_size: of the loaders.
    """
    paths = _write(layout)
    with _unsorted_listings():
        made = submitted.get("build_dataloaders")(FOLDER, batch_size=batch_size)
        found, sizes, names = _parts(made)
        by_default, _, _ = _parts(submitted.get("build_dataloaders")(FOLDER))
        return Loaders(
            phases={phase: _loader(submitted, phase, found[phase], paths) for phase in layout if phase in found},
            sizes={phase: int(sizes[phase]) for phase in layout if phase in sizes},
            classes=[str(name)[:NAME_LENGTH] for name in names][:MOST_CLASSES],
            first_batch_by_default=len(next(iter(by_default["train"]))[1]) if "train" in by_default else 0,
        )


def _parts(made):
    """Return loaders, sizes and names; empty for the latter two where `build_dataloaders` left them out."""
    parts = list(made) if isinstance(made, (tuple, list)) else [made]
    dicts = [part for part in parts if isinstance(part, Mapping)]
    sizes = next((part for part in dicts if part and all(map(_is_count, part.values()))), {})
    found = next((part for part in dicts if part is not sizes), None)
    if found is None:
        raise UnexpectedResult(
            f"build_dataloaders returned {called(made)}; (dataloaders, dataset_sizes, class_names) is expected"
        )
    names = next((part for part in parts[::-1] if _is_of_names(part)), ())
    return found, sizes, names


def _is_count(value):
    """Return whether a value is a number of images: an int, or one in a tensor or an array."""
    if isinstance(value, bool | str):
        return False
    try:
        return int(value) == value
    except (TypeError, ValueError):
        return False


def _is_of_names(part):
    """Return whether a part can be iterated over and holds names, as a list, an array or a dict's keys do."""
    if isinstance(part, (str, Mapping)) or not isinstance(part, Iterable):
        return False
    return all(isinstance(name, str) for name in part)


def _write(layout):
    """Write the images; return their paths in the layout's order."""
    paths = []
    for split, classes in layout.items():
        for name, colours in classes.items():
            folder = Path(FOLDER, split, name)
            folder.mkdir(parents=True)
            for number, colour in enumerate(colours, start=1):
                levels = np.broadcast_to(np.array(colour), (64, 64, 3)).copy()
                levels[:, :32] -= TILT
                levels[:, 32:] += TILT
                paths.append(folder / f"{name}_{number:05d}.jpg")
                _image(levels).save(paths[-1], quality=95)
    Path(FOLDER, "prediction").mkdir()  # lies there in the hand-out too
    _plain(64, 64, (90, 120, 150)).save(Path(FOLDER, "prediction", "image_01.jpg"))
    return paths


def _loader(submitted, phase, loader, paths):
    """Return sizes of the batches, and which image came when, in two passes over a loader."""
    known = torch.tensor(_signatures(submitted, phase, paths))  # (images, 3)
    batches = [[(images, labels) for images, labels in loader] for _ in range(PASSES if phase == "train" else 1)]
    first = [(image, int(label)) for images, labels in batches[0] for image, label in zip(images, labels, strict=True)]
    passes = [[image for images, _ in one_pass for image in images] for one_pass in batches]
    return Loader(
        batches=[len(labels) for _, labels in batches[0]][:MOST_NUMBERS],
        passes=[[_nearest(known, image) for image in one_pass[:MOST_NUMBERS]] for one_pass in passes],
        labels=[label for _, label in first][:MOST_NUMBERS],
        tilts=[_tilt(image) for one_pass in passes for image in one_pass][:MOST_NUMBERS],
    )


def _signatures(submitted, phase, paths):
    """Return the mean colour of each image after the student's own transform, or after ImageNet's statistics."""
    images = [Image.open(path).convert("RGB") for path in paths]
    try:
        apply = _applied(_transform_of(submitted, "train" if phase == "train" else "val"))
        return [_levels(apply(image)) for image in images]
    except Exception:
        statistics = zip((0.485, 0.456, 0.406), (0.229, 0.224, 0.225), strict=True)
        scale = [(lambda x, mean=mean, std=std: (x / 255 - mean) / std) for mean, std in statistics]
        means = [np.asarray(image, np.float64).mean((0, 1)) for image in images]
        return [[float(one(x)) for one, x in zip(scale, mean, strict=True)] for mean in means]


def _nearest(known, image):
    return int((known - torch.tensor(_levels(torch.as_tensor(image)))).square().sum(1).argmin())


class _Listing:
    """The result of `os.scandir`, in another order."""

    def __init__(self, entries):
        self._entries = iter(entries)

    def __iter__(self):
        return self

    def __next__(self):
        return next(self._entries)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    def close(self):
        pass


@contextlib.contextmanager
def _unsorted_listings():
    """List folders in reverse: an operating system promises no order, and some happen to sort."""
    listdir, scandir = os.listdir, os.scandir

    def scanned(*folder):
        with scandir(*folder) as entries:
            return _Listing(sorted(entries, key=lambda entry: entry.name, reverse=True))

    os.listdir, os.scandir = lambda *folder: sorted(listdir(*folder), reverse=True), scanned
    try:
        yield
    finally:
        os.listdir, os.scandir = listdir, scandir
