"""Judges `train`: its history, its accuracies, the file it keeps, and its loss."""

import math
from functools import partial

from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.mnist_cnn.observed import Accuracies, Checkpoint, Gradients, KeptState, ReturnedHistory
from autograder.checks import SubmissionTestCase
from autograder.checks.histories import Curve, History, find

EPOCHS, BATCHES, PRINT_EVERY = 3, 8, 4
OF = 20  # images of each batch
RIGHT = {"train": {"eval": 12, "train": 18}, "test": {"eval": 15, "train": 5}}  # recognised in each mode
CLOSE = 1e-3
BEST_STEPS = (8, 13)  # steps 10 and 11 are where an evaluation may lie
TRAIN_WORDS, TEST_WORDS = (("train", "acc"), ("tr", "acc")), (("test", "acc"), ("val", "acc"))
RATE_WORDS = (("lr",), ("rate",))
LOSS_WORDS = (("train", "loss"), ("loss",))
STEEP = 0.02  # of the gradient of cross-entropy; behind a softmax it is below 1e-6
GROWS = 1.5  # a third gradient that much larger than the first is a sum


class TestHistory(SubmissionTestCase):
    """2d. Training"""

    @number("2d(1)a")
    @weight(0.25)
    @visibility("visible")
    def test_history(self) -> None:
        """Train returns a history with training and test accuracy and the learning rate."""
        seen, history = self._history()
        for words, name in ((TRAIN_WORDS, "train_acc"), (TEST_WORDS, "test_acc"), (RATE_WORDS, "lr")):
            column = find(history, words, partial(self._fits, name, seen))
            self.require(
                column is not None and len(column) >= EPOCHS,
                expected=f"{name} for every {PRINT_EVERY} steps, or at least for each of the {EPOCHS} epochs",
                seen=f"{len(column)} of them" if column else f"columns {', '.join(history.columns) or 'none'}",
                hint='history.append({"step": …, "train_acc": …, "test_acc": …, "lr": …}) every print_every steps; '
                "count steps over all epochs, and use print_every instead of 1000.",
            )
            assert column is not None
            if name == "lr":
                self._check_rates(column, seen.rates)
            else:
                self._check_fractions(name, column)
        loss = find(history, LOSS_WORDS, lambda column: False)
        if loss:
            self._check_losses(loss, seen.losses)

    def _history(self) -> tuple[ReturnedHistory, History]:
        seen = self.observe(ReturnedHistory, num_epochs=EPOCHS, batches=BATCHES, print_every=PRINT_EVERY, right=RIGHT)
        history = History(seen.named, seen.unnamed)
        self.require(
            bool(history.columns),
            expected="train returns a list of dicts with step, train_acc, test_acc and lr",
            seen=f"{seen.returned}, without any numbers in it",
            hint="Append a dict every print_every steps, and return the list at the end.",
        )
        return seen, history

    def _fits(self, name: str, seen: ReturnedHistory, column: Curve) -> bool:
        """Return whether a column without a name is the one looked for."""
        if name == "lr":
            return len(set(column)) > 1 and all(_among(value, seen.rates) for value in column)
        modes = RIGHT["test" if name == "test_acc" else "train"]
        return all(_among(value, [right / OF for right in modes.values()]) for value in column)

    def _check_fractions(self, name: str, column: Curve) -> None:
        outside = [value for value in column if not 0 <= value <= 1]
        self.require(
            not outside,
            expected=f"{name} as a fraction in [0, 1]",
            seen=", ".join(f"{value:g}" for value in outside[:3]),
            hint="Divide by the number of images, and do not multiply by 100.",
        )

    def _check_rates(self, column: Curve, rates: list[float]) -> None:
        self.require(
            all(_among(value, rates) for value in column) and column == sorted(column, reverse=True),
            expected=f"lr as the optimizer had it: {', '.join(f'{rate:g}' for rate in rates)} in the three epochs",
            seen=", ".join(f"{value:g}" for value in column[:8]),
            hint='optimizer.param_groups[0]["lr"] is the rate in force.',
        )
        self.require(
            len(set(column)) > 1,
            expected="lr follows the scheduler, which halves it after each epoch here",
            seen=f"{column[0]:g} all the time",
            hint="Call scheduler.step() at the end of each epoch, and read the rate each time that you note it.",
        )

    def _check_losses(self, column: Curve, losses: list[float]) -> None:
        """Every batch has the same loss here, so any mean equals it, and any sum is a known multiple."""
        sums = [
            loss * many for loss in losses for many in (1, PRINT_EVERY, BATCHES, OF, OF * PRINT_EVERY, OF * BATCHES)
        ]
        self.require(
            all(_among(value, sums, tolerance=0.02) for value in column),
            expected=f"mean losses of {losses[0]:.3f}: every batch has this loss here",
            seen=", ".join(f"{value:.3f}" for value in column[:4]),
            hint="Divide the sum by the number of batches in it: print_every, not a fixed number.",
        )

    @number("2d(1)b")
    @weight(0.25)
    @visibility("visible")
    def test_accuracies_are_true(self) -> None:
        """Accuracies are measured in eval mode, as a fraction of all images."""
        truth = RIGHT["test"]["eval"] / OF
        alone = self.observation(Accuracies, right=RIGHT["test"]).value
        if alone:
            self._check_truth("accuracy(model, loader)", alone.in_eval_mode, truth)
        seen = self.observation(
            ReturnedHistory, num_epochs=EPOCHS, batches=BATCHES, print_every=PRINT_EVERY, right=RIGHT
        ).value
        if seen and self._check_history(seen, truth):
            return
        # Without a history, accuracy() alone must do: it has to set the mode by itself.
        measured = self.observe(Accuracies, right=RIGHT["test"])
        self._check_truth("accuracy(model, loader), for a network in training mode,", measured.in_train_mode, truth)

    def _check_history(self, seen: ReturnedHistory, truth: float) -> bool:
        """Judge the accuracies of a history; return whether it holds any."""
        history = History(seen.named, seen.unnamed)
        tests = find(history, TEST_WORDS, partial(self._fits, "test_acc", seen))
        if not tests:
            return False
        self._check_truth("test_acc", next((one for one in tests if not _among(one, [truth])), truth), truth)
        trains = find(history, TRAIN_WORDS, partial(self._fits, "train_acc", seen)) or []
        possible = [right / OF for right in RIGHT["train"].values()]  # during the epoch, or measured afterwards
        wrong = next((one for one in trains if not _among(one, possible)), None)
        self._check_truth("train_acc", possible[0] if wrong is None else wrong, possible[0])
        return True

    def _check_truth(self, name: str, value: float, truth: float) -> None:
        in_train_mode = _among(value, [RIGHT["test"]["train"] / OF])
        self.require(
            _among(value, [truth]),
            expected=f"{name} = {truth:g} for a network of ours that recognises this share of the images in eval mode",
            seen=f"{value:g}" + (", which is its accuracy in training mode" if in_train_mode else ""),
            hint="Call model.eval() before you measure and model.train() afterwards; divide the number of images "
            "that are recognised by the number of all images.",
        )


class TestKeptModel(SubmissionTestCase):
    """2d. Training"""

    @number("2d(2)a")
    @weight(0.25)
    @visibility("visible")
    def test_checkpoint_fits(self) -> None:
        """model.pth is a state dict that fits your network, name by name."""
        seen = self.observe(Checkpoint)
        self.require(
            seen.finite,
            expected="finite weights",
            seen="NaN or infinity in model.pth",
            hint="If the learning rate is too high, the weights grow without bound.",
        )

    @number("2d(2)b")
    @weight(0.25)
    @visibility("visible")
    def test_best_state_is_kept(self) -> None:
        """Train leaves the weights with the best test accuracy in model_file, and not the last ones."""
        seen = self.observe(KeptState, num_epochs=4, batches=5, best=BEST_STEPS)
        self.require(
            seen.written,
            expected="train writes a state dict to model_file",
            seen="no file",
            hint="torch.save(model.state_dict(), model_file) whenever the test accuracy is the best so far.",
        )
        first, last = BEST_STEPS
        self.require(
            first <= seen.step <= last,
            expected="the weights from the middle of the training, where the test accuracy is 100 % here",
            seen="a file without a part of the network's state"
            if seen.step < 0
            else f"those of step {seen.step:.0f} of {seen.last:.0f}",
            hint="Save at once when an accuracy is the best so far, and do not save again at the end. A state "
            "dict in a variable changes with the network unless you copy it (copy.deepcopy).",
        )

    @number("2d(3)b")
    @weight(0.25)
    @visibility("visible")
    def test_loss_of_logits(self) -> None:
        """Train makes one step for each batch, with the gradient of the cross-entropy of its raw logits."""
        seen = self.observe(Gradients)
        sizes, alone = seen.sizes, seen.alone
        self.require(
            len(sizes) >= seen.batches and all(map(math.isfinite, sizes)),
            expected=f"{seen.batches} steps with finite gradients in an epoch of {seen.batches} batches",
            seen=f"{len(sizes)}" + (f", then {seen.error}" if seen.error else ""),
            hint="For each batch: zero_grad(), forward, loss, backward(), step().",
        )
        self.require(
            sizes[0] > STEEP * alone,
            expected="a steep gradient for a network that is sure and wrong",
            seen=f"{sizes[0] / alone:.1e} of the gradient of the cross-entropy",
            hint="nn.CrossEntropyLoss takes raw logits: it does the softmax itself.",
        )
        self.require(
            sizes[seen.batches - 1] <= GROWS * sizes[0],
            expected="each step uses the gradient of its own batch",
            seen=f"for the same batch three times, the gradient grows to {sizes[seen.batches - 1] / sizes[0]:.1f} "
            "times its size",
            hint="Call optimizer.zero_grad() before backward().",
        )


def _among(value: float, figures: list[float], tolerance: float = CLOSE) -> bool:
    """Return whether a value is one of these figures, up to rounding."""
    return any(math.isclose(value, figure, rel_tol=tolerance, abs_tol=CLOSE) for figure in figures)
