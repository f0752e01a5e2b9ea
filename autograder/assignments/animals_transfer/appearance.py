"""Compares a transform's image with the right one: names a wrong layout, and shows both."""

import numpy as np
import numpy.typing as npt

from autograder.assignments.animals_transfer.images import SIDE, normalised
from autograder.assignments.animals_transfer.observed import Sample
from autograder.checks.layout import shows, wrong_layout, wrong_shape
from autograder.checks.plots import tile_of
from autograder.model.plot import Tile, Tiles

BLOCK = 8  # pixels of a side that have one colour, of which one was kept; as in the probe
Array = npt.NDArray[np.generic]


def fault_of(sample: Sample, *, may_be_mirrored: bool = False) -> str:
    """Name the fault in the layout of a transformed image, in words; empty if there is none that has a name.

    Args:
        sample: the image before and after the transform.
        may_be_mirrored: whether a mirrored image is as good.
    """
    planes, shape = _enlarged(sample.true), np.empty(sample.shape, bool)
    accepted = [planes, planes[:, :, ::-1]] if may_be_mirrored else [planes]
    if any(shows(sample.middles, _middles(true)) for true in accepted):
        return wrong_shape(shape, (3, SIDE, SIDE))
    named = (wrong_layout(sample.middles, true, sampled=_middles) for true in accepted)
    return next(filter(None, named), wrong_shape(shape, (3, SIDE, SIDE)))


def tiles_of(phase: str, sample: Sample) -> Tiles:
    """Return the transformed image and the right one, side by side."""
    right = normalised(sample.true)
    shape = " × ".join(map(str, sample.shape))
    return Tiles(
        f'An image after data_transforms["{phase}"]',
        (
            _told(tile_of("yours", sample.middles), f"{shape}, from {sample.lowest:.3g} to {sample.highest:.3g}"),
            _told(tile_of("right", right), f"3 × {SIDE} × {SIDE}, from {right.min():.3g} to {right.max():.3g}"),
        ),
        "The tiles show every eighth pixel.",
    )


def _enlarged(true: Array) -> Array:
    """Return the image that the transform was given, (3, 224, 224), from its blocks, (28, 28, 3)."""
    return true.repeat(BLOCK, axis=0).repeat(BLOCK, axis=1).transpose(2, 0, 1)


def _middles(planes: Array) -> Array:
    return planes[:, BLOCK // 2 :: BLOCK, BLOCK // 2 :: BLOCK]


def _told(tile: Tile, detail: str) -> Tile:
    return Tile(tile.caption, detail, tile.height, tile.width, tile.pixels)
