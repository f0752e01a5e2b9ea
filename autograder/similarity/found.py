"""What a comparison of a class's sources finds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Fragment:
    """A stretch of one source that the other one has too.

    Attributes:
        start: first character, in the upload's files joined in the order of their names.
        end: the character after the last.
        numbers: what to call it: the number of this fragment in the first source, or the numbers of those of the first
            source that stand here in the second.
    """

    start: int
    end: int
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class Similar:
    """Two different uploads whose sources share much.

    Attributes:
        first: digest of an upload.
        second: digest of the other one.
        share: the larger of the two shares of one's own code that stands in the other's, in [0, 1]; what the template
            and much of the class have too is nobody's own.
        lines: lines that they share, counted in the one where they are fewer.
        in_first: the shared fragments of the first, in their order.
        in_second: those of the second, which may stand in another order.
    """

    first: str
    second: str
    share: float
    lines: int
    in_first: tuple[Fragment, ...] = field(default=(), repr=False)
    in_second: tuple[Fragment, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Similarity:
    """What came of comparing all uploads of a class.

    Attributes:
        pairs: those that share much, the most first.
        compared: how many different uploads were compared.
        not_compared: digest of each upload that was not, and why, as the rest of a sentence.
        left_out: how many pairs were not compared because there were too many; they have less in common, by a first
            count, than those that were.
    """

    pairs: tuple[Similar, ...] = ()
    compared: int = 0
    not_compared: Mapping[str, str] = field(default_factory=dict)
    left_out: int = 0


def from_plain(plain: Mapping[str, Any]) -> Similarity:
    """Return the value that `dataclasses.asdict` has made plain, as it comes from another process or a file."""
    return Similarity(**{**plain, "pairs": tuple(_similar(pair) for pair in plain["pairs"])})


def _similar(plain: Mapping[str, Any]) -> Similar:
    sides = {side: tuple(_fragment(one) for one in plain[side]) for side in ("in_first", "in_second")}
    return Similar(**{**plain, **sides})


def _fragment(plain: Mapping[str, Any]) -> Fragment:
    return Fragment(plain["start"], plain["end"], tuple(plain["numbers"]))
