"""Judges the answers to the questions on shapes and parameters."""

from collections.abc import Callable
from typing import Any

from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.mnist_cnn.answers import FORM, LAYERS, Unreadable, count, shape, shown
from autograder.assignments.mnist_cnn.observed import Answers
from autograder.checks import SubmissionTestCase, not_at_home

BATCH = 16
OF_LAYER = {  # output for a batch of 16 images of 28×28, and parameters
    "conv1": ((BATCH, 16, 24, 24), 416),
    "pool1": ((BATCH, 16, 12, 12), 0),
    "conv2": ((BATCH, 32, 10, 10), 4640),
    "pool2": ((BATCH, 32, 5, 5), 0),
    "conv3": ((BATCH, 16, 5, 5), 528),
    "fc1": ((BATCH, 64), 25664),
    "fc2": ((BATCH, 10), 650),
}
SHAPE_HINT = (
    "A convolution without padding takes kernel - 1 from height and width, a max-pooling of 2 halves them; the "
    "batch comes first, then the channels."
)
BATCH_HINT = f"The batch comes first, and has {BATCH} images. The same slip in other shapes costs nothing more."
COUNT_HINT = (
    "A convolution has inputs × outputs × kernel² weights and one bias for each output; a linear layer inputs × "
    "outputs and as many biases; pooling learns nothing."
)


class TestAnswers(SubmissionTestCase):
    """1.1 Shapes and parameters"""

    @not_at_home
    @number("1.1(1)")
    @weight(3.5)
    @visibility("visible")
    def test_shapes(self) -> None:
        """The output's shape after each of the seven layers, in answers.json."""
        self._compare(shape, 0, SHAPE_HINT)

    @not_at_home
    @number("1.1(2)")
    @weight(3.5)
    @visibility("visible")
    def test_parameters(self) -> None:
        """The number of parameters of each of the seven layers, in answers.json."""
        self._compare(count, 1, COUNT_HINT)

    def _compare(self, read: Callable[[Any, str], Any], which: int, hint: str) -> None:
        """Compare the answers to all seven layers; the right ones stay secret, since they are the solution."""
        answers, charged = self.observe(Answers).answers, set[str]()
        for layer in LAYERS:
            with self.subTest(layer, points=0.5):
                try:
                    answered = read(answers, layer)
                except Unreadable as problem:
                    self.fail_because(expected=f"this form: {FORM}", seen=str(problem), hint="HANDOUT.md shows it.")
                slip = _slip_in_batch(answered, OF_LAYER[layer][which])
                if slip and slip in charged:
                    self.remark(f"{layer}: {slip} once more, which costs nothing here.")
                    continue
                charged.add(slip)
                self.require(
                    answered == OF_LAYER[layer][which],
                    expected="the numbers that follow from the table of layers",
                    seen=f"{shown(answered)} is not right" + (f": {slip}" if slip else ""),
                    hint=BATCH_HINT if slip else hint,
                )


def _slip_in_batch(answered: Any, right: Any) -> str:
    """Return what is wrong with the batch of a shape whose other numbers are right; empty for other answers."""
    if not isinstance(answered, tuple) or answered == right:
        return ""
    if answered == right[1:]:
        return "the number of images in the batch is missing"  # nothing, or a name, may stand in its place
    return f"the batch is {answered[0]}" if answered[1:] == right[1:] else ""
