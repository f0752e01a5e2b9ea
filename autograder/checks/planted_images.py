"""Plants images in other class folders of a test set, and tells whether a network has learned them there.

`planting.py` does the same for a file of labels. Here a label is the name of a folder, and each image gets one of its
own. In a submission's copy of the test set the images change places, so that none lies in the folder of its class;
names, folders and their sizes stay. A training loop that took the images from there has moved our network's weights
towards these classes. Any other network cannot know where an image lies. So the share of arrangements that fit the
weights at least as well is an exact p-value, whatever the loop does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from autograder.checks.draw import Draw
from autograder.checks.planting import Planted

DOUBT = 0.001  # level of one training; two trainings have its square, 1e-6, because the whole result is at stake
ARRANGEMENTS = 2500  # that a p-value compares with; half of the level must be within its reach
SWEEPS = 10  # of swaps; after four, little is left of the arrangement before
MOST_IMAGES = 200  # that change places; in a larger test set the others stay
PENALTY = 0.1  # of the ridge regression, as a share of the mean square of a feature vector

FloatArray = npt.NDArray[np.floating]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class PlantedImages:
    """An arrangement of images in class folders.

    Attributes:
        images: (n,) places of the images that are planted, among those of the test set.
        classes: (n,) the class in whose folder each of them lies.
        files: the planted files, to pass among the deferred inputs.
    """

    images: IntArray
    classes: IntArray
    files: dict[str, Planted]


def planted_images(draw: Draw, top: Path, files: Sequence[str], labels: Sequence[int]) -> PlantedImages:
    """Return a test set in which each image lies in another class's folder.

    Args:
        draw: draws the arrangement.
        top: folder of the data.
        files: paths of the images below it; they are names of given files too.
        labels: (N,) the class of each.

    Raises:
        ValueError: more than half of the images are of one class, so some would have to stay.
    """
    chosen = np.sort(draw.order(range(len(files)))[:MOST_IMAGES])
    right = np.asarray(labels, np.int64)[chosen]
    slots = arrangement(right, draw.whole(0, 1 << 30))
    content = {
        files[chosen[slot]]: (top / files[image]).read_bytes() for image, slot in zip(chosen, slots, strict=True)
    }
    return PlantedImages(chosen, right[slots], {name: Planted(one) for name, one in content.items()})


def arrangement(right: IntArray, seed: int) -> IntArray:
    """Return for each image the place of another class's image that it goes to, (n,); all such choices are as likely.

    Args:
        right: (n,) the class of each image.
        seed: of the choice.

    Raises:
        ValueError: more than half of the images are of one class.
    """
    most, order = int(np.bincount(right).max(initial=0)), np.argsort(right, kind="stable")
    if 2 * most > len(right):
        raise ValueError(f"{most} of {len(right)} images are of one class: too many to lie in other folders")
    start = np.empty_like(order)
    start[order] = np.roll(order, -most)  # from class to class, each image goes at least one class further
    slots: IntArray = _shuffled(start[None], right[start][None], right, seed)[0][0]
    return slots


def learned(before: FloatArray, after: FloatArray, features: FloatArray) -> FloatArray:
    """Return by how much a linear head was moved by each image towards each class, (N, C).

    A step adds multiples of the features of its images. So a ridge regression of the movement tells the multiples, and
    what images of the training set have in common with those of the test set is no part of the latter's.

    Args:
        before: (C, F) the weights of the head before the training.
        after: (C, F) those after it.
        features: (N, F) that the head gets of all images that may have been trained on.
    """
    numbers, moved = features.astype(np.float64), (after - before).T.astype(np.float64)
    penalty = PENALTY * np.square(numbers).sum(axis=1).mean()
    found: FloatArray
    if len(numbers) > len(moved):  # the same, with a matrix of F × F instead of N × N
        found = numbers @ np.linalg.solve(numbers.T @ numbers + penalty * np.eye(len(moved)), moved)
    else:
        found = np.linalg.solve(numbers @ numbers.T + penalty * np.eye(len(numbers)), numbers @ moved)
    return found


def p_value(seen: FloatArray, right: IntArray, planted: IntArray) -> float:
    """Return the share of arrangements that fit the weights at least as well as the planted one, in (0, 1].

    Args:
        seen: (n, C) from `learned`, of the planted images; any scale.
        right: (n,) their true classes.
        planted: (n,) the classes in whose folders they lay.

    Returns:
        1 if a number is not finite, or if all are equal, as in a network that was not trained.
    """
    if not np.isfinite(seen).all() or not np.ptp(seen):
        return 1.0
    images = np.arange(len(right))
    rest = seen / np.abs(seen).max()
    rest[images, right] = np.nan  # the true class is never the planted one, and its size says nothing
    rest -= np.nanmean(rest, axis=0)
    rest -= np.nanmean(rest, axis=1, keepdims=True)
    some = np.repeat(planted[None], ARRANGEMENTS, axis=0)
    others = _shuffled(some, some, right, seed=0)[1]
    here = rest[images, planted].sum()
    return float((1 + np.sum(rest[images, others].sum(axis=1) >= here - 1e-9)) / (1 + ARRANGEMENTS))


def _shuffled(slots: IntArray, classes: IntArray, right: IntArray, seed: int) -> tuple[IntArray, IntArray]:
    """Return arrangements after random swaps, of which those happen that put no image into its own class.

    Args:
        slots: (R, n) places of the images in R arrangements; these are shuffled independently.
        classes: (R, n) the classes of these places.
        right: (n,) the true classes.
        seed: of the swaps.
    """
    random, count = np.random.default_rng(seed), len(right)
    slots, classes = slots.copy(), classes.copy()
    for _ in range(SWEEPS):
        order = random.random(slots.shape).argsort(axis=1)  # pairs of it do not overlap, so all may swap at once
        one, other = order[:, : count // 2], order[:, count // 2 : count // 2 * 2]
        theirs, others = (np.take_along_axis(classes, each, axis=1) for each in (one, other))
        rows, places = np.nonzero((theirs != right[other]) & (others != right[one]))
        these, those = one[rows, places], other[rows, places]
        for each in (slots, classes):
            each[rows, these], each[rows, those] = each[rows, those], each[rows, these]
    return slots, classes
