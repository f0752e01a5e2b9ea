"""Plants wrong labels in a test file, and tells whether a network has learned them.

In a submission's copy of the test file, a share of the labels goes through a derangement of the classes, drawn from
secret and digest. A network that trained on this copy leans towards the planted class for images of each class,
whatever way the copy took into the training. Any other network cannot know the derangement. So the share of
derangements that fit its answers at least as well as the planted one is an exact p-value: it is at most α with a
probability of at most α.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from autograder.checks import measures
from autograder.checks.draw import Draw
from autograder.checks.handed import Handed

SHARE = 0.5  # of the labels; the others still tell which of two networks is better
DOUBT = 0.01  # level of one training; two trainings under two derangements have its square, 1e-4
MOST_CLASSES = 10  # more have too many derangements to count one by one

FloatArray = npt.NDArray[np.floating]


class Planted(Handed):
    """A file that replaces a given one while a probe runs; its value is an array of its bytes, uint8.

    Pass it among the deferred inputs, by the name of the given file. It is in place before the submission starts.
    """

    def __init__(self, content: bytes) -> None:
        super().__init__(np.frombuffer(content, np.uint8))


@dataclass(frozen=True)
class Planting:
    """The labels planted for one training.

    Attributes:
        planted: the derangement: the planted class for each class.
        files: the planted file, to pass among the deferred inputs.
    """

    planted: Sequence[int]
    files: Mapping[str, Planted]


def planting(
    draw: Draw,
    file: str,
    labels: Sequence[int],
    classes: int,
    written: Callable[[list[int]], bytes],
    share: float = SHARE,
) -> Planting:
    """Return a test file with planted labels.

    Args:
        draw: draws derangement and labels.
        file: its name among the given files.
        labels: the right labels.
        classes: number of classes.
        written: makes the file's content from other labels.
        share: mean share of changed labels.
    """
    planted = derangement(draw, classes)
    return Planting(planted, {file: Planted(written(planted_labels(draw, labels, planted, share)))})


def derangement(draw: Draw, classes: int) -> list[int]:
    """Return a different class for each class, each exactly once; all such choices are equally likely.

    Raises:
        ValueError: there is only one class.
    """
    if classes < 2:
        raise ValueError(f"{classes} class: a derangement needs two or more")
    while True:
        drawn = draw.order(range(classes))
        if all(place != one for place, one in enumerate(drawn)):
            return drawn


def planted_labels(draw: Draw, labels: Sequence[int], planted: Sequence[int], share: float = SHARE) -> list[int]:
    """Return labels, a random share of which go through a derangement.

    Args:
        draw: chooses the labels.
        labels: of the file.
        planted: the derangement.
        share: mean share of changed labels.
    """
    return [planted[label] if draw.number(0, 1) < share else label for label in map(int, labels)]


def class_means(logits: FloatArray, labels: measures.IntArray, classes: int) -> FloatArray:
    """Return the mean logits of each true class, (C, C), each row with mean 0.

    Args:
        logits: (N, D ≥ C), of which the first C count.
        labels: (N,) in [0, C); each class occurs.
        classes: C.
    """
    means = np.stack([logits[labels == one, :classes].mean(axis=0, dtype=np.float64) for one in range(classes)])
    centred: FloatArray = means - means.mean(axis=1, keepdims=True)
    return centred


def p_value(seen: FloatArray, right: FloatArray, planted: Sequence[int]) -> float:
    """Return the share of derangements that a network's answers fit at least as well as the planted one.

    Some classes look alike to every network. So the part that an honest network's means explain, outside the diagonal,
    is subtracted first. Then half of the symmetric rest is subtracted: if two classes look alike only to this network,
    they do so in both directions, and a planting seldom does.

    Args:
        seen: (C, C), from `class_means`, of the network in question.
        right: (C, C), of a network that does not know the planting, such as the reference's.
        planted: the derangement.

    Returns:
        In (0, 1]; 1 if a mean is not finite.

    Raises:
        ValueError: there are more than ten classes.
    """
    if not np.isfinite(seen).all():
        return 1.0
    wrong = ~np.eye(len(seen), dtype=bool)
    scale = (seen * right)[wrong].sum() / max(np.square(right)[wrong].sum(), 1e-12)
    rest = seen - scale * right
    rest -= (rest + rest.T) / 4
    fits = sum(rest[one, to] for one, to in zip(range(len(rest)), _derangements(len(rest)).T, strict=True))
    here = sum(rest[one, to] for one, to in enumerate(planted))
    return float(np.mean(fits >= here - 1e-9 * np.abs(rest).max()))


@cache
def _derangements(classes: int) -> npt.NDArray[np.int8]:
    """Return all derangements, (n, C)."""
    if classes > MOST_CLASSES:
        raise ValueError(f"{classes} classes: at most {MOST_CLASSES} can be told apart by their derangements")
    found = np.zeros((1, 0), np.int8)
    for place in range(classes):
        grown = [
            np.column_stack([rows, np.full(len(rows), one, np.int8)]) for one, rows in _free(found, place, classes)
        ]
        found = np.concatenate(grown)
    return found


def _free(found: npt.NDArray[np.int8], place: int, classes: int) -> list[tuple[int, npt.NDArray[np.int8]]]:
    return [(one, found[(found != one).all(axis=1)]) for one in range(classes) if one != place]
