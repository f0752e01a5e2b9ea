"""Observes the transforms and the loaders, on our own images.

Runs in the sandbox, beside the student's code.
"""

import contextlib
import os
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import called

FOLDER = "our_animals"
RAMP = (90, 160)  # grey levels of the left and the right edge
BLOCK = 8  # pixels of a side that have one colour in the pattern, of which one is kept
TILT = 14  # levels by which a picture's left half is darker, and its right half brighter
PASSES = 2


def transforms(submitted, sizes, colours, draws):
    """Return what both transforms make of pictures of these sizes, of a ramp, of these colours, and of a pattern.

    Args:
        submitted: the submission.
        sizes: pairs (width, height).
        colours: (red, green, blue) levels.
        draws: how often random transforms are applied to one picture.
    """
    return {phase: _transform(submitted, phase, sizes, colours, draws) for phase in ("train", "val")}


def _transform(submitted, phase, sizes, colours, draws):
    apply = _applied(_transform_of(submitted, phase))
    width = 160
    ramp = np.broadcast_to(np.linspace(*RAMP, width)[None, :, None], (100, width, 3))
    return {
        "shapes": [_attempt(lambda size=size: list(apply(_plain(*size, (90, 120, 150))).shape)) for size in sizes],
        "floats": _attempt(lambda: bool(apply(_plain(*sizes[0], (90, 120, 150))).is_floating_point())),
        "tilts": _attempt(lambda: [_tilt(apply(_image(ramp))) for _ in range(draws)]),
        "levels": _attempt(
            lambda: [[_levels(apply(_plain(80, 80, colour))) for _ in range(draws // 4)] for colour in colours]
        ),
        "picture": _attempt(lambda: _looked_at(apply(_image(_pattern().repeat(BLOCK, 0).repeat(BLOCK, 1))))),
    }


def _pattern():
    """Return a picture without any symmetry, (28, 28, 3) uint8, of which every pixel stands for a block."""
    random = np.random.default_rng(10)
    coarse = random.integers(0, 256, (4, 4, 3)).repeat(7, axis=0).repeat(7, axis=1)
    return (0.8 * coarse + 0.2 * random.integers(0, 256, (28, 28, 3))).astype(np.uint8)


def _looked_at(made):
    """Return shape, range, and one number of each block of a picture, so that little is kept of it."""
    array = np.asarray(made.detach().float() if isinstance(made, torch.Tensor) else made, np.float32)
    middles = tuple(slice(BLOCK // 2, None, BLOCK) if side > 4 * BLOCK else slice(None) for side in array.shape)
    return {
        "shape": list(array.shape),
        "range": [float(array.min()), float(array.max())],
        "middles": array[middles].copy(),
        "true": _pattern(),
    }


def _attempt(observe):
    """Return what a function returns under "value", or its error in words."""
    try:
        return {"value": observe(), "error": ""}
    except Exception as error:
        return {"value": None, "error": f"{type(error).__name__}: {error}"[:300]}


def _transform_of(submitted, phase):
    both = submitted.get("data_transforms")
    try:
        return both[phase]
    except (KeyError, TypeError, IndexError):
        raise UnexpectedResult(
            f'data_transforms is {called(both)} without "{phase}"; a dict with "train" and "val" is expected'
        ) from None


def _applied(transform):
    """Return a function from a PIL picture to a tensor; some students' transforms begin with an array."""
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
    return tensor.detach().float().flatten(1).median(dim=1).values.tolist()


def _tilt(tensor):
    """Return by how much the right half is brighter than the left."""
    tensor, half = tensor.detach().float(), tensor.shape[2] // 2
    return float(tensor[:, :, half:].mean() - tensor[:, :, :half].mean())


def loaders(submitted, layout, batch_size):
    """Return what the student's loaders give for a folder of coloured pictures.

    Args:
        submitted: the submission.
        layout: {split: {class: colours}}, a colour for each picture.
        batch_size: of the loaders.
    """
    paths = _write(layout)
    with _unsorted_listings():
        made = submitted.get("build_dataloaders")(FOLDER, batch_size=batch_size)
        if not isinstance(made, (tuple, list)) or len(made) != 3:
            raise UnexpectedResult(
                f"build_dataloaders returned {called(made)}; (dataloaders, dataset_sizes, class_names) is expected"
            )
        by_default = submitted.get("build_dataloaders")(FOLDER)
        found, sizes, names = made
        return {
            "phases": {phase: _passes(submitted, phase, found[phase], paths) for phase in layout if phase in found},
            "sizes": {phase: int(sizes[phase]) for phase in layout if phase in sizes},
            "classes": [str(name) for name in names],
            "first_batch_by_default": len(next(iter(by_default[0]["train"]))[1]),
        }


def _write(layout):
    """Write the pictures; return their paths in the layout's order."""
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


def _passes(submitted, phase, loader, paths):
    """Return sizes of the batches, and which picture came when, in two passes over a loader."""
    known = torch.tensor(_signatures(submitted, phase, paths))  # (pictures, 3)
    batches = [[(images, labels) for images, labels in loader] for _ in range(PASSES if phase == "train" else 1)]
    first = [(image, int(label)) for images, labels in batches[0] for image, label in zip(images, labels, strict=True)]
    return {
        "batches": [len(labels) for _, labels in batches[0]],
        "pictures": [[_nearest(known, image) for images, _ in one_pass for image in images] for one_pass in batches],
        "labels": [label for _, label in first],
        "tilts": [_tilt(image) for one_pass in batches for images, _ in one_pass for image in images],
    }


def _signatures(submitted, phase, paths):
    """Return the mean colour of each picture after the student's own transform, or after ImageNet's statistics."""
    pictures = [Image.open(path).convert("RGB") for path in paths]
    try:
        apply = _applied(_transform_of(submitted, "train" if phase == "train" else "val"))
        return [_levels(apply(picture)) for picture in pictures]
    except Exception:
        statistics = zip((0.485, 0.456, 0.406), (0.229, 0.224, 0.225), strict=True)
        scale = [(lambda x, mean=mean, std=std: (x / 255 - mean) / std) for mean, std in statistics]
        means = [np.asarray(picture, np.float64).mean((0, 1)) for picture in pictures]
        return [[float(one(x)) for one, x in zip(scale, mean, strict=True)] for mean in means]


def _nearest(known, image):
    return int((known - torch.tensor(_levels(torch.as_tensor(image)))).square().sum(1).argmin())


class _Listing:
    """What `os.scandir` returns, in another order."""

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
