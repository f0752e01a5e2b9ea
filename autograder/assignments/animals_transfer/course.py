"""The course of a training by the student's `train_model`, epoch by epoch, as the harness's network saw it.

Nothing here depends on the submission's word: the network, the optimizer and the loaders are ours, and record how they
are used.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.assignments.animals_transfer.observed import ForwardPass, Step, Trained

FloatArray = npt.NDArray[np.floating]

VALIDATION_FROM, TEST_FROM = 100, 200  # numbers of the samples, as in the probe

# Slope, offset and label of each sample: the network chooses class 1 where weight × slope + offset > 0.
TRAIN = [[1.0, offset, 1] for offset in (-2.0, -1.5, -1.0, -0.6, -0.3, 0.0, 0.4)] + [
    [-0.8, 0.9, 0],
    [-0.6, 0.3, 0],
    [0.7, -2.03, 1],  # right from the last epoch on, so that training is best there and validation is not
]
# The weight becomes 1.38, 2.10, 2.51, 2.79, 2.97 and 3.11: of seven samples, 4, 5, 6, 5, 4 and 3 are then right.
VAL = [[1.0, -mark, 1] for mark in (0.7, 1.8, 2.35)] + [[1.0, -mark, 0] for mark in (2.7, 2.9, 3.05)] + [[1.0, 9.0, 0]]
NUMBERS = {*range(len(TRAIN)), *(first + place for first in (VALIDATION_FROM, TEST_FROM) for place in range(len(VAL)))}
BATCH_SIZES = {"train": 4, "val": 3}  # the last batches are smaller: a mean over batches is not one over samples
EPOCHS, LR, GAMMA = 6, 0.9, 0.8
STEPS_PER_EPOCH = 3
SAME = 1e-5
SAME_LOGIT = 1e-3


def arguments(scale: float = 1.0) -> dict[str, Any]:
    """Return the question to the probe `trained`.

    Args:
        scale: of all slopes. The learning rate is divided by its square, so the weight takes the same course, divided
            by the scale; losses and accuracies stay.
    """
    samples = {
        phase: [[round(scale * slope, 6), offset, label] for slope, offset, label in rows]
        for phase, rows in (("train", TRAIN), ("val", VAL))
    }
    return {
        "samples": samples, "batch_sizes": BATCH_SIZES, "epochs": EPOCHS, "lr": first_rate(scale), "gamma": GAMMA,
    }  # fmt: skip


def first_rate(scale: float) -> float:
    """Return the learning rate of the first epoch."""
    return LR / scale**2


@dataclass(frozen=True)
class Pass:
    """One epoch's pass over training or validation samples.

    Attributes:
        loss: mean cross-entropy over its samples, at the time each went forward.
        accuracy: fraction of them that the network got right.
        weight: of the network, at the last batch.
        weight_after: the same, just before the next batch to learn from.
        rates: learning rates of the steps from its first batch until the next pass over training samples.
    """

    loss: float
    accuracy: float
    weight: float
    weight_after: float
    rates: tuple[float, ...]


class Course:
    """The passes and the steps of one training.

    Attributes:
        is_possible: whether our network can have seen and said what is recorded; if not, all else is empty.
    """

    def __init__(self, seen: Trained, scale: float = 1.0) -> None:
        """Sort the recorded events.

        Args:
            seen: the result of the probe `trained`; a submission that forges its process's answer writes it itself.
            scale: of the slopes.
        """
        self._scale = scale
        self.is_possible = all(_is_possible(one, len(seen.steps), scale) for one in seen.forwards)
        self.forwards, self.steps = (seen.forwards, seen.steps) if self.is_possible else ([], [])

    @cached_property
    def learning(self) -> list[ForwardPass]:
        """Batches of training samples that went forward with gradients on."""
        return [one for one in self.forwards if one.with_gradient and one.numbers[0] < VALIDATION_FROM]

    @cached_property
    def validating(self) -> list[ForwardPass]:
        """Batches of validation samples that went forward."""
        return [one for one in self.forwards if VALIDATION_FROM <= one.numbers[0] < TEST_FROM]

    def passes(self, phase: str) -> list[Pass]:
        """Return the passes over "train" or "val", or over "train again" without learning, as some measure it."""
        batches = {
            "train": self.learning,
            "val": self.validating,
            "train again": [one for one in self.forwards if not one.with_gradient and one.numbers[0] < VALIDATION_FROM],
        }[phase]
        samples = VAL if phase == "val" else TRAIN
        grouped: list[list[ForwardPass]] = [[]]
        for batch in batches:
            if sum(len(one.numbers) for one in grouped[-1]) >= len(samples):
                grouped.append([])
            grouped[-1].append(batch)
        ends = [group[0].steps_before for group in grouped[1:] if group] + [len(self.steps)]
        return [self._pass(group, samples, end) for group, end in zip(grouped, ends, strict=True) if group]

    def _pass(self, batches: list[ForwardPass], samples: list[list[float]], end: int) -> Pass:
        labels = np.array([int(samples[n % VALIDATION_FROM][2]) for one in batches for n in one.numbers])
        logits = np.concatenate([np.array(one.logits) for one in batches])
        last = batches[-1].weight
        made: list[Step] = self.steps[batches[0].steps_before : end]
        later = [one.weight for one in self.steps if one.forwards_before == batches[-1].forwards_before + 1]
        return Pass(
            loss=float(cross_entropies(logits, labels).mean()),
            accuracy=float((logits.argmax(axis=1) == labels).mean()),
            weight=last,
            weight_after=later[-1] if later else last,
            rates=tuple(one.lr for one in made),
        )

    def own_gradients(self) -> list[tuple[float, float]]:
        """Return for each step the gradient that it used, and that of the batch which went forward before it."""
        return [
            (float("nan") if step.gradient is None else step.gradient, gradient_of(before[-1], self._scale))
            for step in self.steps
            if (before := [one for one in self.forwards[: step.forwards_before] if one.with_gradient])
        ]

    def jumps(self) -> list[float]:
        """Return by how much the weight changed between a step and the next batch to learn from, each time."""
        return [one.weight - self.steps[one.steps_before - 1].weight for one in self.learning if one.steps_before > 0]


def _is_possible(batch: ForwardPass, steps: int, scale: float) -> bool:
    """Return whether a batch holds our samples, with the logits that its weight gives, at a step that was made."""
    if not 0 < len(batch.numbers) == len(batch.logits) or batch.steps_before > steps:
        return False
    if not all(n in NUMBERS for n in batch.numbers):
        return False
    slopes, offsets, _ = np.array(_samples_of(batch)).T
    wanted = batch.weight * scale * slopes + offsets
    has_diverged = not np.isfinite(wanted).all()
    return has_diverged or np.allclose(np.array(batch.logits)[:, 1], wanted, rtol=SAME_LOGIT, atol=SAME_LOGIT)


def _samples_of(batch: ForwardPass) -> list[list[float]]:
    return [(VAL if n >= VALIDATION_FROM else TRAIN)[n % VALIDATION_FROM] for n in batch.numbers]


def cross_entropies(logits: FloatArray, labels: npt.NDArray[np.integer]) -> FloatArray:
    """Return the loss of each sample, (N,), for logits (N, C) and labels (N,)."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    losses: FloatArray = np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(labels)), labels]
    return losses


def gradient_of(batch: ForwardPass, scale: float = 1.0) -> float:
    """Return the gradient of a batch's mean loss by the weight, for slopes times a scale."""
    samples = _samples_of(batch)
    logits = np.array(batch.logits)
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    chance = odds[:, 1] / odds.sum(axis=1)  # of class 1, the one whose score the weight moves
    slopes = [(p - (label == 1)) * slope for p, (slope, _, label) in zip(chance, samples, strict=True)]
    return scale * float(np.mean(slopes))
