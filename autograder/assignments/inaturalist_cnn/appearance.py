"""Names what is wrong with an image of the test loader, and shows the image beside the right one."""

import numpy as np

from autograder.assignments.inaturalist_cnn.observed import Pattern
from autograder.checks.layout import wrong_dimensions, wrong_layout
from autograder.checks.plots import tile_of
from autograder.checks.value_range import wrong_range
from autograder.model.plot import Tiles

IMAGENET_MEAN, IMAGENET_STD = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])


def fault_of(seen: Pattern) -> str:
    """Return what is wrong with the layout of an image, or else with its scale; empty if nothing can be named."""
    image, true = seen.image, seen.true
    fault = wrong_layout(image, true) or wrong_dimensions(seen.shape, true.shape)
    if fault or image.shape != true.shape:
        return fault
    values, levels = (planes.reshape(3, -1).T for planes in (image, true / 255))
    return wrong_range(values, levels, IMAGENET_MEAN, IMAGENET_STD)


def tiles_of(seen: Pattern) -> Tiles:
    """Return the image beside the right one."""
    right = (seen.true / 255 - IMAGENET_MEAN[:, None, None]) / IMAGENET_STD[:, None, None]
    return Tiles("An image of the test loader", (tile_of("yours", seen.image), tile_of("right", right)))
