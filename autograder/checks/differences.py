"""Names the first difference between two networks, tensors or lists, and the tolerance."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Shape = Sequence[int]


def first_difference(
    seen: npt.ArrayLike,
    right: npt.ArrayLike,
    tolerance: float,
    axes: Sequence[str] = ("number",),
    *,
    first: int = 0,
    relative: float = 0.0,
) -> str:
    """Return the first number that differs, and the tolerance; empty if none does.

    Args:
        seen: the student's numbers, of any shape; NaN differs from everything.
        right: the right numbers.
        tolerance: largest accepted deviation, in their unit.
        axes: names of the axes, such as `("filter", "channel", "row", "column")`.
        first: number of the first place along an axis.
        relative: further accepted deviation, as a share of the right number.
    """
    one, other = np.asarray(seen, np.float64), np.asarray(right, np.float64)
    if one.shape != other.shape:
        return f"shape {shape_text(one.shape)} instead of {shape_text(other.shape)}"
    accepted = tolerance + relative * np.abs(other)
    wrong = np.argwhere(~(np.abs(one - other) <= accepted))
    if not len(wrong):
        return ""
    place = tuple(wrong[0])
    where = ", ".join(f"{axis} {index + first}" for axis, index in zip(axes, place, strict=True))
    return f"{where} is {one[place]:.6g} instead of {other[place]:.6g} (tolerance {accepted[place]:.2g})"


def first_other(seen: Sequence[object], wanted: Sequence[object], what: str) -> str:
    """Return the first entry of a list that differs; empty if one list is the beginning of the other.

    Args:
        seen: the student's entries.
        wanted: the right entries.
        what: noun for an entry, such as `"block"`; entries are counted from 1.
    """
    pairs = enumerate(zip(seen, wanted, strict=False), start=1)
    return next((f"{what} {place}: {one} instead of {other}" for place, (one, other) in pairs if one != other), "")


def first_tensor_that_differs(seen: Sequence[tuple[str, Shape]], right: Sequence[tuple[str, Shape]]) -> str:
    """Return the first tensor of a network that has another shape; empty if none has.

    Students may choose names, so tensors are compared by their order.

    Args:
        seen: path and shape of each tensor, in the order of the network.
        right: the same of the reference solution.
    """
    for (path, shape), (wanted_path, wanted) in zip(seen, right, strict=False):
        if list(shape) != list(wanted):
            where = f"the first that differs is {path} of {shape_text(shape)}"
            return f"{where}, where {wanted_path} of {shape_text(wanted)} is right"
    if len(seen) < len(right):
        path, shape = right[len(seen)]
        return f"the first missing one is {path} of {shape_text(shape)}"
    if len(seen) > len(right):
        path, shape = seen[len(right)]
        return f"the first superfluous one is {path} of {shape_text(shape)}"
    return ""


def shape_text(shape: Shape) -> str:
    """Return a shape as people read it."""
    return " × ".join(map(str, shape)) or "one number"
