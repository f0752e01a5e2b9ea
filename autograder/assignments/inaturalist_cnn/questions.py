"""Draws the questions for the probes of this assignment, and makes the images that they are about.

Probes import this too, so it needs nothing but NumPy.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

BLOCKS = 5
SEEDS = 1 << 30
POOL_OF_NETWORKS = 3  # questions about pretrained networks, which take seconds to build
LEVELS = range(20, 237, 27)  # of a colour channel
CLASSES = 10
OWN_COUNTS = {"train": 10, "val": 2}  # images of each class in a folder of ours
CONSONANTS = "bcdfghjkmnpqrvwxz"

Item = TypeVar("Item")


class Source(Protocol):
    """Draws values; `autograder.checks.draw.Draw` does."""

    def whole(self, low: int, high: int) -> int:
        """Return a whole number."""

    def one_of(self, items: Sequence[Item]) -> Item:
        """Return one of the items."""

    def order(self, items: Sequence[Item]) -> list[Item]:
        """Return all items in a random order."""


@dataclass(frozen=True)
class NetworkQuestion:
    """The arguments with which networks are made.

    Attributes:
        listed: filters of each block.
        organisations: filters of the first block, a word for their organisation, and what must follow.
        sizes: sides of the filters: an odd one, an even one, and a list.
        neurons: of the dense layer.
        classes: outputs, another number than usual.
        counts: images of two batches.
        input_sizes: pixels.
        rate: of dropout.
        value: that weights are set to.
        seed: of weights and images.
    """

    listed: list[int]
    organisations: list[tuple[int, str, list[int]]]
    sizes: list[int | list[int]]
    neurons: list[int]
    classes: int
    counts: list[int]
    input_sizes: list[int]
    rate: float
    value: float
    seed: int

    @property
    def of_sizes(self) -> list[dict[str, Any]]:
        """Arguments for several sizes of filters."""
        return [{"num_filters": 4, "filter_size": size} for size in self.sizes]

    @property
    def of_neurons(self) -> list[dict[str, Any]]:
        """Arguments for several numbers of dense neurons."""
        return [{"num_filters": 4, "dense_neurons": neurons} for neurons in self.neurons]

    @property
    def of_organisations(self) -> list[dict[str, Any]]:
        """Arguments for several organisations of filters."""
        return [{"num_filters": filters, "filter_org": word} for filters, word, _ in self.organisations]

    @property
    def variants(self) -> list[dict[str, Any]]:
        """All of them, a plain one first, then one with a list of filters."""
        return [
            {"num_filters": 4}, {"num_filters": self.listed},
            *self.of_organisations, *self.of_sizes, *self.of_neurons,
        ]  # fmt: skip


def network_question(draw: Source) -> NetworkQuestion:
    """Return a question about `CNN`. All numbers are such that any right network takes them."""
    same, double, half = draw.whole(5, 9), draw.whole(2, 4), 8 * draw.whole(2, 4)
    few = draw.whole(3, 6)
    return NetworkQuestion(
        listed=draw.order(range(3, 9))[:BLOCKS],
        organisations=[
            (same, "same", [same] * BLOCKS),
            (double, "double", [double * 2**block for block in range(BLOCKS)]),
            (half, "half", [half, half // 2, half // 4]),
            (few, "half", [few]),
        ],
        sizes=[draw.one_of((5, 7)), draw.one_of((2, 4)), draw.order((7, 5, 4, 3, 2))],
        neurons=draw.order(range(40, 100))[:2],
        classes=draw.one_of([*range(3, 10), *range(11, 20)]),
        counts=[1, draw.whole(2, 5)],
        input_sizes=[96, 32 * draw.whole(4, 5), 8 * draw.one_of((17, 19, 21, 23, 25))],
        rate=draw.whole(3, 7) / 10,
        value=draw.whole(1, 99) / 64,
        seed=draw.whole(0, SEEDS),
    )


@dataclass(frozen=True)
class LoaderQuestion:
    """The arguments of `get_dataloaders`, and a seed.

    Attributes:
        size: height and width of images, pixels.
        batch: images in a batch; 20 test images make three or four.
        seed: of colours and patterns.
    """

    size: int
    batch: int
    seed: int


def loader_question(draw: Source) -> LoaderQuestion:
    """Return a question about `get_dataloaders`."""
    return LoaderQuestion(draw.one_of((32, 40, 48)), draw.whole(6, 9), draw.whole(0, SEEDS))


@dataclass(frozen=True)
class StrategyQuestion:
    """The arguments of `build_pretrained`.

    Attributes:
        classes: outputs, another number than usual.
        calls: pairs of a strategy and k.
        ks: k of the calls with "upto_k", in order.
        tried: numbers for k that are tried one after the other.
        unknown: names that are no strategies.
    """

    classes: int
    calls: list[list[Any]]
    ks: list[int]
    tried: list[int]
    unknown: list[str]


def strategy_question(draw: Source) -> StrategyQuestion:
    """Return a question about strategies; k is small, since networks are allowed to have few parts."""
    classes, k = draw.one_of([*range(3, 10), *range(11, 20)]), draw.whole(1, 3)
    ks = [0, *sorted(draw.order(range(1, 5))[:3])]
    calls = [["all", k], ["last_layer", 0], *(["upto_k", one] for one in ks)]
    unknown = ["".join(draw.one_of(CONSONANTS) for _ in range(9)) for _ in range(2)]
    tried = [k, *(one for one in (1, 3, 2, 5, 8, 12) if one != k)]
    return StrategyQuestion(classes, draw.order(calls), ks, tried, unknown)


def own_colours(seed: int) -> dict[str, npt.NDArray[np.float32]]:
    """Return another colour for each image of `train` and of `val`, (images, 3), class after class.

    No order of the channels makes one colour of another. In both parts each channel has its lowest and its highest
    level, so that the scale of the channels can be told.
    """
    random = np.random.default_rng(seed)
    low, high = LEVELS[0], LEVELS[-1]
    extreme = [levels for levels in itertools.combinations_with_replacement(LEVELS, 3) if {low, high} <= set(levels)]
    inner = [levels for levels in itertools.combinations_with_replacement(LEVELS, 3) if levels not in extreme]
    turned = [np.roll((low, levels[1], high), place) for place, levels in enumerate(extreme[:6])]
    mixed = [random.permutation(levels) for levels in random.permutation(inner)]
    train, val = (count * CLASSES for count in OWN_COUNTS.values())
    colours = {
        "train": [*turned[:3], *mixed[: train - 3]],
        "val": [*turned[3:], *mixed[train - 3 : train + val - 6]],
    }
    return {part: random.permutation(np.array(some, np.float32)) for part, some in colours.items()}


def pattern_of(size: int, seed: int) -> npt.NDArray[np.uint8]:
    """Return an image without any symmetry, (size, size, 3), for a multiple of 4."""
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 256, (4, 4, 3)).repeat(size // 4, axis=0).repeat(size // 4, axis=1)
    return (0.8 * coarse + 0.2 * random.integers(0, 256, (size, size, 3))).astype(np.uint8)
