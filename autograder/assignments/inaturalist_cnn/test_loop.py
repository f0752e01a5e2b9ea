"""Judges `train`, `finetune` and `evaluate`."""

from typing import Any

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.inaturalist_cnn.observed import Bookkeeping, Evaluation, Learning
from autograder.assignments.inaturalist_cnn.scores import CLOSE, Accepts, either, is_accuracy, is_loss
from autograder.assignments.inaturalist_cnn.way_of_training import ALONG, along_gradient
from autograder.checks import SubmissionTestCase, histories
from autograder.checks.paired import paired
from autograder.checks.plots import line_of
from autograder.model.plot import Curve

EPOCHS = 2
POOL, POOL_OF_TRAININGS = 12, 3  # questions that the reference solution answers in advance
SEEDS = 1 << 30
SAME_LOSS = 1e-3  # relative
LEARNING: dict[str, Any] = {"lr": 0.02, "epochs": 4}
MUST_FALL_TO = 0.85  # of the loss before: a correct loop reaches 0.78 at most with plain SGD, and 0.32 with Adam
GROWS = 1.2  # a gradient that is so many times larger than that of its batch is a sum


def learning_question(case: SubmissionTestCase) -> dict[str, Any]:
    """Return the arguments with which a submission's loop trains a network of ours; the same in all tests."""
    return {"seed": case.draw("learning", pool=POOL_OF_TRAININGS).whole(0, SEEDS), **LEARNING}


class Loops(SubmissionTestCase):
    """The tests of both training loops."""

    def check_learning(self, function: str) -> None:
        """Fail unless the loss falls."""
        seen, right = self.learning(function)
        self.require(
            bool(np.allclose(seen.losses[0], right.losses[0], rtol=SAME_LOSS)),
            expected=f"{function} works with the network that it is given",
            seen="the loss before training is that of another network",
            hint="Do not replace classes or functions of torch.",
        )
        # In training and in eval mode; the lowest, since another test judges gradients that pile up.
        losses = paired(seen.losses[0].tolist(), seen.lowest)
        before, after = min(losses, key=lambda pair: pair[1] / pair[0])
        self._show_losses(function, seen, right)
        self.require(
            after < MUST_FALL_TO * before,
            expected=f"on a small, easy set the loss falls below {MUST_FALL_TO:.0%} of its first value "
            f"within {LEARNING['epochs']} epochs with lr={LEARNING['lr']}",
            seen=f"it goes from {before:.2f} to {after:.2f}" + (f" ({seen.raised})" if seen.raised else ""),
            hint="For each batch: zero_grad(), forward, loss, backward(), step(); use the given learning rate.",
        )

    def learning(self, function: str) -> tuple[Learning, Learning]:
        """Return how a loop trains a network of ours, and how that of the reference solution does."""
        question = learning_question(self)
        seen, right = (ask(Learning, function=function, **question) for ask in (self.observe, self.reference))
        return seen, right

    def bookkeeping(self, function: str) -> tuple[Bookkeeping, Bookkeeping]:
        """Return a loop's report on a network that cannot move, and the truth: the reference's observation."""
        draw = self.draw("bookkeeping", pool=POOL)
        counts = [draw.whole(49, 63), draw.whole(25, 31)]  # the last batch of 16 is smaller
        asked: dict[str, Any] = {"epochs": EPOCHS, "counts": counts, "seed": draw.whole(0, SEEDS)}
        seen, right = (ask(Bookkeeping, function=function, **asked) for ask in (self.observe, self.reference))
        return seen, right

    def _show_losses(self, function: str, *seen: Learning) -> None:
        """Show the loss after each step, of the student and of the reference, in the mode in which it falls further."""
        lines = []
        for name, one in zip(("yours", "reference solution"), seen, strict=True):
            mode = (one.losses.min(axis=0) / one.losses[0]).argmin()
            lines.append(line_of(name, one.losses[:, mode]))
        self.show(Curve(f"Loss of a small, easy set after each step of {function}", "steps", tuple(lines)))

    def check_validation(self, function: str) -> None:
        """Fail unless the history holds the loss and the accuracy of the validation images in eval mode."""
        seen, right = self.bookkeeping(function)
        true = right.val.eval
        self.check_list(seen, "val_loss", is_loss(true), true.loss, _why_another_loss(seen, right))
        self.check_list(
            seen,
            "val_acc",
            is_accuracy(true),
            true.accuracy,
            "Count the right answers and divide by the number of images; the last batch is smaller than the others.",
        )

    def check_list(self, seen: Bookkeeping, name: str, accepted: Accepts, true: float, hint: str) -> None:
        """Fail unless the history has a list of this name with the true value for each epoch."""
        found = _curves(name, seen)
        self.require(
            bool(found),
            expected=f"a dict with the lists train_loss, train_acc, val_loss and val_acc; {name} among them",
            seen=f"{seen.history.form} with {', '.join(seen.history.named) or 'no list of that name'}",
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
        seen, right = self.bookkeeping("train")
        alone, steps = right.gradients, seen.at_steps
        modes = [one.training for one in seen.passes if one.gradients and one.images]
        self.require(
            bool(modes) and sum(modes) * 2 > len(modes),
            expected="the network is in training mode while it is trained, in each epoch",
            seen=f"it is in {sum(modes)} of {len(modes)} forward passes",
            hint="Call model.train() at the start of each epoch: the eval() of the validation stays in force.",
        )
        self.require(
            len(steps) > 0,
            expected="the loop calls optimizer.step()",
            seen="it never does",
            hint="For each batch: zero_grad(), forward, loss, backward(), step().",
        )
        self.require(
            max(steps) <= GROWS * max(alone),
            expected="each step uses the gradient of its own batch",
            seen=f"gradients grow to {max(steps) / max(alone):.1f} times the largest gradient of a batch",
            hint="Call optimizer.zero_grad() before backward().",
        )
        self.require(
            max(steps) > 0,
            expected="a gradient at each step",
            seen="there is none",
            hint="Call zero_grad() before backward(), and step() after it.",
        )

    @number("A2.3c")
    @weight(1)
    @visibility("visible")
    def test_validation_values(self) -> None:
        """val_loss and val_acc are those of all validation images, in eval mode."""
        self.check_validation("train")

    @number("A2.3d")
    @weight(0.5)
    @visibility("visible")
    def test_training_values(self) -> None:
        """train_loss and train_acc are those of all training images, one number for each epoch."""
        seen, right = self.bookkeeping("train")
        modes = (right.train.train, right.train.eval)  # some measure once more after the epoch
        for name, is_right, true in (
            ("train_loss", is_loss, modes[0].loss),
            ("train_acc", is_accuracy, modes[0].accuracy),
        ):
            self.check_list(
                seen,
                name,
                either(*map(is_right, modes)),
                true,
                "Begin each epoch with sums of 0, add loss.item() * len(labels) and the right answers of each batch, "
                "and divide by the number of images. `loss += loss.item()` changes the loss itself.",
            )

    @number("A2.3e")
    @weight(1)
    @visibility("visible")
    def test_evaluate(self) -> None:
        """The function `evaluate` returns loss and accuracy over all images of the loader, in eval mode."""
        draw = self.draw("evaluation", pool=POOL)
        count = 16 * draw.whole(3, 5) + draw.whole(5, 12)
        asked: dict[str, Any] = {"count": count, "batch_size": 16, "seed": draw.whole(0, SEEDS)}
        seen, true = self.observe(Evaluation, **asked), self.reference(Evaluation, **asked).true
        numbers = f"{histories.shown(seen.numbers)}, from {sum(one.images for one in seen.passes)} images"
        self.require(
            not any(one.training for one in seen.passes) and not seen.moved,
            expected="the network is in eval mode, and its weights stay as they are",
            seen="its weights move" if seen.moved else "it is in training mode",
            hint="Call model.eval(), and make no step.",
        )
        accuracy = true.accuracy
        self.require(
            any(map(is_accuracy(true), seen.numbers)),
            expected=f"accuracy {accuracy:.4g} (or {100 * accuracy:.4g} percent) over {count} images",
            seen=numbers,
            hint="Go through the whole loader, count the right answers, and divide by the number of images.",
        )
        self.require(
            any(map(is_loss(true), seen.numbers)),
            expected=f"mean loss {true.loss:.4g}",
            seen=numbers,
            hint="Return (loss, accuracy): the mean cross-entropy of all images comes first.",
        )


class TestFinetune(Loops):
    """B3. Fine-tuning"""

    @number("B3.1a")
    @weight(2)
    @visibility("visible")
    def test_only_unfrozen_weights_move(self) -> None:
        """The loop `finetune` moves all weights with requires_grad, and no others."""
        seen, right = self.learning("finetune")
        self.require(
            [one.shape for one in seen.after] == [one.shape for one in right.before],
            expected="finetune changes only the values of the network's weights",
            seen="weights of other shapes",
            hint="Do not replace a layer in finetune; build_pretrained has done so already.",
        )
        changed = paired(right.parameters, right.before, seen.after)
        frozen, moved = set(right.frozen), {name for name, old, new in changed if not np.array_equal(old, new)}
        self.require(
            not frozen & moved,
            expected=f"{', '.join(sorted(frozen))} stay as they are: their requires_grad is False",
            seen=f"{', '.join(sorted(frozen & moved))} move",
            hint="Do not set requires_grad in finetune; build_pretrained has done it.",
        )
        learning = set(right.parameters) - frozen
        self.require(
            learning <= moved,
            expected=f"{', '.join(sorted(learning))} move",
            seen=f"{', '.join(sorted(learning - moved))} stay",
            hint="Give the optimizer all parameters of the given model that have requires_grad.",
        )
        along = along_gradient(right, seen.after)
        self.require(
            along >= ALONG,
            expected="the weights move along the gradient of the loss",
            seen=f"the head moves in another direction; the cosine of the two is {along:.2f}",
            hint="Let only the optimizer change the weights.",
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
        """The loop `finetune` returns the four lists; its validation values are right, and taken in eval mode."""
        self.check_validation("finetune")
        seen, _ = self.bookkeeping("finetune")
        for name in ("train_loss", "train_acc"):
            lists = _curves(name, seen)
            self.require(
                any(histories.holds(values, EPOCHS, lambda value: True) for values in lists),
                expected=f"{name}: a finite number for each of {EPOCHS} epochs",
                seen=histories.shown(lists[0]) if lists else "no list of that name",
                hint="Append to all four lists in each epoch.",
            )


def _curves(name: str, seen: Bookkeeping) -> list[histories.Curve]:
    """Return the curves of a history that may be the one of this name."""
    history = histories.History(seen.history.named, seen.history.unnamed)
    return list(histories.curves_called(name, history))


def _why_another_loss(seen: Bookkeeping, right: Bookkeeping) -> str:
    """Return a hint for a validation loss that is wrong: whose loss it is, if that shows."""
    found = [value for values in _curves("val_loss", seen) for value in values]
    if found and any(abs(found[-1] - one.loss) < CLOSE for one in (right.train.train, right.train.eval)):
        return "This is the loss of the training images; append that of the validation images."
    if found and abs(found[-1] - right.val.train.loss) < CLOSE:
        return "This is the loss in training mode; call model.eval() before validation."
    return (
        "Add up loss.item() * len(labels) over val_loader, in eval mode, and divide by the number of images. "
        "The sum of loss.item(), divided by the number of batches, is accepted too."
    )
