"""Names what is wrong with an image of the test loader, and shows the image beside the right one."""

import numpy as np
import numpy.typing as npt

from autograder.assignments.inaturalist_cnn.observed import Pattern
from autograder.checks.layout import wrong_dimensions, wrong_layout
from autograder.checks.plots import tile_of
from autograder.checks.value_range import wrong_range
from autograder.model.plot import Tiles

Bytes = npt.NDArray[np.uint8]
IMAGENET_MEAN, IMAGENET_STD = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])


def fault_of(seen: Pattern, true: Bytes) -> str:
    """Return what is wrong with the layout of an image, or else with its scale; empty if nothing can be named.

    Args:
        seen: what a loader made of an image.
        true: the image, (3, S, S).
    """
    image = seen.image
    fault = wrong_layout(image, true) or wrong_dimensions(seen.shape, true.shape)
    if fault or image.shape != true.shape:
        return fault
    values, levels = (planes.reshape(3, -1).T for planes in (image, true / 255))
    return wrong_range(values, levels, IMAGENET_MEAN, IMAGENET_STD)


def tiles_of(seen: Pattern, true: Bytes) -> Tiles:
    """Return the image beside the right one."""
    right = (true / 255 - IMAGENET_MEAN[:, None, None]) / IMAGENET_STD[:, None, None]
    return Tiles("An image of the test loader", (tile_of("yours", seen.image), tile_of("right", right)))
