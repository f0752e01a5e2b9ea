"""Compares a transform's image with the right one: names a wrong layout, and shows both."""

from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.assignments.animals_transfer.pictures import SIDE, normalised
from autograder.checks.layout import shows, wrong_layout, wrong_shape
from autograder.checks.plots import tile_of
from autograder.model.plot import Tile, Tiles

BLOCK = 8  # pixels of a side that have one colour, of which one was kept; as in the probe
Array = npt.NDArray[np.generic]


def fault_of(picture: dict[str, Any], *, may_be_mirrored: bool = False) -> str:
    """Return what is wrong with how a picture lies in its tensor, in words; empty if nothing can be named.

    Args:
        picture: shape, middles of blocks, and true picture, as the probe returns them.
        may_be_mirrored: whether a mirrored picture is as good.
    """
    planes = _enlarged(picture["true"])
    accepted = [planes, planes[:, :, ::-1]] if may_be_mirrored else [planes]
    if any(shows(picture["middles"], _middles(true)) for true in accepted):
        return wrong_shape(np.empty(picture["shape"], bool), (3, SIDE, SIDE))
    named = (wrong_layout(picture["middles"], true, sampled=_middles) for true in accepted)
    return next(filter(None, named), wrong_shape(np.empty(picture["shape"], bool), (3, SIDE, SIDE)))


def tiles_of(phase: str, picture: dict[str, Any]) -> Tiles:
    """Return what a transform made of a picture beside what is right."""
    right = normalised(picture["true"])
    low, high = picture["range"]
    shape = " × ".join(map(str, picture["shape"]))
    return Tiles(
        f'A picture after data_transforms["{phase}"]',
        (
            _told(tile_of("yours", picture["middles"]), f"{shape}, from {low:.3g} to {high:.3g}"),
            _told(tile_of("right", right), f"3 × {SIDE} × {SIDE}, from {right.min():.3g} to {right.max():.3g}"),
        ),
        "The tiles show every eighth pixel.",
    )


def _enlarged(true: Array) -> Array:
    """Return the picture that the transform was given, (3, 224, 224), of its blocks, (28, 28, 3)."""
    return true.repeat(BLOCK, axis=0).repeat(BLOCK, axis=1).transpose(2, 0, 1)


def _middles(planes: Array) -> Array:
    return planes[:, BLOCK // 2 :: BLOCK, BLOCK // 2 :: BLOCK]


def _told(tile: Tile, detail: str) -> Tile:
    return Tile(tile.caption, detail, tile.height, tile.width, tile.pixels)
