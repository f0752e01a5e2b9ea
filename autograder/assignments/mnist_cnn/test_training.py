"""Judges `train`: its history, its accuracies, the file it keeps, and its loss."""

import math
from dataclasses import asdict, dataclass
from functools import partial
from itertools import chain

import numpy as np
import numpy.typing as npt
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.mnist_cnn.observed import Accuracies, Checkpoint, Gradients, KeptState, ReturnedHistory
from autograder.checks import SubmissionTestCase
from autograder.checks.draw import Draw
from autograder.checks.histories import Curve, History, find
from autograder.checks.paired import paired

EPOCHS = 3
OF = 20  # images of each batch of the training set
TEST_BATCH = 16  # of 40 images: the last batch is smaller, so that no mean over batches is the one over images
CLOSE = 1e-3
SURE, CLASSES = 25.0, 10  # logit of class 0 in the probe of gradients
TRAIN_WORDS, TEST_WORDS = (("train", "acc"), ("tr", "acc")), (("test", "acc"), ("val", "acc"))
RATE_WORDS = (("lr",), ("rate",))
LOSS_WORDS = (("train", "loss"), ("loss",))
STEEP = 0.02  # of the gradient of cross-entropy; behind a softmax it is below 1e-6
UNEXPLAINED = 0.2  # of the way that the bias went; 0.01 at most for a cross-entropy, 0.3 or more for other losses
PERCENT = 100
GROWS = 1.5  # a batch whose gradient counts that much more often than that of a later one is summed up


@dataclass(frozen=True)
class Question:
    """One training of the probe's own network, whose accuracies the test knows in advance.

    Attributes:
        batches: of an epoch.
        print_every: steps between two entries.
        rate: learning rate of the first epoch; each further one has half of it.
        right: how many of 20 images are recognised, by set and by mode.
    """

    batches: int
    print_every: int
    rate: float
    right: dict[str, dict[str, int]]

    @property
    def rates(self) -> list[float]:
        """Learning rate of each epoch."""
        return [self.rate / 2**epoch for epoch in range(EPOCHS)]

    @property
    def losses(self) -> list[float]:
        """Mean cross-entropy of every training batch: in training mode, then in eval mode."""
        spread = math.log(math.exp(3) + CLASSES - 1)  # the network says 3 for a class and 0 for all others
        return [spread - 3 * self.right["train"][mode] / OF for mode in ("train", "eval")]


def question_of(draw: Draw) -> Question:
    """Return a training whose four accuracies differ."""
    evals, trains, tests, others = draw.order(range(3, OF - 1))[:4]
    print_every = draw.whole(3, 5)
    return Question(
        batches=2 * print_every,
        print_every=print_every,
        rate=draw.number(0.1, 0.4),
        right={"train": {"eval": evals, "train": trains}, "test": {"eval": tests, "train": others}},
    )


class TestHistory(SubmissionTestCase):
    """2d. Training"""

    @number("2d(1)a")
    @weight(0.25)
    @visibility("visible")
    def test_history(self) -> None:
        """Train returns a history with training and test accuracy and the learning rate."""
        asked = question_of(self.draw("training"))
        history = self._history(asked)
        for words, name in ((TRAIN_WORDS, "train_acc"), (TEST_WORDS, "test_acc"), (RATE_WORDS, "lr")):
            column = find(history, words, partial(self._fits, name, asked)) or find(
                history, words, partial(self._fits, name, asked, over_batches=True)
            )
            self.require(
                column is not None and len(column) >= EPOCHS,
                expected=f"{name} for every {asked.print_every} steps, or at least for each of the {EPOCHS} epochs",
                seen=f"{len(column)} of them" if column else f"columns {', '.join(history.columns) or 'none'}",
                hint='history.append({"step": …, "train_acc": …, "test_acc": …, "lr": …}) every print_every steps; '
                "count steps over all epochs, and use print_every instead of 1000.",
            )
            assert column is not None
            if name == "lr":
                self._check_rates(column, asked.rates)  # accuracies are judged by 2d(1)b
        loss = find(history, LOSS_WORDS, lambda column: False)
        if loss:
            self._check_losses(loss, asked)

    def _history(self, asked: Question) -> History:
        seen = self.observe(ReturnedHistory, num_epochs=EPOCHS, test_batch=TEST_BATCH, **asdict(asked))
        history = History(seen.named, seen.unnamed)
        self.require(
            bool(history.columns),
            expected="train returns a list of dicts with step, train_acc, test_acc and lr",
            seen=f"{seen.returned}, without any numbers in it",
            hint="Append a dict every print_every steps, and return the list at the end.",
        )
        return history

    def _fits(self, name: str, asked: Question, column: Curve, over_batches: bool = False) -> bool:
        """Return whether a column without a name is the one looked for, or its mean over batches (see 2d(1)b)."""
        if name == "lr":
            return len(set(column)) > 1 and all(_among(value, asked.rates) for value in column)
        modes = asked.right["test" if name == "test_acc" else "train"]
        shares = [_mean_over_batches(right) if over_batches else right / OF for right in modes.values()]
        return all(_among(value, [scale * share for share in shares for scale in (1, PERCENT)]) for value in column)

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

    def _check_losses(self, column: Curve, asked: Question) -> None:
        """Every batch has the same loss here, so any mean equals it, and any sum is a known multiple."""
        losses, batches = asked.losses, (1, asked.print_every, asked.batches)
        sums = [loss * many * images for loss in losses for many in batches for images in (1, OF)]
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
        asked, alone_asked = question_of(self.draw("training")), question_of(self.draw("accuracy"))
        alone = self.observation(Accuracies, right=alone_asked.right["test"], test_batch=TEST_BATCH).value
        if alone:
            self._check_truth("accuracy(model, loader)", alone.in_eval_mode, alone_asked)
        seen = self.observation(ReturnedHistory, num_epochs=EPOCHS, test_batch=TEST_BATCH, **asdict(asked)).value
        if seen and self._check_history(seen, asked):
            return
        # Without a history, accuracy() alone must do: it has to set the mode by itself.
        measured = self.observe(Accuracies, right=alone_asked.right["test"], test_batch=TEST_BATCH)
        name = "accuracy(model, loader), for a network in training mode,"
        self._check_truth(name, measured.in_train_mode, alone_asked)

    def _check_history(self, seen: ReturnedHistory, asked: Question) -> bool:
        """Judge the accuracies of a history; return whether it holds any."""
        history = History(seen.named, seen.unnamed)
        tests = find(history, TEST_WORDS, partial(self._fits, "test_acc", asked))
        if not tests:
            return False
        truth = asked.right["test"]["eval"] / OF
        self._check_truth("test_acc", next((one for one in tests if not _among(one, [truth])), truth), asked)
        trains = find(history, TRAIN_WORDS, partial(self._fits, "train_acc", asked)) or []
        possible = [right / OF for right in asked.right["train"].values()]  # during the epoch, or measured afterwards
        wrong = next((one for one in trains if not _among(one, possible)), None)
        self._check_truth("train_acc", possible[0] if wrong is None else wrong, asked, of="train")
        return True

    def _check_truth(self, name: str, value: float, asked: Question, of: str = "test") -> None:
        truth = asked.right[of]["eval"] / OF
        in_train_mode = _among(value, [asked.right["test"]["train"] / OF])
        over_batches = of == "test" and _among(value, [_mean_over_batches(asked.right["test"]["eval"])])
        in_percent = _among(value, [PERCENT * right / OF for right in asked.right[of].values()])
        self.require(
            _among(value, [truth]),
            expected=f"{name} = {truth:g} for a network of ours that recognises this share of the images in eval mode",
            seen=f"{value:g}"
            + (", which is its accuracy in training mode" if in_train_mode else "")
            + (", the mean over batches, of which the last is smaller" if over_batches else ""),
            hint="Give a fraction in [0, 1]: do not multiply by 100."
            if in_percent
            else "Call model.eval() before you measure and model.train() afterwards; divide the number of images "
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
        draw = self.draw("kept state")
        epochs, batches = draw.whole(4, 6), draw.whole(5, 7)
        middle = batches * draw.whole(2, epochs - 1)  # an evaluation follows this step or the next
        first, last = middle - draw.whole(1, 2), middle + 1 + draw.whole(0, 2)
        codes = [1000 * place + draw.whole(0, 999) for place in draw.order(range(1, epochs * batches + 2))]
        seen = self.observe(KeptState, num_epochs=epochs, batches=batches, best=[first, last], codes=codes)
        step = codes.index(int(seen.mark)) if seen.mark in codes else -1
        self.require(
            seen.written,
            expected="train writes a state dict to model_file",
            seen="no file",
            hint="torch.save(model.state_dict(), model_file) whenever the test accuracy is the best so far.",
        )
        self.require(
            first <= step <= last,
            expected="the weights from the middle of the training, where the test accuracy is 100 % here",
            seen="a file that lacks part of the network's state"
            if step < 0
            else f"those of step {step} of {epochs * batches}",
            hint="Save at once when the test accuracy is the best so far, and do not save again at the end. A state "
            "dict in a variable changes with the network unless you copy it (copy.deepcopy).",
        )

    @number("2d(3)b")
    @weight(0.25)
    @visibility("visible")
    def test_loss_of_logits(self) -> None:
        """Train makes one step for each batch, with the gradient of the cross-entropy of its raw logits."""
        draw = self.draw("gradients")
        classes = draw.order(range(1, CLASSES))
        labels = [[draw.one_of(classes[place : place + 3]) for _ in range(OF)] for place in (0, 3, 6)]
        rate = draw.number(0.001, 0.005)
        seen = self.observe(Gradients, labels=labels, rate=rate)
        counts, left = _used(seen.bias, labels, rate)
        self.require(
            bool(np.isfinite(seen.bias).all()),
            expected="finite gradients",
            seen="NaN or infinity among the weights",
            hint="For each batch: zero_grad(), forward, loss, backward(), step().",
        )
        self.require(
            max(counts) > STEEP,
            expected="a large gradient for a network that is confident but wrong",
            seen=f"a gradient {max(counts):.1e} times that of the cross-entropy",
            hint="nn.CrossEntropyLoss takes raw logits: it does the softmax itself.",
        )
        self.require(
            left < UNEXPLAINED,
            expected="steps along the gradient of the cross-entropy of raw logits",
            seen=f"other steps: {left:.0%} of their length is not along it",
            hint="nn.CrossEntropyLoss()(model(images), labels), with the labels as whole numbers.",
        )
        self.require(
            min(counts) > STEEP * max(counts),
            expected=f"{len(labels)} steps in an epoch of {len(labels)} batches, each with the gradient of one",
            seen=f"{sum(count > STEEP * max(counts) for count in counts)} batches moved the weights"
            + (f", then {seen.error}" if seen.error else ""),
            hint="For each batch: zero_grad(), forward, loss, backward(), step().",
        )
        self.require(
            counts[0] <= GROWS * counts[-1],
            expected="each step uses the gradient of its own batch",
            seen=f"the first batch's gradient counts {counts[0] / counts[-1]:.1f} times as much as the last one's",
            hint="Call optimizer.zero_grad() before backward().",
        )
        own = [learned == label for learned, label in paired(seen.learned, chain(*labels))]
        self.require(
            all(own),
            expected="each image is trained with its own label",
            seen=f"{sum(own)} of {len(own)} images were",
            hint="Images and labels of a batch belong together: do not sort, shift or shuffle only one of them.",
        )


def _used(bias: npt.NDArray[np.float32], labels: list[list[int]], rate: float) -> tuple[list[float], float]:
    """Return how often each batch's gradient was subtracted, 1 where a training is right; and the share of the rest.

    Args:
        bias: (10,) float32, after the training.
        labels: of each batch.
        rate: learning rate.
    """
    shares = np.array([np.bincount(one, minlength=CLASSES) / len(one) for one in labels])
    before = np.eye(CLASSES)[0]
    gradients = before - shares  # of the bias; the network says class 0 of every image
    moved = np.nan_to_num((SURE * before - bias) / rate)
    counts = np.linalg.lstsq(gradients.T, moved, rcond=None)[0]
    left = float(np.linalg.norm(moved - gradients.T @ counts) / max(float(np.linalg.norm(moved)), 1e-9))
    return [float(count) for count in counts], left


def _mean_over_batches(right: int) -> float:
    """Return the mean of the accuracies of the test set's batches, of which the last is smaller."""
    known = [place % OF < right for place in range(2 * OF)]
    return float(np.mean([np.mean(known[start : start + TEST_BATCH]) for start in range(0, len(known), TEST_BATCH)]))


def _among(value: float, figures: list[float], tolerance: float = CLOSE) -> bool:
    """Return whether a value is one of these figures, up to rounding."""
    return any(math.isclose(value, figure, rel_tol=tolerance, abs_tol=CLOSE) for figure in figures)
