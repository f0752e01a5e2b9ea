"""The result of comparing a class's sources."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Fragment:
    """A stretch of one source that the other one also contains.

    Attributes:
        start: first character, in the upload's files joined in the order of their names.
        end: the character after the last.
        numbers: its label: in the first source, its own number; in the second, the numbers of the first source's
            fragments that it contains.
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
        share: how much of one source's code the other contains, in [0, 1]; the larger of the two shares. Code of the
            template and of much of the class does not count.
        lines: lines that they share, counted in the source where they are fewer.
        in_first: the shared fragments of the first, in their order.
        in_second: the second's, in their order, which may differ.
    """

    first: str
    second: str
    share: float
    lines: int
    in_first: tuple[Fragment, ...] = field(default=(), repr=False)
    in_second: tuple[Fragment, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Similarity:
    """The result of comparing all uploads of a class.

    Attributes:
        pairs: of uploads that share much, the largest share first.
        compared: how many different uploads were compared.
        not_compared: digest of each upload that was not, and why, as the rest of a sentence.
        left_out: how many pairs were skipped because there were too many; by a first count, they have less in common
            than the compared ones.
    """

    pairs: tuple[Similar, ...] = ()
    compared: int = 0
    not_compared: Mapping[str, str] = field(default_factory=dict)
    left_out: int = 0


def from_plain(plain: Mapping[str, Any]) -> Similarity:
    """Return the value that `dataclasses.asdict` turned into plain data for another process or a file."""
    return Similarity(**{**plain, "pairs": tuple(_similar(pair) for pair in plain["pairs"])})


def _similar(plain: Mapping[str, Any]) -> Similar:
    sides = {side: tuple(_fragment(one) for one in plain[side]) for side in ("in_first", "in_second")}
    return Similar(**{**plain, **sides})


def _fragment(plain: Mapping[str, Any]) -> Fragment:
    return Fragment(plain["start"], plain["end"], tuple(plain["numbers"]))
