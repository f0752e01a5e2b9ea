"""Compares the test loader's images with the right ones: names the fault, and shows both."""

from typing import Any

import numpy as np

from autograder.checks.layout import wrong_form, wrong_layout
from autograder.checks.plots import tile_of
from autograder.checks.value_range import wrong_range
from autograder.model.plot import Tiles

IMAGENET_MEAN, IMAGENET_STD = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])


def fault_of(seen: dict[str, Any]) -> str:
    """Return what is wrong with a picture's layout or else with its scale, in words; empty if nothing can be named.

    Args:
        seen: shape, picture, and true picture (3, H, W) uint8, as the probe returns them.
    """
    picture, true = seen["picture"], seen["true"]
    fault = wrong_layout(picture, true) or wrong_form(np.empty(seen["shape"], bool), true.shape)
    if fault or picture.shape != true.shape:
        return fault
    values, levels = (planes.reshape(3, -1).T for planes in (picture, true / 255))
    return wrong_range(values, levels, IMAGENET_MEAN, IMAGENET_STD)


def tiles_of(seen: dict[str, Any]) -> Tiles:
    """Return the picture beside what is right."""
    right = (seen["true"] / 255 - IMAGENET_MEAN[:, None, None]) / IMAGENET_STD[:, None, None]
    return Tiles("A picture of the test loader", (tile_of("yours", seen["picture"]), tile_of("right", right)))
