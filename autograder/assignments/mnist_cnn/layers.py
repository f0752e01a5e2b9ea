"""Finds the seven layers in the operations that a network computes: functions of values."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from math import prod

import numpy as np
import numpy.typing as npt

from autograder.assignments.mnist_cnn.observed_layers import LayerInputs, Operation

Numbers = npt.NDArray[np.float32]
CLOSE = 5e-3  # of the largest number
POOLS = "pool"
RELU = "relu"
LOG_SOFTMAX = "log_softmax"  # changes no prediction, and no cross-entropy


@dataclass(frozen=True)
class Wanted:
    """A layer of the table, and all that belongs to it.

    Attributes:
        kind: `"conv"` or `"linear"`.
        outputs: channels or features.
        kernel: of a convolution.
        relu: whether a ReLU follows.
        pooled: whether a max-pooling follows.
    """

    kind: str
    outputs: int
    kernel: int = 0
    relu: bool = True
    pooled: bool = False


TABLE = (
    Wanted("conv", 16, 5, pooled=True),
    Wanted("conv", 32, 3, pooled=True),
    Wanted("conv", 16, 1),
    Wanted("linear", 64),
    Wanted("linear", 10, relu=False),
)


@dataclass
class Block:
    """A layer with weights, as it was seen, and the operations between it and the next such layer."""

    layer: Operation
    after: list[Operation] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """`"conv"` or `"linear"`; a convolution over its whole input is the latter."""
        if self.layer.name != "convolution":
            return "linear"
        whole = self.layer.input[2:] == self.layer.weight[2:] and self.layer.output[2:] == [1, 1]
        return "linear" if whole else "conv"

    @property
    def outputs(self) -> int:
        """Channels or features."""
        return self.layer.weight[0]

    @property
    def kernel(self) -> list[int]:
        """Height and width; nothing for a linear layer."""
        return self.layer.weight[2:]

    @property
    def pools(self) -> list[Operation]:
        """All kinds of pooling that follow."""
        return [one for one in self.after if POOLS in one.name]

    @property
    def described(self) -> str:
        """Words for the layer that a student understands."""
        if self.kind == "linear":
            return f"a linear layer from {prod(self.layer.weight[1:])} to {self.outputs}"
        return f"a convolution {self.layer.weight[1]}→{self.outputs}, {self.kernel[0]}×{self.kernel[1]}"


def blocks(operations: list[Operation]) -> list[Block]:
    """Return the layers with weights; operations before the first, such as a scaling, are left out."""
    found: list[Block] = []
    for one in operations:
        if len(one.weight) >= 2:
            found.append(Block(one))
        elif found:
            found[-1].after.append(one)
    return found


def aligned(found: list[Block]) -> list[Block | None]:
    """Return the block for each layer of the table, so that one layer too many or too few shifts no others."""

    @cache
    def best(wanted: int, seen: int) -> tuple[float, tuple[int | None, ...]]:
        if wanted == len(TABLE):
            return 0.0, ()
        score, rest = best(wanted + 1, seen)
        choices = [(score, (None, *rest))]
        for place in range(seen, len(found)):
            if found[place].kind == TABLE[wanted].kind:
                score, rest = best(wanted + 1, place + 1)
                choices.append((score + 1 + _alike(TABLE[wanted], found[place]), (place, *rest)))
        return max(choices, key=lambda one: one[0])

    return [None if place is None else found[place] for place in best(0, 0)[1]]


def _alike(wanted: Wanted, block: Block) -> float:
    return 0.5 * (block.outputs == wanted.outputs) + 0.5 * (block.kernel in ([], [wanted.kernel] * 2))


def fault_of_layer(wanted: Wanted, block: Block) -> str:
    """Return the fault of a layer itself, in words; empty if it has none."""
    layer = block.layer
    if block.outputs != wanted.outputs:
        return f"{block.described}: it has {block.outputs} outputs"
    if block.kind == "conv":
        if block.kernel != [wanted.kernel] * 2:
            return f"{block.described}: its kernel is {block.kernel[0]}×{block.kernel[1]}"
        for name, values, usual in (
            ("stride", layer.stride, 1),
            ("padding", layer.padding, 0),
            ("dilation", layer.dilation, 1),
        ):
            if any(value != usual for value in values):
                return f"{block.described} with {name} {values[0]}"
        if layer.groups != 1:
            return f"{block.described} in {layer.groups} groups"
    return "" if layer.bias else f"{block.described} without bias"


def fault_behind(wanted: Wanted, block: Block) -> str:
    """Return the fault of the operations after a layer, pooling aside; empty if they have none."""
    others = [one.name for one in block.after if POOLS not in one.name and not is_relu(one.name, one.bounds)]
    others = [name for name in others if wanted.relu or LOG_SOFTMAX not in name]
    if others:
        return f"{block.described}, followed by {', '.join(dict.fromkeys(others))}"
    if wanted.relu != any(is_relu(one.name, one.bounds) for one in block.after):
        return f"{block.described}, followed by {'no ' if wanted.relu else 'a '}ReLU"
    return ""


def is_relu(name: str, bounds: Sequence[float]) -> bool:
    """Return whether an operation is a ReLU, however it is spelt."""
    return list(bounds) in ([], [0]) if name in ("clamp", "clamp_min") else name in (RELU, "threshold", "maximum")


def fault_of_pooling(block: Block) -> str:
    """Return the fault of the pooling after a convolution; empty if it is one max-pooling of 2."""
    pools = block.pools
    if len(pools) != 1:
        return f"{block.described}, followed by {len(pools) or 'no'} pooling layer{'s' if len(pools) > 1 else ''}"
    pool = pools[0]
    if "max" not in pool.name:
        return f"{block.described}, followed by {pool.name}"
    if [side // 2 for side in pool.input[2:]] != pool.output[2:] or pool.settings[:1] not in ([[2, 2]], [[2]]):
        return f"a max-pooling from {pool.input[2:]} to {pool.output[2:]}"
    return ""


def place_that_differs(seen: LayerInputs, right: LayerInputs) -> str:
    """Return where the numbers inside two networks differ, in words; empty if those of ours are all in the other one.

    A network that fails in a layer has one more input: that of this layer.
    """
    if len(seen.left) < len(right.left):
        return f"{len(seen.left)} calls of nn.Conv2d and nn.Linear for {len(right.left)} such layers"
    for place, (some, others) in enumerate(zip(seen.left, right.left, strict=False), start=1):
        if not _same(some, others):
            return f"other numbers leave layer {place} of those with weights"
    for place, (some, others) in enumerate(zip(seen.arrived, right.arrived, strict=False), start=2):
        if others.size and not _same(some, others):
            return f"other numbers reach layer {place} of those with weights"
    return ""


def _same(numbers: Numbers, right: Numbers) -> bool:
    largest = float(np.abs(right).max(initial=0))
    return numbers.shape == right.shape and bool((np.abs(numbers - right) <= CLOSE * largest).all())
