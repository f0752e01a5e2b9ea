"""Says whether numbers are close, and where and by how much they are not."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from autograder.checks.differences import shape_text

TINY = 1e-12  # numbers below it have no relative error worth naming


@dataclass(frozen=True)
class Apart:
    """Numbers that are not close, in words for the student.

    Attributes:
        expected: the right number at the place that is farthest off, with the tolerance; or the right shape.
        seen: the number there, with its relative error and how many others are off; or the shape.
    """

    expected: str
    seen: str


def close(
    seen: npt.ArrayLike,
    want: npt.ArrayLike,
    *,
    tolerance: float = 1e-6,
    relative: float = 1e-5,
    axes: Sequence[str] = (),
) -> Apart | None:
    """Return the number that is farthest off; None if all numbers are close.

    Args:
        seen: the student's numbers, of any shape; one that is not finite is close only to the same.
        want: the right numbers.
        tolerance: accepted deviation, in their unit.
        relative: further accepted deviation, as a share of the right number.
        axes: names of the axes, such as `("row", "column")`; their numbers unless given.
    """
    one, other = _as_numbers(seen), np.asarray(want, np.float64)
    if one is None:
        return Apart(f"numbers, shape {shape_text(other.shape)}", "something other than numbers")
    if one.shape != other.shape:
        return Apart(f"shape {shape_text(other.shape)}", f"shape {shape_text(one.shape)}")
    with np.errstate(invalid="ignore"):
        off = np.where((one == other) | (np.isnan(one) & np.isnan(other)), 0.0, np.abs(one - other))
        accepted = tolerance + relative * np.abs(other)
        excess = np.where(np.isfinite(off), off - np.where(np.isfinite(accepted), accepted, tolerance), np.inf)
    if not (excess > 0).any():
        return None
    place = np.unravel_index(int(np.argmax(excess)), excess.shape)
    right, got = float(other[place]), float(one[place])
    share = f", {off[place] / abs(right):.2g} of it off" if abs(right) > TINY and np.isfinite(off[place]) else ""
    count = int((excess > 0).sum())
    others = f"; {count} of {excess.size:,} numbers are off" if excess.size > 1 else ""
    where = _where([int(index) for index in place], axes)
    limit = f"{float(accepted[place]):.2g}" if np.isfinite(accepted[place]) else f"{tolerance:.2g}"
    return Apart(f"{where}{right:.6g}, to within {limit}", f"{got:.6g}{share}{others}")


def cosine(a: npt.NDArray[np.floating], b: npt.NDArray[np.floating]) -> float:
    """Return the cosine of two arrays of one shape, taken as vectors, in [-1, 1]; 0 if one of them is 0."""
    lengths = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float((a * b).sum()) / lengths if lengths else 0.0


def _as_numbers(values: npt.ArrayLike) -> npt.NDArray[np.float64] | None:
    try:
        return np.asarray(values, np.float64)
    except (TypeError, ValueError):
        return None


def _where(place: Sequence[int], axes: Sequence[str]) -> str:
    if not place:
        return ""
    if not axes:
        return f"at [{', '.join(map(str, place))}]: "
    return f"at {', '.join(f'{axis} {index}' for axis, index in zip(axes, place, strict=True))}: "
