"""Names the fault in an image's layout by comparison with the true image: colours, rows and columns."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.generic]
SAME_IMAGE = 0.999  # least correlation of each colour plane with the true one

INTERLEAVED = "the rows are read as if red, green and blue took turns, byte by byte"
RESHAPED = "rows, columns and colours are reshaped where they should be transposed"
SWAPPED = "height and width are swapped"
BLUE_FIRST = "red and blue are swapped"
UPSIDE_DOWN = "the image is upside down"
MIRRORED = "the image is mirrored"

# The effect of each fault on a true image, (C, H, W).
WRONG_LAYOUTS: Mapping[str, Callable[[Array], Array]] = {
    INTERLEAVED: lambda planes: planes.reshape(*planes.shape[1:], len(planes)).transpose(2, 0, 1),
    RESHAPED: lambda planes: planes.transpose(1, 2, 0).reshape(planes.shape),
    SWAPPED: lambda planes: planes.transpose(0, 2, 1),
    BLUE_FIRST: lambda planes: planes[::-1],
    UPSIDE_DOWN: lambda planes: planes[:, ::-1],
    MIRRORED: lambda planes: planes[:, :, ::-1],
}


def shows(array: Array, true: Array, least: float = SAME_IMAGE) -> bool:
    """Return whether an array shows an image, colours first or last, each plane at any positive scale.

    Args:
        array: an array of any shape.
        true: the image, (C, H, W).
        least: correlation of each plane with the true one; lower for compressed or cropped images.
    """
    return any(_same(planes, true, least) for planes in as_planes(array, true.shape))


def as_planes(array: Array, shape: tuple[int, ...]) -> list[Array]:
    """Return an array as (C, H, W), in each possible reading; empty if it is not an image of this shape."""
    colours, height, width = shape
    found = [array] if array.shape == shape else []
    return [*found, array.transpose(2, 0, 1)] if array.shape == (height, width, colours) else found


def wrong_layout(
    array: Array,
    true: Array,
    least: float = SAME_IMAGE,
    sampled: Callable[[Array], Array] = lambda planes: planes,
) -> str:
    """Return the fault in an image's layout, as a clause; empty if there is none, or if it is unknown.

    Args:
        array: (C, H, W) or (H, W, C), any scale.
        true: the true image, (C, H, W).
        least: as for `shows`.
        sampled: the change to the image before the observation, such as thinning it out.
    """
    right = sampled(true)
    if shows(array, right, least):
        return ""
    named = (what for what, wrong in WRONG_LAYOUTS.items() if shows(array, sampled(wrong(true)), least))
    return next(named, "")


def wrong_shape(array: Array, shape: tuple[int, ...]) -> str:
    """Return how an array's shape differs from that of an image, (C, H, W); empty if it does not."""
    return wrong_dimensions(array.shape, shape)


def wrong_dimensions(dimensions: Sequence[int], shape: tuple[int, ...]) -> str:
    """Return how the shape of an array that was not kept differs from that of an image; as `wrong_shape`."""
    colours, height, width = shape
    seen = tuple(dimensions)
    if seen == shape:
        return ""
    if len(seen) == 3 and seen[1:] == (height, width):
        return f"number of channels: {seen[0]} instead of {colours}"
    known = {
        (height, width, colours): "the colours come last instead of first",
        (colours * height * width,): "the image is flattened to one row of numbers",
        (height, width): "there is no axis for the colours",
        (1, *shape): "there is one axis too many, as in a batch",
    }
    return known.get(seen, "it has another size")


def _same(planes: Array, true: Array, least: float) -> bool:
    return planes.shape == true.shape and all(_correlation(a, b) >= least for a, b in zip(planes, true, strict=True))


def _correlation(one: Array, other: Array) -> float:
    a, b = (plane.astype(np.float64) - plane.astype(np.float64).mean() for plane in (one, other))
    size = np.linalg.norm(a) * np.linalg.norm(b)
    if size == 0:  # a plane of one colour shows any plane of one colour
        return float(np.allclose(a, 0) and np.allclose(b, 0))
    return float((a * b).sum() / size)
