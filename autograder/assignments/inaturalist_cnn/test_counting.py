"""Judges the formulas for parameters and computations."""

from collections.abc import Sequence

from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.inaturalist_cnn import counts
from autograder.assignments.inaturalist_cnn.observed import Arithmetic, OwnNetworks, StatedCounts
from autograder.checks import SubmissionTestCase, not_at_home
from autograder.checks.paired import paired

HANDED_OUT = (32, 3, 128)  # m, k, n; the hand-out gives its numbers
Size = tuple[int, int, int]


class TestCounting(SubmissionTestCase):
    """A1. The network: counting"""

    @not_at_home
    @number("A1.2")
    @weight(1)
    @visibility("visible")
    def test_computations(self) -> None:
        """count_computations(m, k, n) is the number of multiply-accumulates for one image."""
        accepted = []
        for size, own in paired(self._sizes(), self._own_networks()):
            pairs = [(counts.products(*size, padded=way), counts.biases(*size, padded=way)) for way in (True, False)]
            pairs += [(own.products, own.biases)] if own else []
            accepted.append(set().union(*(counts.accepted_computations(*pair) for pair in pairs)))
        self._check("count_computations", accepted, "multiply-accumulates of the five convolutions")

    @not_at_home
    @number("A1.3")
    @weight(1)
    @visibility("visible")
    def test_parameters(self) -> None:
        """count_parameters(m, k, n) is the number of weights and biases of the network."""
        accepted = []
        for size, own in paired(self._sizes(), self._own_networks()):
            accepted.append({counts.parameters(*size, padded=way) for way in (True, False)})
            accepted[-1] |= {own.parameters} if own else set()
        self._check("count_parameters", accepted, "weights and biases of the five convolutions")

    def _sizes(self) -> list[Size]:
        """Return m, k and n of some networks. None is so small that a guard in CNN could refuse it."""
        draw = self.draw("sizes")
        others = [(draw.whole(33, 64), k, draw.whole(90, 220)) for k in (5, 3)]
        return [HANDED_OUT, *others]

    def _own_networks(self) -> Sequence[Arithmetic | None]:
        """Return what the student's own networks have; None where `CNN` fails, which other tests judge."""
        sizes = self._sizes()
        seen = self.observation(OwnNetworks, sizes=sizes).value
        return seen.found if seen else [None] * len(sizes)

    def _check(self, function: str, accepted: list[set[int]], counted: str) -> None:
        sizes = self._sizes()
        seen = self.observe(StatedCounts, function=function, sizes=sizes).counts
        for place, (size, count, right) in enumerate(paired(sizes, seen, accepted)):
            self.require(
                count in right,
                expected=f"{function}{size}: "
                + ("the number of a network of this size" if place else f"{max(right):,} or another accepted number"),
                seen=f"{count:,.0f}",
                hint=f"Add up the {counted}, of the dense layer and of the output layer, as functions of m, k and n. "
                "The first convolution has 3 input channels, the others have m; each pooling halves height and width.",
            )
