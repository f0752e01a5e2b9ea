"""Finds losses and accuracies in what a training loop returned, whatever it calls them."""

import math
from collections.abc import Callable, Iterator
from typing import Any

NAMES = ("train_loss", "train_acc", "val_loss", "val_acc")
ORDERS = (NAMES, ("train_loss", "val_loss", "train_acc", "val_acc"))  # of four lists without names
CLOSE = 2e-3
PERCENT = 100.0


def lists_called(name: str, history: dict[str, Any]) -> Iterator[list[float]]:
    """Yield the lists of a history that may be the one of this name.

    Args:
        name: one of `NAMES`.
        history: `named` and `others`, as the probe returns them.
    """
    part, kind = name.split("_")
    for key, values in history["named"].items():
        plain = key.lower()
        of_validation = "val" in plain or "test" in plain
        if of_validation == (part == "val") and ("loss" in plain) == (kind == "loss") and _is_figure(plain):
            yield values
    others = history["others"]
    for order in ORDERS:
        if len(others) >= len(order):
            yield others[order.index(name)]


def _is_figure(key: str) -> bool:
    return any(word in key for word in ("loss", "acc"))


def holds(values: list[float], length: int, accepted: Callable[[float], bool]) -> bool:
    """Return whether a list has this many numbers, all of them accepted."""
    return len(values) == length and all(math.isfinite(value) and accepted(value) for value in values)


def is_loss(truth: dict[str, float]) -> Callable[[float], bool]:
    """Return a function that tells whether a number is the loss: the mean over pictures, or over batches."""
    return lambda value: any(abs(value - truth[name]) <= CLOSE for name in ("loss", "loss_of_batches"))


def is_accuracy(truth: dict[str, float]) -> Callable[[float], bool]:
    """Return a function that tells whether a number is the accuracy, in [0, 1] or percent."""
    return lambda value: abs(value - truth["acc"]) <= CLOSE or abs(value - PERCENT * truth["acc"]) <= PERCENT * CLOSE


def shown(values: list[float]) -> str:
    """Return the first few numbers as text."""
    return "[" + ", ".join(f"{value:.4g}" for value in values[:4]) + ("" if len(values) <= 4 else ", …") + "]"
