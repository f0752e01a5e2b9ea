"""Judges how a network is measured."""

from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.cifar10_cnn.observed import Tested
from autograder.checks import SubmissionTestCase

BATCH = 25
ROUNDED = 1.0  # percentage points; whole percents will do
NEAR = 15.0  # percentage points by which a mean over batches may be off, where the scale is judged


class TestTesting(SubmissionTestCase):
    """6. Testing"""

    @number("6.1")
    @weight(3)
    @visibility("visible")
    def test_uneven_last_batch(self) -> None:
        """test_model counts each image once, also in a smaller last batch."""
        # All images of the small last batch are wrong, so that the mean over the batches is far off.
        draw = self.draw("uneven")
        right, wrong = BATCH * draw.whole(2, 4), draw.whole(2, 5)
        seen = self.observe(Tested, right=right, wrong=wrong, batch_size=BATCH)
        numbers = seen.among or [self._number(seen)]  # that a number comes alone is judged with its scale
        want = 100 * right / (right + wrong)
        percents = [100 * one if 0 < one <= 1 else one for one in numbers]  # the scale is judged on its own
        self.require(
            any(abs(percent - want) < ROUNDED for percent in percents),
            expected=f"{right} right of {right + wrong}, in batches of {BATCH}: {want:.1f} %",
            seen=", ".join(f"{one:g}" for one in numbers),
            hint="Count the right answers, and divide by the number of images at the end; do not average over batches.",
        )

    @number("6.2")
    @weight(2)
    @visibility("visible")
    def test_percent(self) -> None:
        """test_model returns the accuracy in percent."""
        seen, (right, wrong) = self._number(self._even()), self._right_and_wrong()
        self.require(
            abs(seen - 100 * right / (right + wrong)) < NEAR,
            expected=f"{100 * right / (right + wrong):g} where {right} of {right + wrong} images are right",
            seen=f"{seen:g}",
            hint="100 * correct / total",
        )

    @number("6.3")
    @weight(3)
    @visibility("visible")
    def test_eval_mode(self) -> None:
        """The network is in eval mode while it is measured."""
        modes = self._called().modes
        self.require(
            not any(modes),
            expected="model.training is False for each batch",
            seen=f"it is True for {sum(modes)} of {len(modes)}",
            hint="Call model.eval() first: dropout and batch norm behave differently in train mode.",
        )

    @number("6.4")
    @weight(2)
    @visibility("visible")
    def test_no_gradients(self) -> None:
        """No gradients are tracked while the network is measured."""
        tracked = self._called().tracked
        self.require(
            not any(tracked),
            expected="the network is called under torch.no_grad()",
            seen=f"gradients are tracked for {sum(tracked)} of {len(tracked)} batches",
            hint="with torch.no_grad(): around the loop, or @torch.no_grad() above the function.",
        )

    def _number(self, seen: Tested) -> float:
        """Return the number that test_model returned; fails where it is none."""
        if seen.returned is None:
            self.fail_because(
                expected="test_model returns a number",
                seen=seen.kind,
                hint="return 100 * correct / total",
            )
        return seen.returned

    def _even(self) -> Tested:
        right, wrong = self._right_and_wrong()
        return self.observe(Tested, right=right, wrong=wrong, batch_size=BATCH)

    def _right_and_wrong(self) -> tuple[int, int]:
        """Return how many of some full batches are recognised: from a fifth to nearly all of them."""
        draw = self.draw("even")
        count = BATCH * draw.whole(3, 5)
        right = draw.whole(count // 5, count - 5)
        return right, count - right

    def _called(self) -> Tested:
        """Return what was seen of calls of the network; fails where there are none."""
        seen = self._even()
        self.require(
            bool(seen.modes and seen.tracked),
            expected="test_model calls the network that it is given",
            seen="it does not",
            hint="Use the parameter model, not another network.",
        )
        return seen
