"""Judges `train`, `finetune` and `evaluate`."""

from collections.abc import Callable
from typing import Any

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.checks import SubmissionTestCase, histories
from autograder.checks.plots import line_of
from autograder.model.plot import Curve

EPOCHS = 2
LEARNING: dict[str, Any] = {"lr": 0.02, "epochs": 4}
MUST_FALL_TO = 0.85  # of the loss before: a right loop with plain SGD comes to 0.78 at most, with Adam to 0.32
GROWS = 1.2  # a gradient that much larger than its batch's is a sum
CLOSE, PERCENT = 2e-3, 100.0
TRAINED, VALIDATED = 50, 27  # pictures of the probe's two loaders


def is_loss(truth: dict[str, float]) -> Callable[[float], bool]:
    """Return a function that tells whether a number is the loss: the mean over images, or over batches."""
    return lambda value: any(abs(value - truth[name]) <= CLOSE for name in ("loss", "loss_of_batches"))


def is_accuracy(truth: dict[str, float]) -> Callable[[float], bool]:
    """Return a function that tells whether a number is the accuracy, in [0, 1] or percent."""
    return lambda value: abs(value - truth["acc"]) <= CLOSE or abs(value - PERCENT * truth["acc"]) <= PERCENT * CLOSE


def _curves_called(name: str, history: dict[str, Any]) -> list[histories.Curve]:
    return list(histories.curves_called(name, histories.History(history["named"], history["unnamed"])))


class Loops(SubmissionTestCase):
    """What holds for both training loops."""

    def check_learning(self, function: str) -> None:
        """Fail unless the loss falls."""
        seen, right = (ask("learning", function=function, **LEARNING) for ask in (self.observe, self.reference))
        # In training and in eval mode; the lowest, since gradients that pile up are judged by themselves.
        losses = list(zip(seen["loss_before"], seen["lowest_loss"], strict=True))
        before, after = min(losses, key=lambda pair: pair[1] / pair[0])
        self._show_losses(function, seen, right)
        self.require(
            after < MUST_FALL_TO * before,
            expected=f"on a small, easy set the loss falls below {MUST_FALL_TO:.0%} of what it was, "
            f"in {LEARNING['epochs']} epochs with lr={LEARNING['lr']}",
            seen=f"it goes from {before:.2f} to {after:.2f}" + (f" ({seen['raised']})" if seen["raised"] else ""),
            hint="For each batch: zero_grad(), forward, loss, backward(), step(); with the given learning rate.",
        )

    def _show_losses(self, function: str, *seen: dict[str, Any]) -> None:
        """Show the loss after each step, of the student and of the reference, in the mode in which it falls further."""
        lines = []
        for name, one in zip(("yours", "reference solution"), seen, strict=True):
            course = np.array(one["losses"])  # (steps, training and eval mode)
            lines.append(line_of(name, course[:, (course.min(axis=0) / course[0]).argmin()]))
        self.show(Curve(f"Loss of a small, easy set after each step of {function}", "steps", tuple(lines)))

    def check_validation(self, function: str) -> None:
        """Fail unless the history's validation figures are those of the validation pictures in eval mode."""
        seen = self.observe("still", function=function, epochs=EPOCHS)
        truth = seen["truth"]["val"]
        self.check_figure(seen, "val_loss", is_loss(truth["eval"]), truth["eval"]["loss"], self._why(seen))
        self.check_figure(
            seen,
            "val_acc",
            is_accuracy(truth["eval"]),
            truth["eval"]["acc"],
            "Count the right answers and divide by the number of pictures; the last batch is smaller than the others.",
        )

    def _why(self, seen: dict[str, Any]) -> str:
        found = [value for values in _curves_called("val_loss", seen["history"]) for value in values]
        of_training = found and any(abs(found[-1] - one["loss"]) < CLOSE for one in seen["truth"]["train"].values())
        if of_training:
            return "This is the loss of the training pictures; append that of the validation pictures."
        if found and abs(found[-1] - seen["truth"]["val"]["train"]["loss"]) < CLOSE:
            return "This is the loss in training mode; call model.eval() before validation."
        return "Add up the losses of all batches of val_loader, in eval mode, and divide by their number."

    def check_figure(
        self, seen: dict[str, Any], name: str, accepted: Callable[[float], bool], true: float, hint: str
    ) -> None:
        """Fail unless the history has a list of this name with the true figure for each epoch."""
        found = _curves_called(name, seen["history"])
        self.require(
            bool(found),
            expected=f"a dict with train_loss, train_acc, val_loss and val_acc, a list each; {name} among them",
            seen=f"{seen['history']['form']} with {', '.join(seen['history']['named']) or 'nothing by that name'}",
            hint="Return {'train_loss': […], 'train_acc': […], 'val_loss': […], 'val_acc': […]}.",
        )
        self.require(
            any(histories.holds(values, EPOCHS, accepted) for values in found),
            expected=f"{name} after {EPOCHS} epochs with a rate that moves nothing: {EPOCHS} times {true:.4g} "
            f"(tolerance {CLOSE:g})",
            seen=histories.shown(found[0]),
            hint=hint,
        )


class TestTrain(Loops):
    """A2. The training loop"""

    @number("A2.3a")
    @weight(1)
    @visibility("visible")
    def test_learns(self) -> None:
        """The loop `train` lowers the loss of the network that it is given."""
        self.check_learning("train")

    @number("A2.3b")
    @weight(0.5)
    @visibility("visible")
    def test_steps(self) -> None:
        """Each step uses the gradient of its own batch, in training mode."""
        seen = self.observe("still", function="train", epochs=EPOCHS)
        alone, steps = seen["gradients"], seen["at_steps"]
        learned = [one for one in seen["passes"] if one[1] and one[2] > 0]
        modes = [one[0] for one in learned]
        self.require(
            bool(modes) and sum(modes) * 2 > len(modes),
            expected="the network is in training mode while it is trained, in each epoch",
            seen=f"so in {sum(modes)} of {len(modes)} forward passes",
            hint="Call model.train() at the begin of each epoch: eval() of the validation stays in force.",
        )
        self.require(
            len(steps) > 0,
            expected="optimizer.step() is called",
            seen="it never is",
            hint="For each batch: zero_grad(), forward, loss, backward(), step().",
        )
        self.require(
            max(steps) <= GROWS * max(alone),
            expected="each step uses the gradient of its own batch",
            seen=f"gradients grow to {max(steps) / max(alone):.1f} times the largest of a batch",
            hint="Call optimizer.zero_grad() before backward().",
        )
        self.require(
            max(steps) > 0,
            expected="a gradient at each step",
            seen="none",
            hint="Call zero_grad() before backward(), and step() behind it.",
        )

    @number("A2.3c")
    @weight(1)
    @visibility("visible")
    def test_validation_figures(self) -> None:
        """val_loss and val_acc are those of all validation pictures, in eval mode."""
        self.check_validation("train")

    @number("A2.3d")
    @weight(0.5)
    @visibility("visible")
    def test_training_figures(self) -> None:
        """train_loss and train_acc are those of all training pictures, one number for each epoch."""
        seen = self.observe("still", function="train", epochs=EPOCHS)
        modes = seen["truth"]["train"]
        for name, make in (("train_loss", is_loss), ("train_acc", is_accuracy)):
            accepted = [make(modes[mode]) for mode in ("train", "eval")]  # some measure once more behind the epoch
            self.check_figure(
                seen,
                name,
                lambda value, accepted=accepted: any(one(value) for one in accepted),  # type: ignore[misc]
                modes["train"]["loss" if name == "train_loss" else "acc"],
                "Begin each epoch with sums of 0, add loss.item() * len(labels) and the right answers of each batch, "
                "and divide by the number of pictures. `loss += loss.item()` changes the loss itself.",
            )

    @number("A2.3e")
    @weight(1)
    @visibility("visible")
    def test_evaluate(self) -> None:
        """The function `evaluate` returns loss and accuracy over all pictures of the loader, in eval mode."""
        seen = self.observe("evaluated", count=75, batch_size=16)
        truth, numbers = seen["truth"], seen["numbers"]
        counted = sum(one[2] for one in seen["passes"])
        self.require(
            all(not one[0] for one in seen["passes"]) and not seen["moved"],
            expected="the network is in eval mode, and stays as it is",
            seen="its weights move" if seen["moved"] else "it is in training mode",
            hint="Call model.eval(), and make no step.",
        )
        self.require(
            any(map(is_accuracy(truth), numbers)),
            expected=f"accuracy {truth['acc']:.4g} (or {100 * truth['acc']:.4g} percent) over 75 pictures",
            seen=f"{histories.shown(numbers)}, from {counted} pictures",
            hint="Go through the whole loader, count the right answers, and divide by the number of pictures.",
        )
        self.require(
            any(map(is_loss(truth), numbers)),
            expected=f"mean loss {truth['loss']:.4g}",
            seen=f"{histories.shown(numbers)}, from {counted} pictures",
            hint="Return (loss, accuracy): the mean cross-entropy of all pictures.",
        )


class TestFinetune(Loops):
    """B3. Fine-tuning"""

    @number("B3.1a")
    @weight(2)
    @visibility("visible")
    def test_only_what_learns_moves(self) -> None:
        """The loop `finetune` moves what has requires_grad, and nothing else."""
        seen = self.observe("learning", function="finetune", **LEARNING)
        frozen, moved = set(seen["frozen"]), set(seen["moved"])
        self.require(
            not frozen & moved,
            expected=f"{', '.join(sorted(frozen))} stay as they are: their requires_grad is False",
            seen=f"{', '.join(sorted(frozen & moved))} move",
            hint="Do not set requires_grad in finetune; build_pretrained has done it.",
        )
        learning = set(seen["parameters"]) - frozen
        self.require(
            learning <= moved,
            expected=f"{', '.join(sorted(learning))} move",
            seen=f"{', '.join(sorted(learning - moved))} stay",
            hint="Hand the optimizer all parameters with requires_grad of the model that is given.",
        )

    @number("B3.1b")
    @weight(1)
    @visibility("visible")
    def test_finetuning_learns(self) -> None:
        """The loop `finetune` lowers the loss."""
        self.check_learning("finetune")

    @number("B3.1c")
    @weight(2)
    @visibility("visible")
    def test_history(self) -> None:
        """The loop `finetune` returns the four lists; the validation figures are right, and taken in eval mode."""
        self.check_validation("finetune")
        seen = self.observe("still", function="finetune", epochs=EPOCHS)
        for name in ("train_loss", "train_acc"):
            lists = _curves_called(name, seen["history"])
            self.require(
                any(histories.holds(values, EPOCHS, lambda value: True) for values in lists),
                expected=f"{name}: a finite number for each of {EPOCHS} epochs",
                seen=histories.shown(lists[0]) if lists else "nothing by that name",
                hint="Append to all four lists in each epoch.",
            )
