"""Names the fault in the scale of pixel values by comparison with the pixels they were made from."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating]
FITS = 0.03  # mean deviation, as a share of the spread of the values that a known fault gives

NOT_DIVIDED = "pixels stay in 0 to 255"
DIVIDED_TWICE = "pixels are scaled twice: divided by 255 once more than needed"
INVERTED = "dark and bright are swapped"

USUAL = {  # mean and standard deviation that people normalise with
    "0.5 and 0.5": ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),
    "ImageNet's": ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    "CIFAR-10's": ((0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)),
    "MNIST's": ((0.1307,) * 3, (0.3081,) * 3),
}


def wrong_range(seen: npt.ArrayLike, levels: npt.ArrayLike, mean: npt.ArrayLike, std: npt.ArrayLike) -> str:
    """Return the fault in the scale of values, as a clause; empty if there is none, or if it is unknown.

    Args:
        seen: (n, C) values of a student's pixels, by colour; values that are not finite have no known fault.
        levels: (n, C) the pixels they were made from, in [0, 1].
        mean: (C,) mean for normalising; 0 for none.
        std: (C,) standard deviation for normalising; 1 for none.
    """
    values, pixels = np.asarray(seen, np.float64), np.asarray(levels, np.float64)
    if values.shape != pixels.shape or not values.size or not np.isfinite(values).all():
        return ""
    known = list(_mistakes(pixels, np.asarray(mean), np.asarray(std)))
    offs = [_off(values, made) for _, made in known]
    best = int(np.argmin(offs))
    return known[best][0] if offs[best] <= FITS else ""


def _mistakes(pixels: FloatArray, mean: FloatArray, std: FloatArray) -> Iterator[tuple[str, FloatArray]]:
    """Yield the name of each fault and the values that it gives; the right values come first, without a name."""
    right = (pixels - mean) / std
    yield "", right
    if not (np.allclose(mean, 0) and np.allclose(std, 1)):
        yield "pixels stay in [0, 1] and are not normalised", pixels
        yield DIVIDED_TWICE, (pixels / 255 - mean) / std
        yield "pixels are normalised without being divided by 255 first", (255 * pixels - mean) / std
        yield "pixels are normalised twice", (right - mean) / std
        yield "the mean is subtracted, but nothing is divided by the standard deviation", pixels - mean
    yield NOT_DIVIDED, 255 * pixels
    yield DIVIDED_TWICE, pixels / 255
    yield INVERTED, (1 - pixels - mean) / std
    if pixels.shape[1] == 3:
        yield "red and blue are swapped", (pixels[:, ::-1] - mean) / std
        if np.ptp(mean) or np.ptp(std):
            yield (
                "mean and standard deviation are given in the order blue, green, red",
                ((pixels - mean[::-1]) / std[::-1]),
            )
    for whose, (others_mean, others_std) in USUAL.items():
        channels = pixels.shape[1]
        other = (np.array(others_mean[:channels]), np.array(others_std[:channels]))
        if not (np.allclose(other[0], mean) and np.allclose(other[1], std)):
            yield (
                f"pixels are normalised with another mean and standard deviation, {whose}",
                (pixels - other[0]) / other[1],
            )


def _off(values: FloatArray, made: FloatArray) -> float:
    """Return the mean deviation from the values that a fault gives, as a share of their spread."""
    return float(np.abs(values - made).mean() / max(float(np.ptp(made)), 1e-12))
