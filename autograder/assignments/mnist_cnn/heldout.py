"""The held-out images and their labels, as the trusted side reads them."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from autograder.checks.evidence import Evidence
from autograder.checks.perturbation import jitter_brightness, order_of

ByteArray = npt.NDArray[np.uint8]
CLASSES = 10
SIDE = 28
RESNET_SIDE = 224
BYTES = 0x08  # idx's code for unsigned bytes


@cache
def read_idx(path: Path) -> ByteArray:
    """Return the numbers of an idx file, in the shape that its head states.

    Raises:
        ValueError: it holds no bytes, or not as many as its head says.
    """
    content = path.read_bytes()
    if content[:3] != bytes([0, 0, BYTES]):
        raise ValueError(f"{path.name} is not an idx file of bytes")
    axes = content[3]
    shape = [int.from_bytes(content[4 + 4 * axis : 8 + 4 * axis], "big") for axis in range(axes)]
    return np.frombuffer(content[4 + 4 * axes :], np.uint8).reshape(shape)


def digits(data: Path) -> tuple[ByteArray, ByteArray]:
    """Return the held-out digits, (N, 28, 28), and their labels, (N,) in [0, 10).

    Args:
        data: folder of the profile's data.
    """
    return _heldout(data, "mnist")


def garments(data: Path, count: int) -> tuple[ByteArray, ByteArray]:
    """Return `count` of the held-out garments, spread evenly over the file, and their labels."""
    images, labels = _heldout(data, "fashion")
    chosen = np.linspace(0, len(labels) - 1, count).round().astype(int)
    return images[chosen], labels[chosen]


def deferred_inputs(evidence: Evidence, images: ByteArray) -> dict[str, Callable[[str], ByteArray]]:
    """Return a function that makes the images for a submission, (N, 28, 28)."""
    return {"heldout": lambda digest: varied(evidence, images, digest)}


def varied(evidence: Evidence, images: ByteArray, digest: str) -> ByteArray:
    """Return the images for a submission: in an order for it alone, and slightly brighter or darker."""
    return jitter_brightness(images[order_of(evidence.secret, digest, len(images))], evidence.secret, digest)


def resized(images: ByteArray) -> ByteArray:
    """Return images, (N, 224, 224), as torchvision's `Resize` makes them."""
    shape = (RESNET_SIDE, RESNET_SIDE)
    return np.stack([np.asarray(Image.fromarray(one).resize(shape, Image.Resampling.BILINEAR)) for one in images])


def _heldout(data: Path, name: str) -> tuple[ByteArray, ByteArray]:
    folder = data / "heldout"
    images, labels = (read_idx(folder / f"{name}-{kind}-ubyte") for kind in ("images-idx3", "labels-idx1"))
    if images.shape != (len(labels), SIDE, SIDE) or labels.max() >= CLASSES:
        raise ValueError(f"heldout/{name}: images {images.shape} and labels {labels.shape} do not belong together")
    return images, labels
