"""Judges `train_model`: how it trains a network, the history that it records, and the network that it returns."""

import math

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.animals_transfer.course import (
    EPOCHS,
    GAMMA,
    SAME,
    STEPS_PER_EPOCH,
    Course,
    arguments,
    first_rate,
)
from autograder.assignments.animals_transfer.observed import Trained
from autograder.checks import SubmissionTestCase
from autograder.checks.differences import first_difference
from autograder.checks.paired import paired
from autograder.checks.plots import line_of
from autograder.model.plot import Curve

ENTRIES = ("train_loss", "train_acc", "val_loss", "val_acc", "time")  # lr has its own test
CLOSE = 2e-3  # numbers may be rounded to three decimals
SAME_GRADIENT = 0.02  # of its size


class _TrainingTestCase(SubmissionTestCase):
    """Base of the tests of `train_model`."""

    def seen(self) -> Trained:
        """Return the observation of the training."""
        return self.observe(Trained, **arguments(self._scale()))

    def course(self) -> Course:
        """Return the course of the training; fails where our network cannot have gone through it."""
        course = Course(self.seen(), self._scale())
        self.require(
            course.is_possible,
            expected="each batch of the loaders goes through the network as it is",
            seen="other images, or other outputs than those of this network",
            hint="Pass the loader's images to the model unchanged: transforms belong to the data sets.",
        )
        return course

    def rates(self) -> list[float]:
        """Return the learning rates that the scheduler gives, one for each epoch."""
        return [first_rate(self._scale()) * GAMMA**epoch for epoch in range(EPOCHS)]

    def _scale(self) -> float:
        return self.draw("slopes").number(0.6, 1.6, 2)


class TestLoop(_TrainingTestCase):
    """2.1 train_model"""

    @number("2.1a")
    @weight(2)
    @visibility("visible")
    def test_modes(self) -> None:
        """The network is in training mode while it learns and in evaluation mode while it is validated, every epoch."""
        course = self.course()
        for phase, batches, mode, call in (
            ("train", course.learning, True, "model.train()"),
            ("val", course.validating, False, "model.eval()"),
        ):
            wrong = [place for place, one in enumerate(batches) if one.training is not mode]
            self.require(
                bool(batches) and not wrong,
                expected=f"{call} is in force for each batch of dataloaders['{phase}']",
                seen=f"for {len(batches) - len(wrong)} of {len(batches)} batches"
                + ("" if batches or mode else "; none went forward")
                + ("" if batches or not mode else "; none went forward with gradients on"),
                hint=f"Call {call} at the beginning of the phase, in every epoch.",
            )

    @number("2.1b")
    @weight(2)
    @visibility("visible")
    def test_steps(self) -> None:
        """There is one step for each training batch and none in validation, each with its own batch's gradient."""
        course = self.course()
        self._show_losses(course)
        self.require(
            len(course.steps) == EPOCHS * STEPS_PER_EPOCH,
            expected=f"{EPOCHS} epochs of {STEPS_PER_EPOCH} training batches: {EPOCHS * STEPS_PER_EPOCH} steps of the "
            "optimizer that train_model is given",
            seen=f"{len(course.steps)} steps",
            hint="optimizer.step() belongs to each batch of the training phase, and to no other.",
        )
        pairs = course.own_gradients()
        foreign = [
            (step, *pair)
            for step, pair in enumerate(pairs, start=1)
            if not math.isclose(*pair, rel_tol=SAME_GRADIENT, abs_tol=SAME)
        ]
        self.require(
            len(pairs) == len(course.steps) and not foreign,
            expected="each step uses the gradient of its own batch",
            seen=f"{len(foreign)} of {len(course.steps)} steps use another"
            + (
                "; the first is step {}, with {:.3g} instead of {:.3g} (tolerance {:.0%})".format(
                    *foreign[0], SAME_GRADIENT
                )
                if foreign
                else ""
            ),
            hint="For each batch: optimizer.zero_grad(), loss.backward(), optimizer.step().",
        )

    def _show_losses(self, course: Course) -> None:
        """Show the loss of each epoch as the harness's own network saw it, whatever the history says."""
        right = Course(self.reference(Trained, **arguments()))  # losses are the same for every scale
        lines = (
            line_of("yours", [one.loss for one in course.passes("train")]),
            line_of("reference solution", [one.loss for one in right.passes("train")]),
        )
        self.show(Curve("Loss of each epoch while train_model trained our small network", "epochs", lines))

    @number("2.1c")
    @weight(1)
    @visibility("visible")
    def test_scheduler(self) -> None:
        """The scheduler is stepped once an epoch, after the optimizer's steps."""
        epochs = [one.rates for one in self.course().passes("train") if one.rates]
        if not epochs and self.seen().scheduler_steps == EPOCHS:
            return  # a loop without optimizer.step() loses its points for that
        want = self.rates()
        self.require(
            len(epochs) == EPOCHS and all(np.allclose(one, rate) for one, rate in paired(epochs, want)),
            expected=f"learning rates of {_listed(want)} in the epochs, for a scheduler that multiplies by {GAMMA}",
            seen=_listed([one[0] for one in epochs]) if epochs else "no step at all",
            hint="Call scheduler.step() at the end of each epoch, after the loop over training batches.",
        )


class TestHistory(_TrainingTestCase):
    """2.1 train_model"""

    @number("2.1d")
    @weight(2)
    @visibility("visible")
    def test_one_entry_an_epoch(self) -> None:
        """The history holds losses, accuracies and times: one number an epoch in each list."""
        self.course()
        history = self.seen().history
        for curve in ENTRIES:
            numbers = self.curve(curve, history)
            self.require(
                len(numbers) == EPOCHS and all(map(math.isfinite, numbers)),
                expected=f"{curve} has {EPOCHS} finite numbers after {EPOCHS} epochs",
                seen=f"{len(numbers)}: {_listed(numbers)}",
                hint="Append once in each epoch, at the end of the phase.",
            )

    @number("2.1e")
    @weight(2)
    @visibility("visible")
    def test_values(self) -> None:
        """Losses are means over all images of the phase, and accuracies fractions of them."""
        seen, course = self.seen(), self.course()
        for phase in ("train", "val"):
            for curve, measure in ((f"{phase}_loss", "loss"), (f"{phase}_acc", "accuracy")):
                numbers = self.curve(curve, seen.history)
                # Some validate the best weights once more at the end.
                ways = [[getattr(one, measure) for one in course.passes(phase)[:EPOCHS]]]
                if phase == "train":
                    ways.append([getattr(one, measure) for one in course.passes("train again")])
                if measure == "accuracy":
                    ways += [[100 * value for value in way] for way in ways]
                agrees = any(_agree(numbers, way) for way in ways)
                if not agrees:
                    self._show_beside(curve, numbers, ways[0])
                self.require(
                    agrees,
                    expected=f"{curve} of {_listed(ways[0])}",
                    seen=f"{_listed(numbers)}; {_first(numbers, ways[0])}",
                    hint="Sum loss.item() × the number of images in the batch, and divide by dataset_sizes[phase]: "
                    "the last batch is smaller. Begin at 0 in each phase of each epoch.",
                )

    @number("2.1f")
    @weight(1)
    @visibility("visible")
    def test_learning_rates(self) -> None:
        """The history holds the learning rate of each epoch's steps, once an epoch."""
        numbers = self.curve("lr", self.seen().history)
        # Without any step, the rates in force are the scheduler's.
        used = [one.rates[0] for one in self.course().passes("train") if one.rates] or self.rates()
        self.require(
            _agree(numbers, used, 1e-4),
            expected=f"lr of {_listed(used)}: one entry an epoch, the rate of its steps",
            seen=f"{_listed(numbers)}; {_first(numbers, used, 1e-4)}",
            hint="Record optimizer.param_groups[0]['lr'] before scheduler.step(), outside the loop over phases.",
        )

    def _show_beside(self, curve: str, numbers: list[float], true: list[float]) -> None:
        lines = (line_of("your history", numbers), line_of("the training itself", true))
        self.show(Curve(f"{curve} of each epoch", "epochs", lines))

    def curve(self, name: str, history: dict[str, list[float]]) -> list[float]:
        """Return one list of the history; fails where there is none."""
        self.require(
            name in history,
            expected=f"(model, history) with a list of numbers history[{name!r}]",
            seen=f"train_model returned {self.seen().returned}; lists of numbers found: {', '.join(history) or 'none'}",
            hint="Return a dict of the six lists, or the six lists in the order of the hand-out.",
        )
        return history[name]


class TestBestWeights(_TrainingTestCase):
    """2.1 train_model"""

    @number("2.1g")
    @weight(2)
    @visibility("visible")
    def test_best_weights_are_returned(self) -> None:
        """The network comes back with the weights of the epoch that validated best."""
        self._require_best(self.seen().weight, "the network that train_model returns")

    @number("2.1h")
    @weight(2)
    @visibility("visible")
    def test_training_goes_on_undisturbed(self) -> None:
        """Keeping the best weights does not touch the weights in training."""
        course = self.course()
        self.require(
            len(course.passes("train")) >= EPOCHS,
            expected=f"{EPOCHS} passes over the training images",
            seen=f"{len(course.passes('train'))}",
            hint="Train for num_epochs epochs.",
        )
        moved = [jump for jump in course.jumps() if abs(jump) > SAME]
        self.require(
            not moved,
            expected="each step begins at the weights that the step before it left",
            seen=f"they were replaced in between {len(moved)} times",
            hint="Load the best weights once, after the loop over epochs; keep them as a copy until then.",
        )

    @number("2.1i")
    @weight(1)
    @visibility("visible")
    def test_checkpoint(self) -> None:
        """The best weights are in the file named by `checkpoint`."""
        saved = self.seen().saved
        self.require(
            not saved.problem,
            expected="torch.save(…, checkpoint) writes the best weights",
            seen=saved.problem,
            hint="Save model.state_dict() whenever an epoch is the best so far.",
        )
        self._require_best(saved.weight, "the checkpoint")

    def _require_best(self, found: float | None, where: str) -> None:
        """Fail unless a weight is that of an epoch with the highest validation accuracy."""
        passes = self.course().passes("val")
        highest = max((one.accuracy for one in passes), default=-1.0)
        best = [place for place, one in enumerate(passes) if one.accuracy == highest]
        self.require(
            found is not None and bool(passes),
            expected=f"{where} holds weights that were validated",
            seen=f"train_model returned {self.seen().returned} after {len(passes)} validations",
            hint="Return (model, history).",
        )
        holder = [
            place
            for place, one in enumerate(passes)
            if min(abs(one.weight - (found or 0.0)), abs(one.weight_after - (found or 0.0))) <= SAME
        ]
        whose = f"those of epoch {holder[-1] + 1}" if holder else "others: perhaps those from before the training"
        self.require(
            any(place in best for place in holder),
            expected=f"the weights of epoch {best[0] + 1}, which got {highest:.0%} of the validation images right",
            seen=whose,
            hint="Keep copy.deepcopy(model.state_dict()) inside the loop whenever val_acc is the highest so far; "
            "without a copy it goes on changing.",
        )


def _agree(numbers: list[float], want: list[float], tolerance: float = CLOSE) -> bool:
    return len(numbers) == len(want) and bool(np.allclose(numbers, want, rtol=tolerance, atol=tolerance))


def _first(numbers: list[float], want: list[float], tolerance: float = CLOSE) -> str:
    """Return the first entry that differs."""
    if len(numbers) != len(want):
        return f"{len(numbers)} entries instead of {len(want)}"
    return first_difference(numbers, want, tolerance, ("epoch",), first=1, relative=tolerance)


def _listed(numbers: list[float]) -> str:
    return ", ".join(f"{one:.4g}" for one in numbers[:12]) or "no number"
