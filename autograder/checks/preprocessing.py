"""Works out what a student's preprocessing does to images, so that our own code can do the same to others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from autograder.checks.layout import INTERLEAVED, RESHAPED, SWAPPED, UPSIDE_DOWN, WRONG_LAYOUTS

Images = npt.NDArray[np.generic]  # (N, C, H, W)
FloatArray = npt.NDArray[np.float64]
# Results depend in their last bits on processor and threads, and become part of an observation's name. So they are
# rounded; to a binary fraction, since usual factors such as 1 / 128 would lie halfway between two decimal ones.
FINEST = 2.0**-26
ALIKE = 0.02  # largest difference, as a part of the spread of each colour: autocast and bytes round
IN_PLACE = "in place"
LAYOUTS: Mapping[str, Callable[[Images], Images]] = {
    IN_PLACE: lambda image: image,
    **{name: WRONG_LAYOUTS[name] for name in (INTERLEAVED, RESHAPED, SWAPPED, UPSIDE_DOWN)},
}


@dataclass(frozen=True)
class Preprocessing:
    """A change to images that keeps no more of the student's code than numbers.

    Attributes:
        layout: key of LAYOUTS.
        mirrored: whether all images are mirrored.
        mix: (D, C), from red, green and blue, or from grey, to each colour of the result.
        shift: (D,), added to each colour.
    """

    layout: str
    mirrored: bool
    mix: npt.NDArray[np.floating]
    shift: npt.NDArray[np.floating]

    def arranged(self, images: Images) -> Images:
        """Return the images with their pixels in the places where the student's code puts them; values stay."""
        placed = _arranged(images, self.layout)
        return np.ascontiguousarray(placed[..., ::-1] if self.mirrored else placed)


def understood(images: Images, seen: Images) -> Preprocessing | None:
    """Return the preprocessing between images and their seen versions; None if this module does not know it.

    That is: rows, columns and colours in one of the usual places, mirrored or not, and each colour of the result a
    weighted sum of those given. Images that are mirrored at random count as not mirrored.

    Args:
        images: (N, C, H, W), as they are given.
        seen: (N, D, H, W), the same images as they reach the student's network.
    """
    if (
        seen.shape[:1] + seen.shape[2:] != images.shape[:1] + images.shape[2:]
        or not (images.size and seen.size)
        or not (np.isfinite(images).all() and np.isfinite(seen).all())
    ):
        return None
    found = (_fitted(images, seen.astype(np.float64), layout) for layout in LAYOUTS)
    return next((one for one in found if one), None)


def _arranged(images: Images, layout: str) -> Images:
    return images if layout == IN_PLACE else np.stack([LAYOUTS[layout](image) for image in images])


def _fitted(images: Images, seen: FloatArray, layout: str) -> Preprocessing | None:
    placed = _arranged(images, layout).astype(np.float64)
    turned = _fits(placed[..., ::-1], seen) > _fits(placed, seen)  # (N,)
    placed[turned] = placed[turned][..., ::-1]
    pixels = np.moveaxis(placed, 1, -1).reshape(-1, images.shape[1])
    right = np.moveaxis(seen, 1, -1).reshape(-1, seen.shape[1])
    solved, *_ = np.linalg.lstsq(np.column_stack([pixels, np.ones(len(pixels))]), right, rcond=None)
    off = np.abs(pixels @ solved[:-1] + solved[-1] - right).max(axis=0)
    if not (off <= ALIKE * right.std(axis=0) + 1e-6).all():
        return None
    rounded = np.round(solved / FINEST) * FINEST + 0.0  # no negative zeros
    return Preprocessing(layout, bool(turned.all()), rounded[:-1].T, rounded[-1])


def _fits(images: FloatArray, seen: FloatArray) -> FloatArray:
    """Return how well each image's brightness fits that of the image seen, (N,): a correlation without its sign."""
    first, second = (one.mean(axis=1).reshape(len(one), -1) for one in (images, seen))
    first, second = (one - one.mean(axis=1, keepdims=True) for one in (first, second))
    both = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    return np.asarray(np.abs((first * second).sum(axis=1)) / np.maximum(both, 1e-12))
