"""Finds curves in a training history that `autograder.probes.histories` has read."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

FEWEST_ROWS = 2
SHOWN_NUMBERS = 4
NAMES = ("train_loss", "train_acc", "val_loss", "val_acc")
ORDERS = (NAMES, ("train_loss", "val_loss", "train_acc", "val_acc"))  # of four lists without names

Curve = list[float]


@dataclass(frozen=True)
class History:
    """The curves of numbers in a history.

    Attributes:
        named: curves by the student's names for them.
        unnamed: curves without names, in their order.
    """

    named: Mapping[str, Curve] = field(default_factory=dict)
    unnamed: Sequence[Curve] = ()

    @property
    def columns(self) -> dict[str, Curve]:
        """All curves by name; one without a name has its place, such as "#1".

        Lists of equal length may be rows or columns, so both readings are there.
        """
        lists = list(self.unnamed)
        if len({len(one) for one in lists}) == 1:
            lists += [list(column) for column in zip(*lists, strict=True)]
        numbered = {f"#{place}": column for place, column in enumerate(lists, start=1) if len(column) >= FEWEST_ROWS}
        return {**self.named, **numbered}


def find(history: History, words: Sequence[Sequence[str]], fits: Callable[[Curve], bool]) -> Curve | None:
    """Return a curve by the words in its name or, where curves have no names, by its numbers.

    Args:
        history: the curves.
        words: alternatives, the best first, each a group of words that the name must contain.
        fits: whether a curve without a name can be the one.
    """
    columns = history.columns
    for group in words:
        for name, column in columns.items():
            if all(word in name.lower() for word in group):
                return column
    return next((column for name, column in columns.items() if name.startswith("#") and fits(column)), None)


def curves_called(name: str, history: History) -> Iterator[Curve]:
    """Yield the curves that may be the one of this name, also under similar names or without one.

    Args:
        name: one of `NAMES`.
        history: the curves.
    """
    yield from (curve for own, curve in history.named.items() if _meaning(own.lower()) == name)
    if len(history.unnamed) >= len(NAMES):
        yield from (history.unnamed[order.index(name)] for order in ORDERS)


def _meaning(own: str) -> str:
    """Return which of `NAMES` a student's name in small letters means; empty if it means none of them."""
    part = "val" if "val" in own or "test" in own else "train"
    kind = next((kind for kind in ("loss", "acc") if kind in own), "")
    return f"{part}_{kind}" if kind else ""


def holds(curve: Curve, length: int, accepted: Callable[[float], bool]) -> bool:
    """Return whether a curve has this many numbers, all of them finite and accepted."""
    return len(curve) == length and all(math.isfinite(value) and accepted(value) for value in curve)


def shown(curve: Curve) -> str:
    """Return the first few numbers of a curve as text, and the first one that is not finite, wherever it stands."""
    first = ", ".join(f"{one:.4g}" for one in curve[:SHOWN_NUMBERS]) + (", …" if len(curve) > SHOWN_NUMBERS else "")
    odd = next((place for place, one in enumerate(curve) if not math.isfinite(one)), None)
    return f"[{first}]" if odd is None else f"[{first}]; number {odd + 1} of {len(curve)} is {curve[odd]}"
