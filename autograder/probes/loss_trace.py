"""Notes what loss modules get and give while a network trains."""

from typing import Any

import numpy as np
import torch
from torch import nn

from autograder.wire.training import UNKNOWN_LABEL

MOST_LOSSES = 400
SUMS_TO_ONE = 1e-3


class LossTrace:
    """The losses of batches, equally spaced, with what the network made of the same batches.

    Attributes:
        count: how many losses were computed.
        kind: class of the last loss.
        probabilities: how often a cross-entropy got probabilities.
        classes: outputs of the network for each image; 0 while that is not known.
    """

    def __init__(self) -> None:
        self.count, self.kind, self.probabilities, self.classes = 0, "", 0, 0
        self._rows: list[tuple[float, float, float]] = []  # loss, share of right answers, spread of the outputs
        self._stride = 1  # of the losses one is kept
        self._pending: list[torch.Tensor | None] = []

    def note(self, module: nn.Module, inputs: tuple[Any, ...], loss: torch.Tensor) -> None:
        """Note what a loss module got and gave."""
        outputs, labels = _outputs_and_labels(inputs)
        self.kind = type(module).__name__
        if outputs is not None:
            self.classes = outputs.shape[1]
            self.probabilities += isinstance(module, nn.CrossEntropyLoss) and _are_probabilities(outputs)
        if self.count % self._stride == 0:
            self._rows.append((float(loss.detach()), _share_right(outputs, labels), _spread(outputs)))
        self.count += 1
        self._pending.append(labels)
        if len(self._rows) == MOST_LOSSES:
            self._rows, self._stride = self._rows[::2], 2 * self._stride

    @property
    def is_pending(self) -> bool:
        """Whether a loss was computed since the last call of `labels_due`."""
        return bool(self._pending)

    def labels_due(self) -> torch.Tensor | None:
        """Return the labels of the only loss since the last call; None where there were more, or none."""
        labels = self._pending[0] if len(self._pending) == 1 else None
        self._pending = []
        return labels

    def columns(self) -> np.ndarray:
        """Return losses, shares of right answers and spreads, (3, n ≤ 400) float32."""
        return np.array(self._rows, np.float32).reshape(-1, 3).T


def known(labels: torch.Tensor | None, count: int) -> np.ndarray:
    """Return labels for so many images, (count,) int64; unknown ones where the number does not fit."""
    if labels is None or len(labels) != count:
        return np.full(count, UNKNOWN_LABEL, np.int64)
    return labels.numpy()


def _outputs_and_labels(inputs: tuple[Any, ...]) -> tuple[torch.Tensor | None, torch.Tensor | None]:
    """Return (B, C) outputs and (B,) labels, as far as a loss got such."""
    if len(inputs) != 2 or not all(isinstance(one, torch.Tensor) for one in inputs):
        return None, None
    outputs, labels = (one.detach().cpu() for one in inputs)
    if outputs.dim() != 2 or outputs.shape[1] < 2 or len(outputs) != len(labels):
        return None, None
    if labels.shape == outputs.shape:
        labels = labels.argmax(1)
    return outputs.float(), labels.long() if labels.dim() == 1 else None


def _are_probabilities(outputs: torch.Tensor) -> bool:
    return bool((outputs >= 0).all() and ((outputs.sum(1) - 1).abs() < SUMS_TO_ONE).all())


def _share_right(outputs: torch.Tensor | None, labels: torch.Tensor | None) -> float:
    if outputs is None or labels is None:
        return float("nan")
    return float((outputs.argmax(1) == labels).float().mean())


def _spread(outputs: torch.Tensor | None) -> float:
    return float(outputs.std(0).mean()) if outputs is not None and len(outputs) > 1 else float("nan")
