"""The suites' knowledge of the images: classes, ImageNet's statistics, and the key to the unlabelled ones."""

import csv
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating]

CLASSES = ("cats", "dogs", "panda")
SIDE = 224
IMAGENET_MEAN = np.array([0.485, 0.456, 0.406])
IMAGENET_STD = np.array([0.229, 0.224, 0.225])


@cache
def prediction_key(data: Path) -> dict[str, str]:
    """Return the class of each picture in `animals/prediction`, by the file's name without its ending.

    Args:
        data: folder of the profile's data.
    """
    with (data / "prediction_key.csv").open(encoding="utf-8", newline="") as file:
        return {Path(row["file"]).stem: row["class"] for row in csv.DictReader(file)}


def normalised(levels: npt.ArrayLike) -> FloatArray:
    """Return what a network trained on ImageNet expects.

    Args:
        levels: (…, 3) red, green and blue in 0..255.

    Returns:
        (…, 3) float64.
    """
    values: FloatArray = (np.asarray(levels, np.float64) / 255 - IMAGENET_MEAN) / IMAGENET_STD
    return values
