"""Reads from an uploaded history how a network was trained, to explain its accuracy."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.assignments.animals_transfer.images import CLASSES
from autograder.checks.learning_rate import WHOLE_NETWORK, Rate
from autograder.checks.training_seen import Training

MOMENTUM = 0.9  # as in the handout


@dataclass(frozen=True)
class Told:
    """The facts in a history that may explain an accuracy.

    Attributes:
        stated: the best validation accuracy, from 0 to 1; None if there is none.
        training: the course of the loss, one number an epoch, and the learning rate.
    """

    stated: float | None
    training: Training


def told_by(histories: Mapping[str, Mapping[str, Sequence[Any]]]) -> Told | None:
    """Return the facts in the history of the best network; None without histories."""
    told = [_told(curves) for curves in histories.values()]
    return max(told, key=lambda one: one.stated or 0.0, default=None)


def _told(curves: Mapping[str, Sequence[Any]]) -> Told:
    accuracies, rates = _fractions(curves.get("val_acc", ())), _numbers(curves.get("lr", ()))
    stated = max(accuracies, default=None)
    rate = Rate("SGD", rates[0], MOMENTUM, usual=WHOLE_NETWORK) if rates else Rate()
    training = Training(
        accuracy=stated or 0.0,
        classes=len(CLASSES),
        losses=np.array(_numbers(curves.get("train_loss", ()))),
        right=np.array(_fractions(curves.get("train_acc", ()))),
        rate=rate,
    )
    return Told(stated, training)


def _fractions(values: Sequence[Any]) -> list[float]:
    """Return accuracies from 0 to 1; the history may hold them in percent."""
    numbers = _numbers(values)
    return [one / 100 for one in numbers] if max(numbers, default=0.0) > 1 else numbers


def _numbers(values: Sequence[Any]) -> list[float]:
    return [float(one) for one in values if isinstance(one, (int, float)) and math.isfinite(one)]
