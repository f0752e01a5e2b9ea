"""Judges how a network is measured."""

from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.cifar10_cnn.observed import Tested
from autograder.checks import SubmissionTestCase
from autograder.checks.draw import Draw

BATCH = 25
ROUNDED = 1.0  # percentage points; whole percents will do
NEAR = 3.0  # percentage points by which an accuracy may be off when the scale is judged
CLASSES = 10
LEVELS, WIDTH = (0.2, 0.42, 0.64, 0.86), 0.06  # lowest accuracies in the four states, and how far they reach up
CLEAR = 2.0  # times the rounding of both, by which numbers of different states lie apart on all scales


class TestTesting(SubmissionTestCase):
    """6. Testing"""

    @number("6.1")
    @weight(3)
    @visibility("visible")
    def test_uneven_last_batch(self) -> None:
        """test_model counts each image once, even in a smaller last batch."""
        # All images of the small last batch are wrong, so that the mean over the batches is far off.
        draw = self.draw("uneven")
        right, wrong = BATCH * draw.whole(2, 4), draw.whole(2, 5)
        labels = [draw.whole(0, CLASSES - 1) for _ in range(right + wrong)]
        answers = _answers(labels, [place < right for place in range(right + wrong)])
        seen = self.observe(Tested, labels=labels, answers=[[answers] * 2] * 2, batch_size=BATCH)
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
        seen, percents = self._number(self._even()), self._percents()
        nearest = min(percents, key=lambda percent: abs(percent - seen))
        self.require(
            abs(seen - nearest) < NEAR,  # mode and gradients are judged below
            expected=f"{percents[0]:g} if {percents[0]:g} % of the images are right",
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
            not self._told(any(modes), place=0),
            expected="model.training is False for each batch",
            seen=f"it is True for {sum(modes)} of {len(modes)}"
            if any(modes)
            else "the accuracy is the one in train mode",
            hint="Call model.eval() first: dropout and batch norm behave differently in train mode.",
        )

    @number("6.4")
    @weight(2)
    @visibility("visible")
    def test_no_gradients(self) -> None:
        """No gradients are tracked while the network is measured."""
        tracked = self._called().tracked
        self.require(
            not self._told(any(tracked), place=1),
            expected="the network is called under torch.no_grad()",
            seen=f"gradients are tracked for {sum(tracked)} of {len(tracked)} batches"
            if any(tracked)
            else "the accuracy is the one with gradients",
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
        labels, rights = self._question()
        answers = [_answers(labels, right) for right in rights]
        return self.observe(Tested, labels=labels, answers=[answers[:2], answers[2:]], batch_size=BATCH)

    def _question(self) -> tuple[list[int], list[list[bool]]]:
        """Return labels for some full batches, and the images that the network recognises in each of four states."""
        return _question_of(self.draw("even"))

    def _percents(self) -> list[float]:
        """Return the accuracy in each state: in eval mode without and with gradients, then the same in train mode."""
        return [100 * sum(right) / len(right) for right in self._question()[1]]

    def _told(self, claimed: bool, place: int) -> bool:
        """Return whether the returned number shows that train mode (place 0) or gradients (place 1) were on.

        Args:
            claimed: the network's note, which counts if no number tells the state.
            place: 0 for train mode, 1 for gradients.
        """
        seen = self._even()
        numbers = seen.among or ([] if seen.returned is None else [seen.returned])
        count = len(self._question()[0])
        for factor in _scales(count):
            for state, percent in enumerate(self._percents()):
                if any(abs(one - factor * percent) <= factor * ROUNDED for one in numbers):
                    return bool(state & (2 >> place))
        return claimed

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


def _question_of(draw: Draw) -> tuple[list[int], list[list[bool]]]:
    """Return labels, and the images recognised in each state, so far apart on every scale that a number tells it."""
    while True:
        count = BATCH * draw.whole(3, 5)
        known = [round(count * draw.number(low, low + WIDTH)) for low in draw.order(LEVELS)]
        if _are_apart([100 * one / count for one in known], _scales(count)):
            break
    labels = [draw.whole(0, CLASSES - 1) for _ in range(count)]
    return labels, [[place < one for place in draw.order(range(count))] for one in known]


def _scales(count: int) -> tuple[float, ...]:
    """Return the factors by which a returned number may differ from percent, which 6.2 judges."""
    return 1, 1 / 100, count / 100, BATCH / 100, BATCH, count / BATCH, 1 / BATCH


def _are_apart(percents: list[float], scales: tuple[float, ...]) -> bool:
    """Return whether no number of one state, on any scale, is close to a number of another state."""
    numbers = [(state, percent * scale, scale) for state, percent in enumerate(percents) for scale in scales]
    return all(
        one == other or abs(first - second) > CLEAR * ROUNDED * max(scale, another)
        for one, first, scale in numbers
        for other, second, another in numbers
    )


def _answers(labels: list[int], right: list[bool]) -> list[int]:
    """Return the answers of a network that recognises these images."""
    return [label if known else (label + 1) % CLASSES for label, known in zip(labels, right, strict=True)]
