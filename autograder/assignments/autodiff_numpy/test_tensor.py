"""Judges values and gradients of operations on tensors."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.autodiff_numpy.observed import Chain, Operation, Refusal
from autograder.assignments.autodiff_numpy.questions import FloatArray, array_of
from autograder.checks import SubmissionTestCase
from autograder.checks.paired import paired

Slope = Callable[..., Any]
SAME = "Call the same NumPy function on `data`."
SLOPES = "Compare it with small differences: (f(x + h) - f(x - h)) / 2h, times the gradient that arrives."
CHAIN = 3000  # three times as long as Python lets a function call itself
# For each operation its value, and for each input the gradient that g makes of it.
PAIRS: dict[str, tuple[Slope, tuple[Slope, Slope]]] = {
    "+": (lambda a, b: a + b, (lambda g, a, b: g, lambda g, a, b: g)),
    "-": (lambda a, b: a - b, (lambda g, a, b: g, lambda g, a, b: -g)),
    "*": (lambda a, b: a * b, (lambda g, a, b: g * b, lambda g, a, b: g * a)),
    "/": (lambda a, b: a / b, (lambda g, a, b: g / b, lambda g, a, b: -g * a / b**2)),
}
SINGLE: dict[str, tuple[Slope, Slope]] = {
    "** 3": (lambda a: a**3, lambda g, a: g * 3 * a**2),
    "exp": (np.exp, lambda g, a: g * np.exp(a)),
    "log": (np.log, lambda g, a: g / a),
    "tanh": (np.tanh, lambda g, a: g * (1 - np.tanh(a) ** 2)),
    "relu": (lambda a: np.maximum(a, 0), lambda g, a: g * (a > 0)),
}


class TestTensor(SubmissionTestCase):
    """1. Tensors"""

    @number("1.1")
    @weight(2)
    @visibility("visible")
    def test_values(self) -> None:
        """Operations return what NumPy returns."""
        draw = self.draw("values")
        for name, (value, _) in PAIRS.items():
            a, b = array_of(draw, (2, 3)), array_of(draw, (2, 3))
            with self.case(name, of=len(PAIRS) + len(SINGLE)):
                self.require_close(
                    self._seen(name, [a, b], np.ones((2, 3))).value, value(a, b), f"`data` of {name}", hint=SAME
                )
        for name, (value, _) in SINGLE.items():
            a = array_of(draw, (2, 3), *((0.1, 3) if name == "log" else ()))
            with self.case(name, of=len(PAIRS) + len(SINGLE)):
                self.require_close(
                    self._seen(name, [a], np.ones((2, 3))).value, value(a), f"`data` of {name}", hint=SAME
                )

    @number("1.2")
    @weight(1)
    @visibility("visible")
    def test_matrices_that_do_not_fit(self) -> None:
        """The product of matrices that do not fit together raises ValueError."""
        draw = self.draw("refusal")
        rows = draw.whole(2, 4)
        for left, right in (((2, rows), (rows + 1, 2)), ((rows,), (rows, 2))):
            classes = self.observe(Refusal, left=array_of(draw, left), right=array_of(draw, right)).classes
            self.require(
                "ValueError" in classes,
                expected=f"a ValueError for shapes {left} and {right}",
                seen=classes[0] if classes else "no exception",
                hint="Compare the shapes before you multiply, and ask for two dimensions each.",
            )

    def _seen(self, name: str, inputs: list[FloatArray], gradient: FloatArray) -> Operation:
        return self.observe(Operation, name=name, inputs=inputs, gradient=gradient)


class TestGradients(SubmissionTestCase):
    """2. Gradients"""

    @number("2.1")
    @weight(3)
    @visibility("visible")
    def test_gradients_number_by_number(self) -> None:
        """Gradients of + - * / ** exp log tanh and relu are those of calculus."""
        draw = self.draw("gradients")
        count = len(PAIRS) + len(SINGLE)
        for name, (_, slopes) in PAIRS.items():
            a, b, g = (array_of(draw, (3, 2)) for _ in range(3))
            with self.case(name, of=count):
                self._require(name, [a, b], g, [slope(g, a, b) for slope in slopes])
        for name, (_, slope) in SINGLE.items():
            a, g = array_of(draw, (3, 2), *((0.1, 3) if name == "log" else ())), array_of(draw, (3, 2))
            with self.case(name, of=count):
                self._require(name, [a], g, [slope(g, a)])

    @number("2.2")
    @weight(2)
    @visibility("visible")
    def test_gradients_of_a_product_of_matrices(self) -> None:
        """Gradients flow through the product of two matrices."""
        draw = self.draw("matmul")
        n, k, m = draw.whole(2, 3), 4, 5
        a, b, g = array_of(draw, (n, k)), array_of(draw, (k, m)), array_of(draw, (n, m))
        self._require("@", [a, b], g, [g @ b.T, a.T @ g], "Write down the shapes: only one order of factors fits.")

    @number("2.3")
    @weight(2)
    @visibility("visible")
    def test_gradients_of_broadcast_inputs(self) -> None:
        """An input that was broadcast gets the sum of its copies' gradients, in its own shape."""
        draw = self.draw("broadcast")
        hint = "Sum over the axes that were added in front, and over those of length 1."
        for shape, axes in (((3,), (0,)), ((2, 1), (1,)), ((), (0, 1))):
            a, b, g = array_of(draw, (2, 3)), array_of(draw, shape), array_of(draw, (2, 3))
            right = np.reshape((g * a).sum(axis=axes), shape)
            with self.case(f"shapes (2, 3) and {shape}", of=3):
                self._require("*", [a, b], g, [g * b, right], hint)

    @number("2.4")
    @weight(1)
    @visibility("visible")
    def test_gradients_of_sums(self) -> None:
        """Gradients flow through sum, with and without an axis, and through mean."""
        draw = self.draw("sums")
        shape = (3, 3)  # square, so that a gradient along the wrong axis has the right shape
        for name, along in (("sum", ()), ("sum along axis 0", (3,)), ("sum along axis 1", (3,)), ("mean", ())):
            a, g = array_of(draw, shape), array_of(draw, along)
            spread = g[:, None] if name.endswith("1") else g
            right = np.broadcast_to(spread / (9 if name == "mean" else 1), shape)
            with self.case(name, of=4):
                self._require(name, [a], g, [right])

    @number("2.5")
    @weight(1)
    @visibility("visible")
    def test_gradients_add_up(self) -> None:
        """A tensor that is used twice gets both gradients."""
        draw = self.draw("twice")
        a, b, g = (array_of(draw, (2, 2)) for _ in range(3))
        hint = "Add to `grad`; do not replace it."
        self._require("a * b + a", [a, b], g, [g * b + g, g * a], hint)
        self._require("a * b, and of a + b", [a, b], g, [g * b + g, g * a + g], hint)

    @number("2.6")
    @weight(1)
    @visibility("after_due_date")
    def test_long_chain(self) -> None:
        """Gradients flow back through thousands of operations."""
        length = CHAIN + self.draw("chain").whole(0, 9)
        gradient = self.observe(Chain, start=0.5, length=length).gradient
        self.require(
            gradient == 1,
            expected=f"a gradient of 1 behind {length} additions",
            seen=f"{gradient:g}",
            hint="Put the tensors into order with a loop and a list.",
        )

    def _require(
        self, name: str, inputs: list[FloatArray], gradient: FloatArray, right: Sequence[FloatArray], hint: str = SLOPES
    ) -> None:
        seen = self.observe(Operation, name=name, inputs=inputs, gradient=gradient).gradients
        for place, (one, other) in enumerate(paired(seen, right)):
            what = (
                f"`grad` of the {('first', 'second')[place]} input of {name}"
                if len(right) > 1
                else f"`grad` for {name}"
            )
            self.require_close(one, other, what, axes=("row", "column")[: np.ndim(other)], hint=hint)
