"""Reads the test images on the trusted side, and makes the changed ones that a submission gets in the end."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from autograder.checks.evidence import Evidence
from autograder.checks.perturbation import cut_and_lit, perturbed

TOP = "inaturalist_12K"
CROPS = (1.0, 0.875)  # parts of the short side that a transform may cut out of the middle
THUMBNAIL = 8
BEFORE_THUMBNAIL = 64

Pixels = npt.NDArray[np.uint8]
FloatArray = npt.NDArray[np.floating]


@dataclass(frozen=True)
class TestSet:
    """The images of `val/`.

    Attributes:
        files: such as "Aves/0a1b2c.jpg".
        classes: names, in order.
        labels: (N,) int64.
        images: (H, W, 3) uint8 each.
    """

    files: tuple[str, ...]
    classes: tuple[str, ...]
    labels: npt.NDArray[np.int64]
    images: tuple[Pixels, ...]


@cache
def test_set(data: Path) -> TestSet:
    """Return the test set of a profile's data folder."""
    paths = sorted((data / TOP / "val").rglob("*.jpg"))
    classes = tuple(sorted(path.name for path in (data / TOP / "val").iterdir() if path.is_dir()))
    return TestSet(
        files=tuple(f"{path.parent.name}/{path.name}" for path in paths),
        classes=classes,
        labels=np.array([classes.index(path.parent.name) for path in paths], np.int64),
        images=tuple(np.asarray(Image.open(path).convert("RGB"), np.uint8) for path in paths),
    )


def shown_to(evidence: Evidence, digest: str) -> tuple[list[Pixels], npt.NDArray[np.int64]]:
    """Return the images that a submission gets, and their labels: each once, changed, in an order for it alone."""
    return _shown(evidence.data, evidence.secret, digest)


@cache
def _shown(data: Path, secret: str, digest: str) -> tuple[list[Pixels], npt.NDArray[np.int64]]:
    known = test_set(data)
    seed = list(hashlib.sha256(f"{secret}:{digest}".encode()).digest())
    order = np.random.default_rng(seed).permutation(len(known.files))
    changed = [_changed(known.images[i], secret, f"{digest}:{i}") for i in order]
    return changed, known.labels[order]


def _changed(image: Pixels, secret: str, name: str) -> Pixels:
    planes = cut_and_lit(perturbed(image.transpose(2, 0, 1)[None], secret, name)[0], secret, name)
    return np.ascontiguousarray(planes.transpose(1, 2, 0))


def deferred_inputs(evidence: Evidence) -> dict[str, Callable[[str], Any]]:
    """Return the function that makes the images for a submission."""
    return {"images": lambda digest: shown_to(evidence, digest)[0]}


def candidates(images: list[Pixels]) -> FloatArray:
    """Return thumbnails of images in the ways to make them square, (N, ways, 3, 8, 8)."""
    return np.stack([[_thumbnail(_square(one, way)) for way in range(1 + len(CROPS))] for one in images])


def _square(pixels: Pixels, way: int) -> Pixels:
    image = Image.fromarray(pixels)
    if way:
        side = round(min(image.size) * CROPS[way - 1])
        left, top = (image.width - side) // 2, (image.height - side) // 2
        image = image.crop((left, top, left + side, top + side))
    resized = image.resize((BEFORE_THUMBNAIL, BEFORE_THUMBNAIL), Image.Resampling.BILINEAR)
    return np.asarray(resized, np.uint8)


def _thumbnail(square: Pixels) -> FloatArray:
    step = BEFORE_THUMBNAIL // THUMBNAIL
    blocks = square.astype(np.float32).reshape(THUMBNAIL, step, THUMBNAIL, step, 3)
    planes = blocks.mean(axis=(1, 3)).transpose(2, 0, 1)
    centred = planes - planes.mean(axis=(1, 2), keepdims=True)
    return np.asarray(centred / np.maximum(centred.std(axis=(1, 2), keepdims=True), 1e-6))
