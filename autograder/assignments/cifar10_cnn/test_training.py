"""Judges the training loop, by what it does with a small network of ours."""

import math
from typing import Any

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.cifar10_cnn.observed import Batch, EpochLosses, GradientSizes, Overfitting, Steps
from autograder.assignments.cifar10_cnn.questions import POOL, POOL_OF_TRAININGS, noise_by_heart, noise_labels
from autograder.assignments.cifar10_cnn.steps_of_training import SAME_DIRECTION, StepsOfTraining
from autograder.checks import SubmissionTestCase
from autograder.checks.histories import shown
from autograder.checks.plots import line_of
from autograder.model.plot import Curve

BATCH = 8  # of the probe's loader
SEEDS = 1 << 30
SAME_GRADIENT = 1e-3  # relative
GROWS = 1.5  # a later gradient of the same batch that much larger than the first is a sum
CLOSE = 0.006  # a loss may be rounded to two decimals
IMAGES, PASSES = 64, 40  # to be learned by heart; a right loop knows all of them after half as many
KNOWN = 60


class TestTraining(SubmissionTestCase):
    """5. Training"""

    @number("5.1")
    @weight(4)
    @visibility("visible")
    def test_steps(self) -> None:
        """Each batch of each epoch gives one step of the optimizer, down the gradient of the criterion."""
        epochs, batches, found = self._steps()
        want, seen = epochs * batches, found.seen
        self.require(
            seen.steps == want,
            expected=f"{epochs} epochs of {batches} batches make {want} steps",
            seen=f"optimizer.step() was called {seen.steps} times",
            hint="For each batch: forward, criterion, zero_grad(), backward(), and step() of the given optimizer.",
        )
        self.require(
            found.moved > 0,
            expected="the weights change",
            seen="they stay the same",
            hint="Call backward() after zero_grad() and before step().",
        )
        self.require(
            found.follows_its_gradients,
            expected="only the steps of the optimizer change the weights",
            seen="they also change between two steps",
            hint="Leave the weights to the optimizer.",
        )
        directions = [found.direction(place) for place in range(len(seen.gradients))]
        wrong = next((place for place, cosine in enumerate(directions) if not cosine >= SAME_DIRECTION), None)
        self.require(
            wrong is None,
            expected=f"{'the first step' if not wrong else f'step {wrong + 1}'} goes down the gradient of "
            "criterion(model(images), labels)",
            seen=f"another direction; the cosine of the two is {directions[wrong or 0]:.2f}",
            hint="Pass the logits to the criterion unchanged: no softmax, no argmax, and nothing added to the loss.",
        )
        self.require(
            seen.calls_of_criterion > 0,
            expected="the loss is criterion(model(images), labels)",
            seen="the criterion is never called",
            hint="Use the criterion that train_model is given, and no loss of your own.",
        )

    @number("5.2")
    @weight(4)
    @visibility("visible")
    def test_gradients_are_zeroed(self) -> None:
        """Gradients are cleared between batches."""
        seed = self.draw("gradients", pool=POOL).whole(0, SEEDS)
        seen, right = self.observe(GradientSizes, seed=seed), self.reference(GradientSizes, seed=seed)
        self.require(
            bool(np.isclose(seen.alone, right.alone, rtol=SAME_GRADIENT)),
            expected="train_model works with the network and the batches that it is given",
            seen="the gradient for a single batch is that of another network",
            hint="Do not replace classes or functions of torch.",
        )
        sizes = seen.at_steps
        first, largest = (sizes[0], max(sizes)) if len(sizes) > 1 else (seen.alone, seen.left)
        self.require(
            largest > 0,
            expected="a gradient is computed for each batch",
            seen="there is none when the optimizer steps",
            hint="Call loss.backward() for each batch, and zero_grad() before it.",
        )
        self.require(
            largest <= GROWS * first,
            expected="each step uses the gradient of its own batch",
            seen=f"the same batch repeated: the gradient grows to {largest / max(first, 1e-12):.1f} times its size",
            hint="Call optimizer.zero_grad() before backward(), for each batch.",
        )

    @number("5.3")
    @weight(4)
    @visibility("visible")
    def test_train_mode(self) -> None:
        """The network is in train mode at each step, even if it was in eval mode before."""
        _, _, found = self._steps()
        noted, told = found.seen.modes or found.seen.modes_of_calls, found.modes()
        modes = [is_noted if mode is None else mode for mode, is_noted in zip(told, noted, strict=False)]
        self.require(
            bool(modes),
            expected="the network is called in train mode",
            seen="it is never called with gradients on",
            hint="See test 5.1.",
        )
        wrong = sum(mode is not True for mode in modes)
        self.require(
            wrong == 0,
            expected="model.training is True at each step: dropout and batch norm depend on it",
            seen=f"it is False at {wrong} of {len(modes)}",
            hint="Call model.train() at the start of each epoch, because a measurement in between calls model.eval().",
        )
        if None in told:
            self.withhold(
                expected="gradients of a network in train mode",
                seen="gradients that fit neither mode",
                hint="See test 5.1.",
            )

    @number("5.4")
    @weight(3)
    @visibility("visible")
    def test_mean_loss(self) -> None:
        """The loss of an epoch is the mean over its images, even if the last batch is smaller."""
        seed = self._seed_of_losses()
        seen, right = self.observe(EpochLosses, epochs=2, seed=seed), self.reference(EpochLosses, epochs=2, seed=seed)
        last = seen.returned[-1] if seen.returned else math.nan
        # The labels of odd and even epochs differ, and a loop may look at a batch before it starts.
        # A softmax before the criterion is judged elsewhere.
        if any(abs(last - _mean(batches)) <= CLOSE for batches in (*right.passes, *right.of_probabilities)):
            return
        passes = [batches for batches in seen.passes if len(batches) > 1]
        batches = (passes or seen.passes)[-1]
        what = next((name for name, value in _other_losses(batches).items() if abs(last - value) <= CLOSE), "")
        self.fail_because(
            expected=f"for batches of {[one.images for one in batches]} images "
            f"with mean losses {[round(one.loss, 2) for one in batches]}: {_mean(batches):.3f}",
            seen=f"{last:.3f}" + (f", which is {what}" if what else ""),
            hint="Add loss.item() * len(labels) for each batch, and divide by the number of images at the end.",
        )

    @number("5.5")
    @weight(2)
    @visibility("visible")
    def test_one_loss_for_each_epoch(self) -> None:
        """train_model returns a list with one finite loss for each epoch."""
        for epochs in (1, 2):
            seen = self.observe(EpochLosses, epochs=epochs, seed=self._seed_of_losses())
            returned = seen.returned
            self.require(
                len(returned) == epochs and seen.kind not in ("a float", "a Tensor"),
                expected=f"a list of length {epochs} after {epochs} epoch{'s' if epochs > 1 else ''}",
                seen=f"{seen.kind} with {len(returned)} number{'s' if len(returned) != 1 else ''}",
                hint="Append once at the end of each epoch, and return the list after the loop.",
            )
            self.require(
                all(map(math.isfinite, returned)),
                expected="finite numbers",
                seen=shown(returned),
                hint="Set the sum to 0 at the start of each epoch.",
            )

    @number("5.6")
    @weight(3)
    @visibility("visible")
    def test_overfits(self) -> None:
        """A network that train_model trains learns 64 images by heart."""
        step = self.draw("by heart", POOL_OF_TRAININGS).number(0, 9)
        asked: dict[str, Any] = {"images": IMAGES, "epochs": PASSES, "step": step}
        seen, right = self.observe(Overfitting, **asked), self.reference(Overfitting, **asked)
        lines = (line_of("yours", seen.losses), line_of("reference solution", right.losses))
        self.show(Curve(f"Loss of each batch while {IMAGES} images are learned by heart", "batches", lines))
        known = _known(seen, step)
        self.require(
            self.measured("images known by heart", known, KNOWN),
            expected=f"after {PASSES} epochs {KNOWN} or more of {IMAGES} images are known",
            seen=f"{known}",
            hint="If the tests above pass: use every batch of each epoch, and the optimizer that is given.",
        )

    def _steps(self) -> tuple[int, int, StepsOfTraining]:
        """Return the epochs and batches that were asked for, and what was seen."""
        draw = self.draw("steps")
        epochs, count, step = draw.whole(2, 5), draw.whole(17, 39), draw.number(0, 9)
        seen = self.observe(Steps, epochs=epochs, count=count, step=step)
        return epochs, -(-count // BATCH), StepsOfTraining(seen, count, BATCH, step)

    def _seed_of_losses(self) -> int:
        return self.draw("losses", pool=POOL).whole(0, SEEDS)


def _known(seen: Overfitting, step: float) -> int:
    """Return the number of images that the trained network recognises."""
    images, labels = noise_by_heart(IMAGES, step), noise_labels(IMAGES, step)
    (first, second), (shift, other) = seen.matrices, seen.shifts
    logits = np.maximum(images.reshape(IMAGES, -1) @ first.T + shift, 0) @ second.T + other
    return int((logits.argmax(axis=1) == labels).sum())


def _mean(batches: list[Batch]) -> float:
    """Return the mean loss of all images."""
    return sum(one.images * one.loss for one in batches) / sum(one.images for one in batches)


def _other_losses(batches: list[Batch]) -> dict[str, float]:
    """Return the numbers that are often taken for the mean loss, by name."""
    means, total = [one.loss for one in batches], sum(one.images * one.loss for one in batches)
    return {
        "the mean of the batches' means": sum(means) / len(means),
        "the sum over all images, divided by the number of batches": total / len(means),
        "the sum of the batches' means": sum(means),
        "the sum over all images": total,
        "the loss of the last batch": means[-1],
    }
