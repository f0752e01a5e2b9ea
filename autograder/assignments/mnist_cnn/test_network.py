"""Judges the network, layer by layer, as it computes."""

from collections.abc import Callable
from math import prod
from typing import Any

import msgspec
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.mnist_cnn.layers import (
    TABLE,
    Block,
    aligned,
    blocks,
    fault_behind,
    fault_of_layer,
    fault_of_pooling,
    place_that_differs,
)
from autograder.assignments.mnist_cnn.observed_layers import Layers, PlainLayers
from autograder.checks import SubmissionTestCase

CLASSES = 10
HINT = (
    "Compare with the table of layers in HANDOUT.md: kernel sizes, channels, no padding, and the step after each layer."
)
WANTED = (
    "a convolution 1→16, 5×5, with bias, then a ReLU",
    "a convolution 16→32, 3×3, with bias, then a ReLU",
    "a convolution 32→16, 1×1, with bias, then a ReLU, and no pooling",
    "a linear layer from all outputs of the third convolution to 64, then a ReLU",
    "a linear layer from 64 to 10, with nothing after it: the loss does the softmax",
)


class TestNetwork(SubmissionTestCase):
    """1.2 The network"""

    @number("1.2(1)")
    @weight(4)
    @visibility("visible")
    def test_layers(self) -> None:
        """The network has the seven layers of the table, in order."""
        draw = self.draw("layers")
        count, seed = draw.whole(11, 60), draw.whole(0, 1 << 30)
        seen = self.observe(Layers, count=count, seed=seed)
        found = aligned(blocks(seen.operations))
        passed = {block.layer.output[0] for block in found[:1] if block and block.layer.output}
        self.require(
            passed <= {count},
            expected=f"a forward pass over {count} images",
            seen=f"a forward pass over {passed} images",
            hint="Pass the whole batch to the first convolution.",
        )
        if seen.ended:
            self.remark(f"Your network fails for a batch of {count} images of 28×28: {seen.ended}")
        elif seen.output != [count, CLASSES]:
            self.remark(f"For {count} images your network returns {seen.output} instead of ({count}, 10).")
        self._withhold_unless_computed(seen, seed)
        self._judge("layer 1, convolution", 0.75, 0, found, fault_of_layer, fault_behind)
        self._judge("layer 2, max-pooling", 0.25, 0, found, lambda wanted, block: fault_of_pooling(block))
        self._judge("layer 3, convolution", 0.75, 1, found, fault_of_layer, fault_behind)
        self._judge("layer 4, max-pooling", 0.25, 1, found, lambda wanted, block: fault_of_pooling(block))
        self._judge("layer 5, convolution", 0.75, 2, found, fault_of_layer, fault_behind, self._unpooled)
        self._judge("layer 6, linear", 0.75, 3, found, fault_of_layer, fault_behind, self._takes_all(found))
        self._judge("layer 7, linear", 0.5, 4, found, fault_of_layer, fault_behind, self._unpooled)

    def _withhold_unless_computed(self, seen: Layers, seed: int) -> None:
        """Withhold all points if the network computes something else than the layers that it is said to have."""
        if not any(one.weight for one in seen.operations):
            return
        operations = [msgspec.to_builtins(one) for one in seen.operations]
        differs = ""
        for channels_last in (False, True):  # both orders make a vector of feature maps
            right = self.observe(PlainLayers, operations=operations, seed=seed, channels_last=channels_last)
            place = right.problem or place_that_differs(seen.inputs, right.inputs)
            if not place:
                return
            differs = differs or place
        self.withhold(
            expected="for the grader's images and weights, the numbers that such layers compute",
            seen=differs,
            hint="Make the layers of nn.Conv2d and nn.Linear, and call each of them once.",
        )

    def _judge(
        self, label: str, points: float, place: int, found: list[Block | None], *checks: Callable[[Any, Block], str]
    ) -> None:
        """Judge one layer; the points are lost if any of the checks finds a fault."""
        block = found[place]
        pooling = "pool" in label
        with self.subTest(label, points=points):
            self.require(
                block is not None,
                expected="a max-pooling of 2" if pooling else WANTED[place],
                seen="no such layer here" if not pooling else "neither this layer nor the convolution before it",
                hint=HINT,
            )
            assert block is not None
            fault = next((said for check in checks if (said := check(TABLE[place], block))), "")
            self.require(
                not fault, expected="one max-pooling of 2" if pooling else WANTED[place], seen=fault, hint=HINT
            )

    @staticmethod
    def _unpooled(wanted: Any, block: Block) -> str:
        return f"{block.described}, followed by pooling" if block.pools else ""

    @staticmethod
    def _takes_all(found: list[Block | None]) -> Callable[[Any, Block], str]:
        """Return a check that the first linear layer takes every output of the layer before it."""

        def check(wanted: Any, block: Block) -> str:
            before = found[2]
            gets = prod(block.layer.weight[1:])
            if before is None or before.pools or gets == prod(before.layer.output[1:]):
                return ""
            return f"{block.described}, although the convolution before it gives {prod(before.layer.output[1:])}"

        return check
